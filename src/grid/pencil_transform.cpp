#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "grid/line_plan.hpp"
#include "grid/long_line.hpp"
#include "grid/pencil_axes.hpp"
#include "grid/pencil_lines.hpp"
#include "grid/transform_engine.hpp"
#include "grid/transposition.hpp"

namespace parapet {

namespace {

constexpr std::size_t group = Transposition::lines_per_group;

/// Calls act(field, layer, begin, count) for every group of neighbouring lines of every layer.
template <class F>
void for_each_group(std::size_t fields, std::size_t layers, std::size_t lines, F&& act) {
  for (std::size_t field = 0; field < fields; ++field) {
    for (std::size_t layer = 0; layer < layers; ++layer) {
      for (std::size_t begin = 0; begin < lines; begin += group) {
        act(field, layer, begin, std::min(group, lines - begin));
      }
    }
  }
}

// So much of one rank's exchange is worth filling with several members. Measured: beyond, what is
// lost in cache exceeds what fewer meetings of the ranks save, in 2-D sooner than in 3-D, where
// the planes go one by one.
constexpr std::size_t bytes_together_2d = std::size_t{1} << 16;
constexpr std::size_t bytes_together_3d = std::size_t{1} << 18;

/// Fields that go through the transform together: `members` groups, each of so many inputs and
/// outputs.
struct FieldCounts {
  std::size_t members, inputs, outputs;

  std::size_t all_inputs() const { return members * inputs; }
  std::size_t all_outputs() const { return members * outputs; }
};

/// A block of columns of a transposition: the first, how many, on which of how many planes that
/// are transposed together.
struct ColumnBlock {
  std::size_t begin, count, plane, planes;
};

/// What is done with a block of one member's real lines: which member of those that go together,
/// number of the first among this rank's lines, how many, the lines that were transformed to
/// physical space, those to be filled for the way back.
using LineAction = std::function<void(std::size_t member, std::size_t first, std::size_t count,
                                      std::span<double* const> in, std::span<double* const> out)>;

/// To physical space: complex transforms of the rows along the first axis; a transposition among
/// the ranks that share a part of the last axis; in 3-D, plane by plane (slabs) or all at once
/// (pencils), complex transforms along the middle axis and a second transposition; real transforms
/// of the lines along the last axis, which stay in cache for what is done with them. And back.
/// Along axes between walls transforms have their points in folded order (CosineTwiddles): the
/// transpositions put those of the first two axes into their places in passing; those of the last
/// axis need none where all is done point by point.
class PencilTransform final : public TransformEngine {
 public:
  PencilTransform(const Communicator& communicator, const Grid& grid,
                  const SpectralTransform::Options& options, std::string& wisdom);

  Box physical_box() const override;
  std::array<std::int64_t, 3> mode_shape() const override { return axes_.mode_shape(); }
  Box mode_box() const override;
  Mode mode_at(const std::array<std::int64_t, 3>& place) const override {
    return axes_.mode_at(place);
  }

  void to_modes(std::span<const double* const> fields, std::span<Complex* const> modes) override;
  void to_points(std::span<const Complex* const> modes, std::span<double* const> fields) override;
  void apply_pointwise(std::size_t members, std::span<const Complex* const> inputs,
                       std::span<Complex* const> outputs,
                       const SpectralTransform::PointKernel& kernel) override;

  std::size_t memory_bytes() const override;

 private:
  using Inputs = std::span<const Complex* const>;
  using Outputs = std::span<Complex* const>;

  std::size_t members_together(std::size_t fields_of_each) const;
  void run(std::size_t members, Inputs inputs, Outputs outputs, const LineAction& action);
  void rows_to_columns(Inputs inputs);
  void columns_to_rows(Outputs outputs);
  void transform_planes(std::size_t begin, std::size_t count, const FieldCounts& fields,
                        const LineAction& action);
  void middle_to_points(std::size_t begin, std::size_t count, std::size_t inputs);
  void middle_to_modes(std::size_t begin, std::size_t count, std::size_t outputs);
  /// Where something is, counted in rows or layers, and whether the second of a pair is behind it.
  struct Place {
    std::size_t first;
    bool has_second;
  };
  Place layers_of_entry(std::size_t field, std::size_t entry) const;
  void transform_lines(Transposition& source, std::size_t plane, std::size_t planes,
                       std::size_t first_line, const FieldCounts& fields, const LineAction& action);
  void columns_to_lines(const Transposition& source, const ColumnBlock& block, std::size_t field,
                        std::span<double* const> lines);
  void lines_to_columns(std::span<double* const> lines, Transposition& target,
                        const ColumnBlock& block, std::size_t field);
  std::size_t layers() const;
  Place rows_of_modes(std::size_t row, std::size_t layer) const;
  std::size_t wavenumber_count() const;
  void reserve_lines(std::size_t inputs, std::size_t outputs);

