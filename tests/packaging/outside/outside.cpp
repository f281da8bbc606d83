#include <array>
#include <cstdio>

#include "base/exact_sum.hpp"
#include "base/session.hpp"

int main(int argc, char** argv) {
  return parapet::run_program(argc, argv, [](const parapet::Communicator& world) {
    const std::array<double, 3> terms{1e100, 1.0, -1e100};
    const double sum = parapet::exact_sum(world, terms);
    if (world.is_root()) std::printf("outside: %g\n", sum);
    return sum == world.size() ? parapet::ExitCode::done : parapet::ExitCode::internal_error;
  });
}
