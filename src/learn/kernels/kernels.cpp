#include "learn/kernels/kernels.hpp"

#include <cstdlib>
#include <string_view>

#include "base/failure.hpp"

namespace parapet::kernels {

#ifdef PARAPET_X86_KERNELS
namespace avx512 {
const Kernels<float>& single_precision();
const Kernels<double>& double_precision();
}  // namespace avx512
namespace avx2 {
const Kernels<float>& single_precision();
const Kernels<double>& double_precision();
}  // namespace avx2
#endif
namespace portable {
const Kernels<float>& single_precision();
const Kernels<double>& double_precision();
}  // namespace portable

namespace {

enum class Set { avx512, avx2, portable };

bool can_run(Set set) {
#ifdef PARAPET_X86_KERNELS
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  if (set == Set::avx512) return has_avx512 && has_avx2;
  if (set == Set::avx2) return has_avx2;
#endif
  return set == Set::portable;
}

Set choose() {
  const char* text = std::getenv("PARAPET_KERNELS");
  const std::string_view wish = text ? text : "";
  for (const auto& [name, set] :
       {std::pair{"avx512", Set::avx512}, {"avx2", Set::avx2}, {"portable", Set::portable}}) {
    if (!wish.empty() && wish != name) continue;
    if (can_run(set)) return set;
    require(wish.empty(), ExitCode::bad_input,
            "PARAPET_KERNELS asks for " + std::string(wish) + ", which this processor lacks");
  }
  throw Failure(ExitCode::bad_input,
                "PARAPET_KERNELS is '" + std::string(wish) + "' (known: avx512, avx2, portable)");
}

Set chosen() {
  static const Set set = choose();
  return set;
}

}  // namespace

template <>
const Kernels<float>& kernels<float>() {
#ifdef PARAPET_X86_KERNELS
  if (chosen() == Set::avx512) return avx512::single_precision();
  if (chosen() == Set::avx2) return avx2::single_precision();
#endif
  chosen();
  return portable::single_precision();
}

template <>
const Kernels<double>& kernels<double>() {
#ifdef PARAPET_X86_KERNELS
  if (chosen() == Set::avx512) return avx512::double_precision();
  if (chosen() == Set::avx2) return avx2::double_precision();
#endif
  chosen();
  return portable::double_precision();
}

}  // namespace parapet::kernels