  PencilAxes axes_;
  ProcessGrid ranks_;
  Communicator outer_communicator_, inner_communicator_;
  RankGroup outer_group_, inner_group_;
  Transposition outer_;
  std::optional<Transposition> inner_;
  std::optional<LongLineOrder> order_;
  std::optional<ModeRows> mode_rows_;
  std::optional<MiddleLines> middle_lines_;
  std::optional<LastLines> last_lines_;
  std::size_t pitch_;            ///< between the lines of a group
  std::size_t lines_per_block_;  ///< real lines handed to an action at once
  AlignedArray<Complex> lines_;
  std::vector<AlignedArray<double>> real_lines_;
};

PencilTransform::PencilTransform(const Communicator& communicator, const Grid& grid,
                                 const SpectralTransform::Options& options, std::string& wisdom)
    : axes_(grid, options.dealiasing),
      ranks_(axes_.divided_among(communicator.size())),
      outer_communicator_(communicator.split(communicator.rank() % ranks_.second)),
      inner_communicator_(communicator.split(communicator.rank() / ranks_.second)),
      outer_group_(outer_communicator_, options.most_ranks_sharing_memory),
      inner_group_(inner_communicator_, options.most_ranks_sharing_memory),
      outer_(outer_group_, axes_.first.points,
             axes_.has_middle ? axes_.middle : axes_.last_entries(),
             !axes_.first_axis.is_periodic) {
  if (axes_.has_middle) {
    inner_.emplace(inner_group_, axes_.middle.points, axes_.last_entries(),
                   !axes_.middle_axis.is_periodic);
  }
  if (axes_.factors) order_.emplace(outer_group_, *axes_.factors);
  using Type = LineKind::Type;
  const std::vector<LineKind> kinds{
      {Type::forward, axes_.first.points},  {Type::backward, axes_.first.points},
      {Type::forward, axes_.middle.points}, {Type::backward, axes_.middle.points},
      {Type::from_real, axes_.last.points}, {Type::to_real, axes_.last.points}};
  auto plans = make_line_plans(communicator, kinds, options.planning, wisdom);
  mode_rows_.emplace(axes_, std::move(plans[0]), std::move(plans[1]));
  middle_lines_.emplace(axes_, std::move(plans[2]), std::move(plans[3]));
  last_lines_.emplace(axes_, std::move(plans[4]), std::move(plans[5]));

  const std::int64_t longest =
      std::max({axes_.first.points, axes_.middle.points, axes_.last.points});
  pitch_ = padded_length(static_cast<std::size_t>(longest), sizeof(Complex)) + 4;
  lines_ = AlignedArray<Complex>(group * pitch_);
  // Lines of odd length in one block would not all begin on the boundaries the plans were made for.
  constexpr std::size_t points_per_block = 2048;
  const auto points = static_cast<std::size_t>(axes_.last.points);
  lines_per_block_ = points % 2 == 0 ? std::max<std::size_t>(1, points_per_block / points) : 1;
}

Box PencilTransform::physical_box() const {
  if (order_) return {{order_->begin(), 0, 0}, {order_->count(), 1, 1}};
  if (!inner_) {
    return {{outer_.column_begin(), 0, 0}, {outer_.column_count(), axes_.last.points, 1}};
  }
  return {{outer_.column_begin(), inner_->column_begin(), 0},
          {outer_.column_count(), inner_->column_count(), axes_.last.points}};
}

Box PencilTransform::mode_box() const {
  const Transposition& last = inner_ ? *inner_ : outer_;
  const std::int64_t begin = axes_.wavenumbers_before(last.row_begin());
  const auto count = static_cast<std::int64_t>(wavenumber_count());
  if (!inner_) return {{begin, 0, 0}, {count, axes_.first.count(), 1}};
  return {{outer_.row_begin(), begin, 0}, {outer_.row_count(), count, axes_.first.count()}};
}

/// Wavenumbers of the last axis on this rank.
std::size_t PencilTransform::wavenumber_count() const {
  const Transposition& last = inner_ ? *inner_ : outer_;
  return static_cast<std::size_t>(axes_.wavenumbers_before(last.row_begin() + last.row_count()) -
                                  axes_.wavenumbers_before(last.row_begin()));
}

/// Layers of one field in the outer transposition: what the last axis' wavenumbers on this rank
/// are after the middle axis, one by one or still in pairs.
std::size_t PencilTransform::layers() const {
  if (!inner_) return 1;
  const bool is_by_pairs = axes_.separation == PencilAxes::Separation::first;
  return is_by_pairs ? static_cast<std::size_t>(inner_->row_count()) : wavenumber_count();
}

/// The rows of modes that are one row of a layer of the outer transposition.
PencilTransform::Place PencilTransform::rows_of_modes(std::size_t row, std::size_t layer) const {
  if (axes_.separation != PencilAxes::Separation::first) return {row * layers() + layer, false};
  const Transposition& last = inner_ ? *inner_ : outer_;
  const std::size_t entry = inner_ ? layer : row;
  const std::size_t before = inner_ ? row * wavenumber_count() : 0;
  return {before + 2 * entry,
          axes_.has_second(last.row_begin() + static_cast<std::int64_t>(entry))};
}

void PencilTransform::reserve_lines(std::size_t inputs, std::size_t outputs) {
  const std::size_t size = lines_per_block_ * static_cast<std::size_t>(axes_.last.points);
  while (real_lines_.size() < inputs + outputs) real_lines_.emplace_back(size);
}

void PencilTransform::run(std::size_t members, Inputs inputs, Outputs outputs,
                          const LineAction& action) {
  const FieldCounts fields{members, inputs.size() / members, outputs.size() / members};
  reserve_lines(fields.inputs, fields.outputs);
  if (!inputs.empty()) rows_to_columns(inputs);
  if (!outputs.empty()) outer_.open_columns(outputs.size() * layers());
  if (!inner_) {
    transform_lines(outer_, 0, 1, 0, fields, action);
  } else {
    const auto planes = static_cast<std::size_t>(outer_.column_count());
    const std::size_t chunk = ranks_.second == 1 ? 1 : std::max<std::size_t>(planes, 1);
    for (std::size_t begin = 0; begin < planes; begin += chunk) {
      transform_planes(begin, chunk, fields, action);
    }
  }
  if (!outputs.empty()) columns_to_rows(outputs);
}

void PencilTransform::rows_to_columns(Inputs inputs) {
  const std::size_t depth = layers(), rows = static_cast<std::size_t>(outer_.row_count());
  const auto length = static_cast<std::size_t>(axes_.first.count());
  outer_.open_rows(inputs.size() * depth);
  for_each_group(inputs.size(), depth, rows, [&](auto field, auto layer, auto begin, auto count) {
    for (std::size_t j = 0; j < count; ++j) {
      const Place place = rows_of_modes(begin + j, layer);
      const auto row_of_all = outer_.row_begin() + static_cast<std::int64_t>(begin + j);
      mode_rows_->to_points(inputs[field] + place.first * length, place.has_second,
                            axes_.unpaired_entry(row_of_all), lines_.data() + j * pitch_);
    }
    outer_.put_rows(lines_.data(), pitch_, count, field * depth + layer, begin);
  });
  outer_.send_rows();
}

void PencilTransform::columns_to_rows(Outputs outputs) {
  const std::size_t depth = layers(), rows = static_cast<std::size_t>(outer_.row_count());
  const auto length = static_cast<std::size_t>(axes_.first.count());
  outer_.send_columns();
  for_each_group(outputs.size(), depth, rows, [&](auto field, auto layer, auto begin, auto count) {
    outer_.get_rows(lines_.data(), pitch_, count, field * depth + layer, begin);
    for (std::size_t j = 0; j < count; ++j) {
      const Place place = rows_of_modes(begin + j, layer);
      mode_rows_->to_modes(lines_.data() + j * pitch_, place.has_second,
                           outputs[field] + place.first * length);
    }
  });
}

void PencilTransform::transform_planes(std::size_t begin, std::size_t count,
                                       const FieldCounts& fields, const LineAction& action) {
  const auto lines = static_cast<std::size_t>(inner_->column_count());
  if (fields.inputs > 0) middle_to_points(begin, count, fields.all_inputs());
  if (fields.outputs > 0) inner_->open_columns(fields.all_outputs() * count);
  for (std::size_t plane = 0; plane < count; ++plane) {
    transform_lines(*inner_, plane, count, (begin + plane) * lines, fields, action);
  }
  if (fields.outputs > 0) middle_to_modes(begin, count, fields.all_outputs());
}

void PencilTransform::middle_to_points(std::size_t begin, std::size_t count, std::size_t inputs) {
  const auto rows = static_cast<std::size_t>(inner_->row_count());
  inner_->open_rows(inputs * count);
  for_each_group(inputs, count, rows, [&](auto field, auto plane, auto row, auto rows_now) {
    for (std::size_t j = 0; j < rows_now; ++j) {
      const Place place = layers_of_entry(field, row + j);
      middle_lines_->to_points(outer_, begin + plane, place.first, place.has_second,
                               lines_.data() + j * pitch_);
    }
    inner_->put_rows(lines_.data(), pitch_, rows_now, field * count + plane, row);
  });
  inner_->send_rows();
}

void PencilTransform::middle_to_modes(std::size_t begin, std::size_t count, std::size_t outputs) {
  const auto rows = static_cast<std::size_t>(inner_->row_count());
  inner_->send_columns();
  for_each_group(outputs, count, rows, [&](auto field, auto plane, auto row, auto rows_now) {
    inner_->get_rows(lines_.data(), pitch_, rows_now, field * count + plane, row);
    for (std::size_t j = 0; j < rows_now; ++j) {
      const Place place = layers_of_entry(field, row + j);
      middle_lines_->to_modes(lines_.data() + j * pitch_, outer_, begin + plane, place.first,
                              place.has_second);
    }
  });
}

/// Where an entry of the last axis is in the columns of the outer transposition: in one layer, or
/// in two if the middle axis has separated it.
PencilTransform::Place PencilTransform::layers_of_entry(std::size_t field,
                                                        std::size_t entry) const {
  if (axes_.separation != PencilAxes::Separation::middle) return {field * layers() + entry, false};
  const auto of_all = inner_->row_begin() + static_cast<std::int64_t>(entry);
  return {field * layers() + 2 * entry, axes_.has_second(of_all)};
}

void PencilTransform::transform_lines(Transposition& source, std::size_t plane, std::size_t planes,
                                      std::size_t first_line, const FieldCounts& fields,
                                      const LineAction& action) {
  std::vector<double*> lines;
  for (auto& array : real_lines_) lines.push_back(array.data());
  const std::span<double* const> in(lines.data(), fields.inputs);
  const std::span<double* const> out(lines.data() + fields.inputs, fields.outputs);
  const auto columns = static_cast<std::size_t>(source.column_count());
  for (std::size_t begin = 0; begin < columns; begin += lines_per_block_) {
    const ColumnBlock block{begin, std::min(lines_per_block_, columns - begin), plane, planes};
    for (std::size_t member = 0; member < fields.members; ++member) {
      columns_to_lines(source, block, member * fields.inputs, in);
      action(member, first_line + begin, block.count, in, out);
      lines_to_columns(out, source, block, member * fields.outputs);
    }
  }
}

/// One member's inputs, of which `field` is the first, to physical space.
void PencilTransform::columns_to_lines(const Transposition& source, const ColumnBlock& block,
                                       std::size_t field, std::span<double* const> lines) {
  const auto points = static_cast<std::size_t>(axes_.last.points);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t layer = (field + i) * block.planes + block.plane;
    for (std::size_t j = 0; j < block.count; ++j) {
      last_lines_->to_points(source, block.begin + j, layer, lines[i] + j * points);
    }
  }
}

/// One member's outputs, of which `field` is the first, on their way back.
void PencilTransform::lines_to_columns(std::span<double* const> lines, Transposition& target,
                                       const ColumnBlock& block, std::size_t field) {
  const auto points = static_cast<std::size_t>(axes_.last.points);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t layer = (field + i) * block.planes + block.plane;
    for (std::size_t j = 0; j < block.count; ++j) {
      last_lines_->to_modes(lines[i] + j * points, target, block.begin + j, layer);
    }
  }
}

