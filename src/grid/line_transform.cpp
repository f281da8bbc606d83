#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "grid/axis_lines.hpp"
#include "grid/exchange.hpp"
#include "grid/kept_modes.hpp"
#include "grid/partition.hpp"
#include "grid/transform_engine.hpp"

namespace parapet {

namespace {

/// How one kind of line, of `line.total` doubles, is divided among ranks, and its way to the ranks
/// that transform it: whole items (fields, or members with several fields) are dealt to the ranks.
class LineDeal {
 public:
  LineDeal(RankGroup& group, std::int64_t values, std::size_t doubles_per_value)
      : rank_(group.communicator().rank()),
        size_(group.communicator().size()),
        line_{values, size_},
        width_(doubles_per_value),
        exchange_(group) {}

  std::int64_t begin() const { return line_.begin(rank_); }
  std::int64_t count() const { return line_.count(rank_); }
  Partition items(std::size_t total) const { return {static_cast<std::int64_t>(total), size_}; }
  std::size_t bytes() const { return exchange_.bytes(); }

  /// Hands out `parts`, this rank's parts of all lines, `lines_per_item` for each item; calls
  /// take(line, part number, begin, count) for what arrived of this rank's items.
  template <class Part>
  void gather(std::span<const Part* const> parts, std::size_t lines_per_item) {
    open(parts.size(), lines_per_item, true);
    const std::size_t length = doubles(count());
    double* to = exchange_.outgoing();
    for (const Part* part : parts) {
      to = std::copy_n(reinterpret_cast<const double*>(part), length, to);
    }
    exchange_.run();
  }
  /// Line `index` of this rank's items after a gather, put together.
  void get(std::size_t index, double* line) const {
    for (int rank = 0; rank < size_; ++rank) {
      const std::size_t length = doubles(line_.count(rank));
      std::copy_n(exchange_.incoming(rank) + index * length, length,
                  line + doubles(line_.begin(rank)));
    }
  }

  /// The way back: open, put every line of this rank's items, scatter.
  void open_scatter(std::size_t lines, std::size_t lines_per_item) {
    open(lines, lines_per_item, false);
  }
  void put(std::size_t index, const double* line) {
    for (int rank = 0; rank < size_; ++rank) {
      const std::size_t length = doubles(line_.count(rank));
      std::copy_n(line + doubles(line_.begin(rank)), length,
                  exchange_.outgoing_to(rank) + index * length);
    }
  }
  template <class Part>
  void scatter(std::span<Part* const> parts, std::size_t lines_per_item) {
    exchange_.run();
    const std::size_t length = doubles(count());
    const Partition dealt = items(parts.size() / lines_per_item);
    for (int rank = 0; rank < size_; ++rank) {
      const double* from = exchange_.incoming(rank);
      const auto end = static_cast<std::size_t>(dealt.end(rank)) * lines_per_item;
      for (auto i = static_cast<std::size_t>(dealt.begin(rank)) * lines_per_item; i < end; ++i) {
        std::copy_n(from, length, reinterpret_cast<double*>(parts[i]));
        from += length;
      }
    }
  }

 private:
  std::size_t doubles(std::int64_t values) const {
    return static_cast<std::size_t>(values) * width_;
  }

  // From a holder of a part of all lines to the owner of some items: [line][part]; and back.
  void open(std::size_t lines, std::size_t lines_per_item, bool is_gather) {
    const Partition dealt = items(lines / lines_per_item);
    const auto size_of = [&](std::int64_t items_counted, std::int64_t values) {
      return static_cast<std::size_t>(items_counted) * lines_per_item * doubles(values);
    };
    std::vector<Route> routes(static_cast<std::size_t>(size_));
    for (int rank = 0; rank < size_; ++rank) {
      const Route gathered{.send_count = size_of(dealt.count(rank), line_.count(rank_)),
                           .send_offset = size_of(dealt.begin(rank), line_.count(rank_)),
                           .receive_count = size_of(dealt.count(rank_), line_.count(rank)),
                           .receive_offset = size_of(dealt.begin(rank_), line_.count(rank))};
      const Route scattered{.send_count = size_of(dealt.count(rank_), line_.count(rank)),
                            .send_offset = size_of(dealt.count(rank_), line_.begin(rank)),
                            .receive_count = size_of(dealt.count(rank), line_.count(rank_)),
                            .receive_offset = size_of(dealt.count(rank), line_.begin(rank_))};
      routes[static_cast<std::size_t>(rank)] = is_gather ? gathered : scattered;
    }
    exchange_.open(std::move(routes), lines);
  }

