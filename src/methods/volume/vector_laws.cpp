#include "methods/volume/vector_laws.hpp"

#include "base/processors.hpp"

namespace parapet {

namespace {

template <class V, int dimensions>
PARAPET_INLINE void sweep_with(const VectorTask& task) {
  VectorSweep<V, dimensions> sweep(task.stage, task.axes, task.scratch);
  for (const SweepBox& box : task.boxes) sweep.over(box);
}

template <int dimensions>
void sweep_on_this_processor(const VectorTask& task) {
  switch (this_processor()) {
    case Processor::avx512:
      return run_compiled_for(Processor::avx512,
                              [&] { sweep_with<VectorOf<64>::Type, dimensions>(task); });
    case Processor::avx2:
      return run_compiled_for(Processor::avx2,
                              [&] { sweep_with<VectorOf<32>::Type, dimensions>(task); });
    case Processor::any:
      return sweep_with<VectorOf<16>::Type, dimensions>(task);
  }
}

}  // namespace

void sweep(const VectorTask& task, int dimensions) {
  dimensions == 2 ? sweep_on_this_processor<2>(task) : sweep_on_this_processor<3>(task);
}

}  // namespace parapet