void PencilTransform::to_points(Inputs modes, std::span<double* const> fields) {
  const auto points = static_cast<std::size_t>(axes_.last.points);
  if (!order_) {
    run(1, modes, {}, [&](std::size_t, std::size_t first, std::size_t count, auto in, auto) {
      for (std::size_t field = 0; field < in.size(); ++field) {
        for (std::size_t j = 0; j < count; ++j) {
          last_lines_->transform().copy_to_natural(in[field] + j * points,
                                                   fields[field] + (first + j) * points);
        }
      }
    });
    return;
  }
  order_->open_lines(fields.size());
  run(1, modes, {}, [&](std::size_t, std::size_t first, std::size_t count, auto in, auto) {
    for (std::size_t field = 0; field < in.size(); ++field) {
      for (std::size_t j = 0; j < count; ++j) {
        order_->put_line(in[field] + j * points, first + j, field);
      }
    }
  });
  order_->send_lines();
  for (std::size_t field = 0; field < fields.size(); ++field) {
    order_->get_natural(fields[field], field);
  }
}

void PencilTransform::to_modes(std::span<const double* const> fields, Outputs modes) {
  const auto points = static_cast<std::size_t>(axes_.last.points);
  if (!order_) {
    run(1, {}, modes, [&](std::size_t, std::size_t first, std::size_t count, auto, auto out) {
      for (std::size_t field = 0; field < out.size(); ++field) {
        for (std::size_t j = 0; j < count; ++j) {
          last_lines_->transform().copy_from_natural(fields[field] + (first + j) * points,
                                                     out[field] + j * points);
        }
      }
    });
    return;
  }
  order_->open_natural(fields.size());
  for (std::size_t field = 0; field < fields.size(); ++field) {
    order_->put_natural(fields[field], field);
  }
  order_->send_natural();
  run(1, {}, modes, [&](std::size_t, std::size_t first, std::size_t count, auto, auto out) {
    for (std::size_t field = 0; field < out.size(); ++field) {
      for (std::size_t j = 0; j < count; ++j) {
        order_->get_line(out[field] + j * points, first + j, field);
      }
    }
  });
}

