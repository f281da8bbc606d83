#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "methods/density/row_sampler.hpp"

namespace parapet {

/// x/(eˣ − 1), the function of Bernoulli's numbers: 1 at 0, −x far below, 0 far above.
double bernoulli(double x);

/// Rates out of and into the lower cell of an edge.
struct RatePair {
  double out = 0.0, in = 0.0;
};

/// What makes an edge's rates: D/h² and q/h², see EdgeRates.
struct EdgeLaw {
  double diffusion = 0.0, drift = 0.0;
};

/// D B(−q/D) and D B(q/D); upwind, max(q, 0) and max(−q, 0), where D is 0.
RatePair exponential_pair(double diffusion, double q);

/// What makes the rates on the edges of one direction, from a process's functions at their ends and
/// middles.
class EdgeSampler {
 public:
  EdgeSampler(const CellGrid& cells, const DensityProcess& process, double time,
              const std::array<int, 3>& step, bool has_cross);

  /// Those of every cell of the row that begins at a cell of the block.
  std::vector<EdgeLaw> laws(std::int64_t i, std::int64_t j, std::int64_t k);

  /// What was wrong first, with its place; empty: nothing.
  const std::string& fault() const { return fault_; }
  /// Whether D was 0 somewhere.
  bool is_degenerate() const { return is_degenerate_; }

 private:
  using Rows = std::vector<std::vector<double>>;
  using Vector = std::array<double, 3>;

  RowSampler::Shift shifted(double share) const;
  std::vector<EdgeLaw> along_axis();
  std::vector<EdgeLaw> slanted();
  Rows driving();
  EdgeLaw slanted_law(const Tensor& D, const Vector& b, std::size_t i);
  double weight(const Tensor& D) const;
  void check(const char* what, double value, std::size_t i, double share);
  void note(const std::string& what, double value, std::size_t i, double share);

  RowSampler row_;
  const DensityProcess& process_;
  std::array<int, 3> step_;
  bool has_cross_;
  int d_;
  std::size_t axis_ = 0;
  Vector h_{1.0, 1.0, 1.0};
  std::string fault_;
  bool is_degenerate_ = false;
};

/// Throws a collective Failure(bad_input) with the fault of the first rank that has one.
/// Collective.
void throw_bad_process(const Communicator& communicator, std::string fault);

}  // namespace parapet
