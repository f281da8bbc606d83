#include "methods/particles/particle_store.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/processors.hpp"
#include "particles/cell_order.hpp"
#include "particles/word_deal.hpp"

namespace parapet {

namespace {

template <class T>
void regrow(AlignedArray<T>& array, std::size_t kept, std::size_t size) {
  if (size <= array.size()) return;
  AlignedArray<T> larger(size);
  std::copy_n(array.data(), kept, larger.data());
  array = std::move(larger);
}

/// array[i] ← array[order[i]], `count` of them; the other array, of the same size, is left with
/// what has no meaning.
template <class T>
void reorder(AlignedArray<T>& array, const std::uint32_t* order, std::size_t count,
             AlignedArray<T>& other) {
  for (std::size_t i = 0; i < count; ++i) other.data()[i] = array.data()[order[i]];
  std::swap(array, other);
}

}  // namespace

IndexDivision::IndexDivision(std::int64_t all, int ranks) {
  for (std::int64_t r = 0; r < ranks; ++r)
    begins_.push_back(std::min(all, (all / 2 * r / ranks) * 2));
  begins_.push_back(all);
}

int IndexDivision::owner(std::int64_t id) const {
  const auto beyond = std::upper_bound(begins_.begin(), begins_.end(), id);
  return static_cast<int>(beyond - begins_.begin()) - 1;
}

ParticleStore::ParticleStore(CellGrid& cells, std::int64_t all, std::size_t columns)
    : cells_(cells),
      by_index_(all, cells.communicator().size()),
      axes_(static_cast<std::size_t>(cells.grid().dimensions)),
      columns_(columns) {
  for (std::size_t a = 0; a < axes_; ++a) {
    const int axis = static_cast<int>(a);
    lower_[a] = cells.grid().lower[a], per_length_[a] = 1.0 / cells.grid().spacing(axis);
    first_[a] = cells.grid().first_point(axis);
  }
  const int rank = cells.communicator().rank();
  resize(static_cast<std::size_t>(by_index_.count(rank)));
  for (auto& column : columns_) std::fill_n(column.data(), count_, 0.0);
  std::iota(ids_.data(), ids_.data() + count_, static_cast<std::uint64_t>(by_index_.begin(rank)));
}

void ParticleStore::resize(std::size_t count) {
  // A little more than asked for, lest every newcomer moves all.
  const std::size_t size =
      count <= ids_.size() ? count : count + (ids_.size() > 0 ? count / 16 : 0);
  for (auto& column : columns_) regrow(column, count_, size);
  regrow(ids_, count_, size);
  count_ = count;
}

/// Not across periodic axes: a particle is inside the domain, and its cloud in its cell's layer.
std::array<std::int64_t, 3> ParticleStore::cell_of(std::size_t particle) const {
  const Grid& grid = cells_.grid();
  std::array<std::int64_t, 3> cell{};
  for (std::size_t a = 0; a < axes_; ++a) {
    const double at = (columns_[a].data()[particle] - lower_[a]) * per_length_[a] - first_[a];
    const double near = cloud_detail::rounded_down(at + 0.5),
                 last = static_cast<double>(grid.points[a] - 1);
    cell[a] = static_cast<std::int64_t>(near >= 0.0 ? std::min(near, last) : 0.0);
  }
  return cell;
}

/// Places along an axis that are surely in the box: a thousandth of a cell is more than what their
/// cells are found within.
struct ParticleStore::Span {
  double lower, upper;
};

ParticleStore::Span ParticleStore::span_of(std::size_t axis) const {
  constexpr double infinity = std::numeric_limits<double>::infinity(), margin = 1e-3;
  const std::int64_t begin = box_.offset[axis], end = begin + box_.count[axis];
  const auto edge = [&](std::int64_t cell, double inside) {
    const double at = static_cast<double>(cell) - 0.5 + inside + first_[axis];
    return lower_[axis] + at / per_length_[axis];
  };
  return {begin == 0 ? -infinity : edge(begin, margin),
          end == cells_.grid().points[axis] ? infinity : edge(end, -margin)};
}

/// Marks those of `marks.size()` particles that are not surely in the box, and counts marks, of
/// each axis one. To ask only these for their cells is what makes it cheap.
std::uint64_t ParticleStore::mark_outside(std::size_t from, std::span<std::uint64_t> marks) const {
  std::uint64_t count = 0;
  std::fill(marks.begin(), marks.end(), box_.size() > 0 ? 0 : 1);
  for (std::size_t a = 0; a < axes_; ++a) {
    const double* const x = columns_[a].data() + from;
    const Span span = span_of(a);
    std::uint64_t *const sum = &count, *const mark = marks.data();
    const std::size_t n = marks.size();
    run_compiled_for(
        this_processor(), [=]() __attribute__((always_inline)) {
          std::uint64_t beyond = 0;
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < n; ++i) {
            mark[i] |= x[i] >= span.lower && x[i] < span.upper ? 0 : 1;
            beyond += mark[i];
          }
          *sum += beyond;
        });
  }
  return count;
}

