// make_trajectory FOLDER: writes the synthetic trajectory of the tests there.
#include "base/session.hpp"
#include "learn/synthetic_trajectory.hpp"

int main(int argc, char** argv) {
  return parapet::run_program(argc, argv, [&](const parapet::Communicator& world) {
    if (argc != 2) return parapet::ExitCode::bad_input;
    parapet::testing::SyntheticTrajectory{}.write(world, argv[1]);
    return parapet::ExitCode::done;
  });
}