  int rank_, size_;
  Partition line_;
  std::size_t width_;
  Exchange exchange_;
};

/// One-dimensional grids whose lines fit one rank: each line is transformed whole. On one rank the
/// lines of all fields and members are simply at hand; on several they are gathered, dealt out by
/// members, and scattered again.
class LineTransform final : public TransformEngine {
 public:
  LineTransform(const Communicator& communicator, const Grid& grid,
                const SpectralTransform::Options& options, std::string& wisdom)
      : is_alone_(communicator.size() == 1),
        ranks_(communicator.size()),
        rank_(communicator.rank()),
        axis_{grid.points[0], grid.is_periodic[0]},
        kept_(axis_.is_periodic ? kept_modes(axis_.points, options.dealiasing, true)
                                : kept_cosines(axis_.points, options.dealiasing)),
        scale_(1.0 / static_cast<double>(axis_.points)),
        group_(communicator, 1),
        points_in_(group_, grid.points[0], 1),
        points_out_(group_, grid.points[0], 1),
        modes_in_(group_, kept_.count(), 2),
        modes_out_(group_, kept_.count(), 2),
        packed_(static_cast<std::size_t>(kept_.count())),
        line_(static_cast<std::size_t>(kept_.length)) {
    const std::vector<LineKind> kinds{{LineKind::Type::from_real, kept_.points},
                                      {LineKind::Type::to_real, kept_.points}};
    auto plans = make_line_plans(communicator, kinds, options.planning, wisdom);
    transform_ = {axis_, std::move(plans[0]), std::move(plans[1])};
  }

  Box physical_box() const override {
    return {{points_in_.begin(), 0, 0}, {points_in_.count(), 1, 1}};
  }
  std::array<std::int64_t, 3> mode_shape() const override { return {kept_.count(), 1, 1}; }
  Box mode_box() const override { return {{modes_in_.begin(), 0, 0}, {modes_in_.count(), 1, 1}}; }
  Mode mode_at(const std::array<std::int64_t, 3>& place) const override {
    const bool is_own_conjugate = place[0] == 0 || 2 * place[0] == kept_.period;
    return {{place[0], 0, 0}, is_own_conjugate ? 1.0 : 2.0, 0};
  }

  void to_modes(std::span<const double* const> fields, std::span<Complex* const> modes) override;
  void to_points(std::span<const Complex* const> modes, std::span<double* const> fields) override;
  void apply_pointwise(std::size_t members, std::span<const Complex* const> inputs,
                       std::span<Complex* const> outputs,
                       const SpectralTransform::PointKernel& kernel) override;

  std::size_t memory_bytes() const override {
    std::size_t bytes = packed_.bytes() + line_.bytes() + transform_.bytes() + points_in_.bytes() +
                        points_out_.bytes() + modes_in_.bytes() + modes_out_.bytes();
    for (const auto& array : real_lines_) bytes += array.bytes();
    return bytes;
  }

 private:
  double* real_line(std::size_t index) {
    while (real_lines_.size() <= index) {
      real_lines_.emplace_back(static_cast<std::size_t>(kept_.points));
    }
    return real_lines_[index].data();
  }
  void inverse(const Complex* modes, double* line);
  void forward(const double* line, Complex* modes);
  double* packed() { return reinterpret_cast<double*>(packed_.data()); }
  std::size_t own_items(std::size_t items) const {
    return static_cast<std::size_t>(modes_in_.items(items).count(rank_));
  }