/// How many members share an exchange; the same on every rank. A rank alone has none to save.
std::size_t PencilTransform::members_together(std::size_t fields_of_each) const {
  const auto ranks =
      static_cast<std::size_t>(ranks_.first) * static_cast<std::size_t>(ranks_.second);
  if (ranks == 1) return 1;
  const std::int64_t values =
      axes_.first.points * axes_.middle.count() * axes_.last_entries().count();
  const std::size_t bytes =
      static_cast<std::size_t>(values) * fields_of_each * sizeof(Complex) / ranks;
  const std::size_t most = axes_.has_middle ? bytes_together_3d : bytes_together_2d;
  return std::max<std::size_t>(1, most / std::max<std::size_t>(1, bytes));
}

void PencilTransform::apply_pointwise(std::size_t members, Inputs inputs, Outputs outputs,
                                      const SpectralTransform::PointKernel& kernel) {
  const auto points = static_cast<std::size_t>(axes_.last.points);
  const std::size_t in_each = inputs.size() / members, out_each = outputs.size() / members;
  const std::size_t together = std::min(members, members_together(in_each + out_each));
  for (std::size_t begin = 0; begin < members; begin += together) {
    const std::size_t count = std::min(together, members - begin);
    run(count, inputs.subspan(begin * in_each, count * in_each),
        outputs.subspan(begin * out_each, count * out_each),
        [&](std::size_t member, std::size_t, std::size_t lines, std::span<double* const> in,
            std::span<double* const> out) {
          kernel(begin + member, std::span<const double* const>(in.data(), in.size()), out,
                 lines * points);
        });
  }
}

std::size_t PencilTransform::memory_bytes() const {
  std::size_t bytes = lines_.bytes() + outer_.bytes() + mode_rows_->bytes() +
                      middle_lines_->bytes() + last_lines_->bytes();
  for (const auto& array : real_lines_) bytes += array.bytes();
  if (inner_) bytes += inner_->bytes();
  if (order_) bytes += order_->bytes();
  return bytes;
}

}  // namespace

bool is_split(const Grid& grid, const SpectralTransform::Options& options) {
  return grid.dimensions == 1 && grid.is_periodic[0] &&
         grid.points[0] >= options.shortest_split_line &&
         balanced_factors(grid.points[0], options.dealiasing).has_value();
}

std::unique_ptr<TransformEngine> make_pencil_transform(const Communicator& communicator,
                                                       const Grid& grid,
                                                       const SpectralTransform::Options& options,
                                                       std::string& wisdom) {
  return std::make_unique<PencilTransform>(communicator, grid, options, wisdom);
}

}  // namespace parapet
