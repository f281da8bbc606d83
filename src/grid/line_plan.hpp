#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "grid/spectral_transform.hpp"

struct fftw_plan_s;

namespace parapet {

/// A one-dimensional transform, not normalised: complex with exp(−i…) or exp(+i…), of a real line,
/// or to a real line.
struct LineKind {
  enum class Type { forward, backward, from_real, to_real };
  Type type;
  std::int64_t points;
};

/// An FFTW plan for one contiguous line out of place, between arrays on 16-byte boundaries. Every
/// line of a transform goes through the same plan one by one, which is why no result depends on how
/// the lines are divided among ranks (and, measured, is also FFTW's fastest way). `to_real`
/// destroys its input.
class LinePlan {
 public:
  LinePlan() = default;
  explicit LinePlan(fftw_plan_s* plan) : plan_(plan) {}

  void run(const Complex* in, Complex* out) const;
  void run(const double* in, Complex* out) const;
  void run(Complex* in, double* out) const;

 private:
  struct Destroy {
    void operator()(fftw_plan_s* plan) const;
  };
  std::unique_ptr<fftw_plan_s, Destroy> plan_;
};

/// Makes the plans for `kinds`, the same on every rank. With Planning::measure rank 0 times FFTW's
/// algorithms, starting from the given `wisdom`, and its choice is what every rank uses and what
/// `wisdom` holds afterwards. Collective.
std::vector<LinePlan> make_line_plans(const Communicator& communicator,
                                      std::span<const LineKind> kinds, Planning planning,
                                      std::string& wisdom);

}  // namespace parapet
