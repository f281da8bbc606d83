#include "grid/transposition.hpp"

#include "grid/cosine_twiddles.hpp"

namespace parapet {

namespace {

// Parts of at least this many values start on cache lines, an odd number of them apart, so that the
// parts of successive columns do not fall into the same cache set.
constexpr std::size_t shortest_padded_part = 16;

std::size_t part_stride(std::int64_t count) {
  const auto values = static_cast<std::size_t>(count);
  if (values < shortest_padded_part) return values;
  const std::size_t padded = padded_length(values, sizeof(Complex));
  return padded % 8 == 0 ? padded + 4 : padded;
}

// One complex value, moved whole: a std::complex is moved as two halves.
using Value [[gnu::vector_size(16), gnu::may_alias]] = double;

/// Columns [begin, end) of lines over `total` columns.
struct ColumnRange {
  std::size_t begin, end, total;
};

/// Calls visit(place in a line) for every column in turn.
template <class F>
void for_each_place(const ColumnRange& columns, bool is_folded, F&& visit) {
  if (!is_folded) {
    for (std::size_t i = columns.begin; i < columns.end; ++i) visit(i);
    return;
  }
  const auto total = static_cast<std::int64_t>(columns.total);
  for (std::size_t i = columns.begin; i < columns.end; ++i) {
    visit(static_cast<std::size_t>(folded_place(static_cast<std::int64_t>(i), total)));
  }
}

/// Column i of line j goes to to[(i − begin)·stride + j], and back.
template <std::size_t Count>
void interleave(const Complex* lines, std::size_t pitch, const ColumnRange& columns, bool is_folded,
                Complex* to, std::size_t stride) {
  const auto* const from = reinterpret_cast<const Value*>(lines);
  auto* target = reinterpret_cast<Value*>(to);
  for_each_place(columns, is_folded, [&](std::size_t place) {
    for (std::size_t j = 0; j < Count; ++j) target[j] = from[j * pitch + place];
    target += stride;
  });
}

template <std::size_t Count>
void separate(const Complex* from, std::size_t stride, const ColumnRange& columns, bool is_folded,
              Complex* lines, std::size_t pitch) {
  const auto* source = reinterpret_cast<const Value*>(from);
  auto* const to = reinterpret_cast<Value*>(lines);
  for_each_place(columns, is_folded, [&](std::size_t place) {
    for (std::size_t j = 0; j < Count; ++j) to[j * pitch + place] = source[j];
    source += stride;
  });
}

Complex* as_complex(double* values) {
  return reinterpret_cast<Complex*>(values);
}
const Complex* as_complex(const double* values) {
  return reinterpret_cast<const Complex*>(values);
}

}  // namespace

Transposition::Transposition(RankGroup& group, std::int64_t columns, const KeptModes& rows,
                             bool is_folded)
    : here_(group.communicator().rank()),
      size_(group.communicator().size()),
      columns_{columns, size_},
      rows_{rows.count(), size_},
      kept_(rows),
      is_folded_(is_folded),
      to_columns_(group),
      to_rows_(group) {
  stride_offsets_.push_back(0);
  for (int rank = 0; rank < size_; ++rank) {
    strides_.push_back(part_stride(rows_.count(rank)));
    stride_offsets_.push_back(stride_offsets_.back() + strides_.back());
  }
}

void Transposition::open_rows(std::size_t layers) {
  layers_to_columns_ = layers;
  const auto here = static_cast<std::size_t>(here_);
  const auto begin_here = static_cast<std::size_t>(columns_.begin(here_));
  const auto count_here = static_cast<std::size_t>(columns_.count(here_));
  std::vector<Route> routes(static_cast<std::size_t>(size_));
  for (int rank = 0; rank < size_; ++rank) {
    const auto peer = static_cast<std::size_t>(rank);
    const std::size_t out = 2 * layers * strides_[here], in = 2 * layers * strides_[peer];
    routes[peer] = {.send_count = static_cast<std::size_t>(columns_.count(rank)) * out,
                    .send_offset = static_cast<std::size_t>(columns_.begin(rank)) * out,
                    .receive_count = count_here * in,
                    .receive_offset = begin_here * in};
  }
  to_columns_.open(std::move(routes), layers);
}

void Transposition::open_columns(std::size_t layers) {
  layers_to_rows_ = layers;
  const auto here = static_cast<std::size_t>(here_);
  const auto count_here = static_cast<std::size_t>(columns_.count(here_));
  std::vector<Route> routes(static_cast<std::size_t>(size_));
  for (int rank = 0; rank < size_; ++rank) {
    const auto peer = static_cast<std::size_t>(rank);
    const std::size_t out = 2 * layers * count_here;
    const std::size_t in = 2 * layers * static_cast<std::size_t>(columns_.count(rank));
    routes[peer] = {.send_count = out * strides_[peer],
                    .send_offset = out * stride_offsets_[peer],
                    .receive_count = in * strides_[here],
                    .receive_offset = in * stride_offsets_[here]};
  }
  to_rows_.open(std::move(routes), layers);
}

void Transposition::put_rows(const Complex* lines, std::size_t pitch, std::size_t count,
                             std::size_t layer, std::size_t row) {
  const std::size_t stride = strides_[static_cast<std::size_t>(here_)];
  Complex* const to = as_complex(to_columns_.outgoing()) + layer * stride + row;
  const auto length = static_cast<std::size_t>(columns_.total);
  const ColumnRange all{0, length, length};
  const std::size_t step = layers_to_columns_ * stride;
  if (count == lines_per_group) {
    return interleave<lines_per_group>(lines, pitch, all, is_folded_, to, step);
  }
  for (std::size_t j = 0; j < count; ++j)
    interleave<1>(lines + j * pitch, pitch, all, is_folded_, to + j, step);
}

void Transposition::get_rows(Complex* lines, std::size_t pitch, std::size_t count,
                             std::size_t layer, std::size_t row) const {
  const std::size_t stride = strides_[static_cast<std::size_t>(here_)];
  const std::size_t step = layers_to_rows_ * stride;
  for (int rank = 0; rank < size_; ++rank) {
    const Complex* const from = as_complex(to_rows_.incoming(rank)) + layer * stride + row;
    const ColumnRange part{static_cast<std::size_t>(columns_.begin(rank)),
                           static_cast<std::size_t>(columns_.end(rank)),
                           static_cast<std::size_t>(columns_.total)};
    if (count == lines_per_group) {
      separate<lines_per_group>(from, step, part, is_folded_, lines, pitch);
      continue;
    }
    for (std::size_t j = 0; j < count; ++j)
      separate<1>(from + j, step, part, is_folded_, lines + j * pitch, pitch);
  }
}

void Transposition::get_column(std::size_t column, std::size_t layer, Complex* line) const {
  for (int rank = 0; rank < size_; ++rank) {
    const std::size_t stride = strides_[static_cast<std::size_t>(rank)];
    kept_.unpack(
        as_complex(to_columns_.incoming(rank)) + (column * layers_to_columns_ + layer) * stride,
        rows_.begin(rank), rows_.end(rank), line);
  }
  kept_.clear_gap(line);
}

void Transposition::put_column(const Complex* line, std::size_t column, std::size_t layer) {
  const auto columns = static_cast<std::size_t>(column_count());
  for (int rank = 0; rank < size_; ++rank) {
    const auto peer = static_cast<std::size_t>(rank);
    const std::size_t block = columns * layers_to_rows_ * stride_offsets_[peer];
    kept_.pack(line, rows_.begin(rank), rows_.end(rank),
               as_complex(to_rows_.outgoing()) + block +
                   (column * layers_to_rows_ + layer) * strides_[peer]);
  }
}

}  // namespace parapet
