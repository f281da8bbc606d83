#include "methods/volume/scalar_laws.hpp"

namespace parapet {

namespace {

template <class V, class Law>
PARAPET_INLINE void sweep_with(const ScalarTask<Law>& task) {
  ScalarSweep<V, Law> sweep(task.stage, task.axes, task.scratch);
  for (const SweepBox& box : task.boxes) sweep.over(box);
}

}  // namespace

PARAPET_FOR_EACH_PROCESSOR(sweep, const ScalarTask<BurgersLaw>&, sweep_with)
PARAPET_FOR_EACH_PROCESSOR(sweep, const ScalarTask<ContinuityLaw>&, sweep_with)

}  // namespace parapet
