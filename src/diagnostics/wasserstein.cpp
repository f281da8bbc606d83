#include "diagnostics/wasserstein.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace parapet {

namespace {

/// Walks through a density along its mass, from 0 to 1.
class QuantileWalk {
 public:
  explicit QuantileWalk(std::span<const double> cells)
      : cells_(cells), total_(std::accumulate(cells.begin(), cells.end(), 0.0)) {
    skip_empty_cells();
  }

  bool is_empty() const { return !(total_ > 0.0); }
  bool is_at_end() const { return cell_ == cells_.size(); }
  /// The mass that is left in the cell.
  double left() const { return (1.0 - inside_) * share(); }
  /// The quantile, in cells, and what it is after so much more mass in this cell.
  double place() const { return static_cast<double>(cell_) + inside_; }
  double place_after(double mass) const {
    return static_cast<double>(cell_) + std::min(1.0, inside_ + mass / share());
  }
  void go(double mass, bool is_through) {
    inside_ = std::min(1.0, inside_ + mass / share());
    if (!is_through) return;
    ++cell_, inside_ = 0.0;
    skip_empty_cells();
  }

 private:
  double share() const { return cells_[cell_] / total_; }
  void skip_empty_cells() {
    while (cell_ < cells_.size() && !(cells_[cell_] > 0.0)) ++cell_;
  }

  std::span<const double> cells_;
  double total_;
  std::size_t cell_ = 0;
  double inside_ = 0.0;  ///< share of the cell that is behind
};

}  // namespace

double squared_wasserstein(std::span<const double> a, std::span<const double> b, double spacing) {
  QuantileWalk p(a), q(b);
  if (p.is_empty() || q.is_empty()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  while (!p.is_at_end() && !q.is_at_end()) {
    const double mass = std::min(p.left(), q.left());
    const double begin = p.place() - q.place();
    const double end = p.place_after(mass) - q.place_after(mass);
    sum += mass * (begin * begin + begin * end + end * end) / 3.0;
    const bool is_through = p.left() <= q.left(), is_other_through = q.left() <= p.left();
    p.go(mass, is_through);
    q.go(mass, is_other_through);
  }
  return sum * spacing * spacing;
}

}  // namespace parapet
