#pragma once

#include <array>
#include <span>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/point_reaction.hpp"
#include "methods/stage_rings.hpp"

namespace parapet {

/// A stage of an explicit method. Register 0 is the state at the beginning, register s what stage s
/// makes, with L(u) = D ∇²u + R(u):
///   weight · (register s − 1) + rate · L(register s − 1) + Σ weight · (an earlier register)
struct Stage {
  struct Term {
    std::size_t source;  ///< number of a register, or of one of SweepWork::arrays
    double weight;
    bool is_array = false;  ///< in the last stage only: arrays have no ghosts
  };
  double weight = 1.0, rate = 0.0;
  std::vector<Term> terms{};
};

/// The ghost rules of every component at the ends of every axis.
using EndRules = std::vector<std::array<std::array<GhostRule, 2>, 3>>;

/// What is to be done: see StageSweep::run().
struct SweepWork {
  const PointReaction* reaction = nullptr;
  std::span<const Stage> stages;
  const EndRules* rules = nullptr;
  std::span<double*const> in, out;
  /// States that the last stage may add, one after another, each one array a component; `out` may
  /// be among them.
  std::span<double* const> arrays{};
};

/// Takes one tile of a block through all stages of a sweep, plane by plane. The first stage reads
/// the state where it is, so that memory is read while cells are computed.
class TileSweep {
 public:
  TileSweep(const CellGrid& cells, const SweepAxes& axes, int components, int radius);

  /// What `work` points at is used until finish().
  void prepare(const SweepWork& work);
  void sweep(const Tile& tile);
  void finish() { work_ = {}; }

  /// Layers around a tile that its stages read.
  int margin() const { return radius_ * static_cast<int>(work_.stages.size()); }
  /// What should stay in cache for each cell of a plane.
  double bytes_of_a_cell() const;
  std::size_t memory_bytes() const { return rings_.memory_bytes(); }

 private:
  void visit(std::size_t number, std::int64_t plane);
  void compute(std::size_t number, std::int64_t plane);
  void plan_ahead(std::size_t number, std::int64_t plane, const Extent& rows);
  void compute_rows(std::size_t number, std::int64_t plane, const Extent& rows);
  void add_terms(std::size_t number, std::int64_t plane);
  void fill_ghosts(std::size_t number, std::int64_t plane);
  void wrap_rows(std::int64_t plane);
  void fill_row_ends(std::size_t number, std::int64_t plane);
  void fill_rows_beyond_ends(std::size_t number, std::int64_t plane);
  void fill_plane(std::size_t number, std::int64_t plane, int side);

  /// Which of a register's cells later stages need.
  Extent needed(std::size_t number, std::size_t axis) const;
  Extent covered(std::size_t axis) const;
  /// Rows of a stage whose pointers, and those of their neighbours, all advance alike.
  std::int64_t end_of_group(std::size_t number, const Extent& rows) const;
  bool is_last(std::size_t number) const { return number == work_.stages.size(); }
  bool row_wraps() const;
  bool reaches_end(std::size_t axis, int side, const Extent& extent) const;
  const GhostRule& rule(std::size_t component, std::size_t axis, int side) const;
  double* cell_of(double* field, std::int64_t plane, std::int64_t row) const;
  /// Cell 0 of a row of a register; that of register 0 where it lies, across a periodic end if it
  /// is beyond one.
  double* row_of(std::size_t number, std::int64_t plane, std::size_t c, std::int64_t row);
  /// Where a stage puts a row: the last one into the result.
  double* row_made(std::size_t number, std::int64_t plane, std::size_t c, std::int64_t row);
  const double* row_of_term(const Stage::Term& term, std::int64_t plane, std::size_t c,
                            std::int64_t row);

  const CellLayout& layout_;
  SweepAxes axes_;
  std::size_t components_;
  int radius_;
  std::array<double, 3> share_{};
  double per_area_;

  SweepWork work_;
  std::vector<double> diffusivity_;
  std::vector<std::int64_t> planes_;  // of each register but the last, in rings

  Tile tile_;
  StageRings rings_;
  std::vector<const double*> in_, base_;
  std::vector<double*> out_;
  std::vector<Ahead> ahead_;
};

}  // namespace parapet