bool ParticleStore::is_outside(std::size_t particle) const {
  const auto cell = cell_of(particle);
  bool is_inside = true, is_somewhere = true;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t at = cell[a] - box_.offset[a];
    is_inside = is_inside && at >= 0 && at < box_.count[a];
    if (a < axes_) is_somewhere = is_somewhere && std::isfinite(columns_[a].data()[particle]);
  }
  return !is_inside && is_somewhere;
}

/// Of particles that are nowhere none leaves.
void ParticleStore::find_leaving(std::size_t from, std::size_t count) {
  alignas(64) std::array<std::uint64_t, 512> marks;
  for (const std::size_t end = from + count; from < end; from += marks.size()) {
    const std::size_t n = std::min(marks.size(), end - from);
    if (mark_outside(from, std::span(marks).first(n)) == 0) continue;
    for (std::size_t i = 0; i < n; ++i) {
      if (marks[i] != 0 && is_outside(from + i)) leaving_.push_back(from + i);
    }
  }
}

/// Takes them out, the last ones coming to their places, and takes in what others send.
void ParticleStore::send(const std::vector<std::size_t>& leaving, const std::vector<int>& to) {
  const auto ranks = static_cast<std::size_t>(cells_.communicator().size());
  const std::size_t width = columns_.size() + 1;
  DealtWords out{std::vector<std::uint64_t>(leaving.size() * width),
                 std::vector<std::size_t>(ranks, 0)};
  for (const int rank : to) out.counts[static_cast<std::size_t>(rank)] += width;
  std::vector<std::size_t> next(ranks, 0);
  for (std::size_t r = 1; r < ranks; ++r) next[r] = next[r - 1] + out.counts[r - 1];
  for (std::size_t n = 0; n < leaving.size(); ++n) {
    std::uint64_t* word = out.words.data() + next[static_cast<std::size_t>(to[n])];
    next[static_cast<std::size_t>(to[n])] += width;
    *word++ = ids_.data()[leaving[n]];
    for (auto& column : columns_) *word++ = std::bit_cast<std::uint64_t>(column.data()[leaving[n]]);
  }
  for (std::size_t n = leaving.size(); n-- > 0;) {
    const std::size_t last = --count_, hole = leaving[n];
    ids_.data()[hole] = ids_.data()[last];
    for (auto& column : columns_) column.data()[hole] = column.data()[last];
  }
  receive(deal_words(cells_.communicator(), out).words);
}

void ParticleStore::receive(const std::vector<std::uint64_t>& words) {
  const std::size_t before = count_, width = columns_.size() + 1, come = words.size() / width;
  resize(count_ + come);
  for (std::size_t n = 0; n < come; ++n) {
    ids_.data()[before + n] = words[n * width];
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      columns_[c].data()[before + n] = std::bit_cast<double>(words[n * width + 1 + c]);
    }
  }
}

void ParticleStore::divide_by_space() {
  const Communicator& ranks = cells_.communicator();
  const auto& points = cells_.grid().points;
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  for (std::size_t i = 0; i < count_; ++i) {
    const auto cell = cell_of(i);
    ++counts[static_cast<std::size_t>((cell[0] * points[1] + cell[1]) * points[2] + cell[2])];
  }
  ranks.all_reduce(std::span<std::uint64_t>(counts), Reduction::sum);
  by_space_.assign(1, SpaceDivision(points, counts, ranks.size()));
  box_ = by_space_[0].box(ranks.rank());
  is_by_space_ = true;
  migrate();
  sort();
  fullness_ = fullness();
}

