#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "grid/exchange.hpp"
#include "grid/kept_modes.hpp"
#include "grid/partition.hpp"

namespace parapet {

/// Brings an array of `columns` × `layers` × `rows` complex values, of which each rank holds some
/// rows (all columns), to the ranks that hold some columns (all rows), and back. A *line of a row*
/// runs over the columns, a *line of a column* over the kept rows. Lines are handed over while they
/// are in cache: the transposition is done in passing, by the stores and loads of the exchange.
///
/// The block from the owner of rows R to the owner of columns C, and the one back, is stored as
/// [column in C][layer][row in R].
class Transposition {
 public:
  /// How many lines of rows are best handed over together: their values of one column fill two
  /// cache lines.
  static constexpr std::size_t lines_per_group = 8;

  /// With `is_folded` the lines of rows run over the columns in folded order (CosineTwiddles).
  Transposition(RankGroup& group, std::int64_t columns, const KeptModes& rows,
                bool is_folded = false);

  std::int64_t column_begin() const { return columns_.begin(here_); }
  std::int64_t column_count() const { return columns_.count(here_); }
  std::int64_t row_begin() const { return rows_.begin(here_); }
  std::int64_t row_count() const { return rows_.count(here_); }

  /// From rows to columns: open, put every row, send, get every column.
  void open_rows(std::size_t layers);
  /// Rows [row, row + count) of this rank in `layer`, line j at lines + j·pitch; count ≤
  /// lines_per_group.
  void put_rows(const Complex* lines, std::size_t pitch, std::size_t count, std::size_t layer,
                std::size_t row);
  void send_rows() { to_columns_.run(); }
  /// A whole line of a column of this rank, zero where nothing is kept.
  void get_column(std::size_t column, std::size_t layer, Complex* line) const;

  /// From columns to rows, likewise.
  void open_columns(std::size_t layers);
  void put_column(const Complex* line, std::size_t column, std::size_t layer);
  void send_columns() { to_rows_.run(); }
  void get_rows(Complex* lines, std::size_t pitch, std::size_t count, std::size_t layer,
                std::size_t row) const;

  std::size_t bytes() const { return to_columns_.bytes() + to_rows_.bytes(); }

 private:
  int here_, size_;
  Partition columns_, rows_;
  KeptModes kept_;
  bool is_folded_;
  std::vector<std::size_t> strides_;         ///< of a column's part held by each rank
  std::vector<std::size_t> stride_offsets_;  ///< sums of those before
  std::size_t layers_to_columns_ = 0, layers_to_rows_ = 0;
  Exchange to_columns_, to_rows_;
};

}  // namespace parapet