  bool is_alone_;
  int ranks_, rank_;
  LineAxis axis_;
  KeptModes kept_;
  double scale_;
  RealLine transform_;
  RankGroup group_;  // no shared memory: which rank needs how much depends on the items
  LineDeal points_in_, points_out_, modes_in_, modes_out_;
  AlignedArray<Complex> packed_, line_;
  std::vector<AlignedArray<double>> real_lines_;
};

void LineTransform::inverse(const Complex* modes, double* line) {
  if (axis_.is_periodic) {
    std::copy_n(modes, kept_.count(), line_.data());
    kept_.clear_gap(line_.data());
  } else {
    auto* const cosines = reinterpret_cast<double*>(line_.data());
    for (std::int64_t k = 0; k < kept_.count(); ++k) cosines[k] = modes[k].real();
    std::fill(cosines + kept_.count(), cosines + kept_.length, 0.0);
  }
  transform_.to_points(line_.data(), line);
}

void LineTransform::forward(const double* line, Complex* modes) {
  transform_.to_modes(line, line_.data());
  if (axis_.is_periodic) return kept_.pack_scaled(line_.data(), scale_, modes);
  const auto* const cosines = reinterpret_cast<const double*>(line_.data());
  for (std::int64_t k = 0; k < kept_.count(); ++k) modes[k] = {scale_ * cosines[k], 0.0};
}

void LineTransform::to_modes(std::span<const double* const> fields,
                             std::span<Complex* const> modes) {
  if (is_alone_) {
    for (std::size_t field = 0; field < fields.size(); ++field) {
      transform_.copy_from_natural(fields[field], real_line(0));
      forward(real_line(0), modes[field]);
    }
    return;
  }
  points_in_.gather(fields, 1);
  modes_out_.open_scatter(modes.size(), 1);
  for (std::size_t item = 0; item < own_items(fields.size()); ++item) {
    points_in_.get(item, real_line(1));
    transform_.copy_from_natural(real_line(1), real_line(0));
    forward(real_line(0), packed_.data());
    modes_out_.put(item, packed());
  }
  modes_out_.scatter(modes, 1);
}

void LineTransform::to_points(std::span<const Complex* const> modes,
                              std::span<double* const> fields) {
  if (is_alone_) {
    for (std::size_t field = 0; field < fields.size(); ++field) {
      inverse(modes[field], real_line(0));
      transform_.copy_to_natural(real_line(0), fields[field]);
    }
    return;
  }
  modes_in_.gather(modes, 1);
  points_out_.open_scatter(fields.size(), 1);
  for (std::size_t item = 0; item < own_items(fields.size()); ++item) {
    modes_in_.get(item, packed());
    inverse(packed_.data(), real_line(0));
    transform_.copy_to_natural(real_line(0), real_line(1));
    points_out_.put(item, real_line(1));
  }
  points_out_.scatter(fields, 1);
}

void LineTransform::apply_pointwise(std::size_t members, std::span<const Complex* const> inputs,
                                    std::span<Complex* const> outputs,
                                    const SpectralTransform::PointKernel& kernel) {
  const std::size_t in_each = inputs.size() / members, out_each = outputs.size() / members;
  std::vector<double*> lines;
  for (std::size_t i = 0; i < in_each + out_each; ++i) real_line(i);
  for (auto& array : real_lines_) lines.push_back(array.data());
  const std::span<const double* const> in(lines.data(), in_each);
  const std::span<double* const> out(lines.data() + in_each, out_each);
  if (!is_alone_ && in_each > 0) modes_in_.gather(inputs, in_each);
  if (!is_alone_ && out_each > 0) modes_out_.open_scatter(outputs.size(), out_each);
  const auto first = static_cast<std::size_t>(modes_in_.items(members).begin(rank_));
  for (std::size_t member = 0; member < own_items(members); ++member) {
    for (std::size_t i = 0; i < in_each; ++i) {
      if (!is_alone_) modes_in_.get(member * in_each + i, packed());
      inverse(is_alone_ ? inputs[member * in_each + i] : packed_.data(), lines[i]);
    }
    kernel(first + member, in, out, static_cast<std::size_t>(kept_.points));
    for (std::size_t i = 0; i < out_each; ++i) {
      forward(out[i], is_alone_ ? outputs[member * out_each + i] : packed_.data());
      if (!is_alone_) modes_out_.put(member * out_each + i, packed());
    }
  }
  if (!is_alone_ && out_each > 0) modes_out_.scatter(outputs, out_each);
}

}  // namespace

std::unique_ptr<TransformEngine> make_line_transform(const Communicator& communicator,
                                                     const Grid& grid,
                                                     const SpectralTransform::Options& options,
                                                     std::string& wisdom) {
  return std::make_unique<LineTransform>(communicator, grid, options, wisdom);
}

}  // namespace parapet