void ParticleStore::migrate() {
  leaving_.clear();
  find_leaving(0, count_);
  migrate_found();
}

void ParticleStore::migrate_found() {
  std::vector<int> to;
  for (const std::size_t i : leaving_) to.push_back(by_space_[0].owner(cell_of(i)));
  send(leaving_, to);
  leaving_.clear();
}

void ParticleStore::divide_by_index() {
  if (!is_by_space_) return;
  std::vector<std::size_t> leaving;
  std::vector<int> to;
  for (std::size_t i = 0; i < count_; ++i) {
    const int owner = by_index_.owner(static_cast<std::int64_t>(ids_.data()[i]));
    if (owner != cells_.communicator().rank()) leaving.push_back(i), to.push_back(owner);
  }
  send(leaving, to);
  std::vector<std::uint32_t> order(count_);
  const auto first = static_cast<std::uint64_t>(by_index_.begin(cells_.communicator().rank()));
  for (std::size_t i = 0; i < count_; ++i) {
    order[ids_.data()[i] - first] = static_cast<std::uint32_t>(i);
  }
  take_order(order.data());
  is_by_space_ = false;
}

std::vector<double> ParticleStore::in_order(std::size_t c) const {
  const Communicator& ranks = cells_.communicator();
  const auto size = static_cast<std::size_t>(ranks.size());
  std::vector<std::vector<std::uint64_t>> words(size);
  for (std::size_t i = 0; i < count_; ++i) {
    const std::uint64_t id = ids_.data()[i];
    auto& to = words[static_cast<std::size_t>(by_index_.owner(static_cast<std::int64_t>(id)))];
    to.push_back(id), to.push_back(std::bit_cast<std::uint64_t>(columns_[c].data()[i]));
  }
  DealtWords out;
  for (const auto& few : words) {
    out.words.insert(out.words.end(), few.begin(), few.end()), out.counts.push_back(few.size());
  }
  const DealtWords in = deal_words(ranks, out);
  std::vector<double> values(static_cast<std::size_t>(by_index_.count(ranks.rank())));
  const auto first = static_cast<std::uint64_t>(by_index_.begin(ranks.rank()));
  for (std::size_t n = 0; n + 1 < in.words.size(); n += 2) {
    values[in.words[n] - first] = std::bit_cast<double>(in.words[n + 1]);
  }
  return values;
}

double ParticleStore::fullness() const {
  const Communicator& ranks = cells_.communicator();
  const auto count = static_cast<std::int64_t>(count_);
  const double all = static_cast<double>(ranks.all_reduce(count, Reduction::sum));
  return static_cast<double>(ranks.all_reduce(count, Reduction::maximum)) * ranks.size() / all;
}

bool ParticleStore::is_uneven() const {
  const double now = fullness();
  return now > 1.2 && now > 1.1 * fullness_;
}

void ParticleStore::take_order(const std::uint32_t* order) {
  AlignedArray<double> other(columns_[0].size());
  for (auto& column : columns_) reorder(column, order, count_, other);
  AlignedArray<std::uint64_t> other_ids(ids_.size());
  reorder(ids_, order, count_, other_ids);
}

void ParticleStore::sort() {
  if (box_.size() == 0) return;
  std::array<CellAxis, 3> axes;
  std::array<const double*, 3> x{};
  for (std::size_t a = 0; a < axes_; ++a) {
    axes[a] = {lower_[a], per_length_[a], first_[a], static_cast<double>(box_.offset[a]),
               static_cast<double>(box_.offset[a] + box_.count[a] - 1)};
    x[a] = columns_[a].data();
  }
  const auto order =
      order_by_cells(std::span(axes).first(axes_), std::span(x).first(axes_), count_);
  take_order(order.data());
}

std::size_t ParticleStore::memory_bytes() const {
  std::size_t bytes = ids_.bytes();
  for (const auto& column : columns_) bytes += column.bytes();
  return bytes;
}

}  // namespace parapet
