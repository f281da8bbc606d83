#include "methods/volume/scalar_laws.hpp"

#include "base/processors.hpp"

namespace parapet {

namespace {

template <class V, class Law>
PARAPET_INLINE void sweep_with(const ScalarTask<Law>& task) {
  ScalarSweep<V, Law> sweep(task.stage, task.axes, task.scratch);
  for (const SweepBox& box : task.boxes) sweep.over(box);
}

template <class Law>
void sweep_on_this_processor(const ScalarTask<Law>& task) {
  switch (this_processor()) {
    case Processor::avx512:
      return run_compiled_for(Processor::avx512, [&] { sweep_with<VectorOf<64>::Type>(task); });
    case Processor::avx2:
      return run_compiled_for(Processor::avx2, [&] { sweep_with<VectorOf<32>::Type>(task); });
    case Processor::any:
      return sweep_with<VectorOf<16>::Type>(task);
  }
}

}  // namespace

void sweep(const ScalarTask<AdvectionLaw>& task) {
  sweep_on_this_processor(task);
}
void sweep(const ScalarTask<BurgersLaw>& task) {
  sweep_on_this_processor(task);
}
void sweep(const ScalarTask<ContinuityLaw>& task) {
  sweep_on_this_processor(task);
}

}  // namespace parapet
