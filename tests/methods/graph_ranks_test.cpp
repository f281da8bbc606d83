#include "base/failure.hpp"
#include "methods/graph_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

const Communicator& alone() {
  static const Communicator self = Communicator::self();
  return self;
}

double start(int component, std::size_t node) {
  return 1.0 + component + 0.4 * std::sin(1.7 * static_cast<double>(node) + component);
}

/// Through a checkpoint's numbers, as on a restart.
void pass_on(GraphCase& from, GraphCase& to) {
  std::vector<double> scratch;
  for (int a = 0; a < to.solver->state_arrays(); ++a) {
    to.solver->set_state(0, a, from.solver->state(0, a, scratch));
  }
  to.solver->set_progress(0, from.solver->progress(0));
}

struct Steps {
  const char* integrator;
  StepControl control;
};

// Five nodes are fewer than seven ranks.
TEST(GraphRanks, ExplicitStepsHaveTheSameBitsOnAnyAndAcrossARestart) {
  for (const std::int64_t nodes : {5, 40}) {
    const Graph graph = small_network(nodes);
    for (const Steps& steps : {Steps{"ssprk3", {}}, Steps{"rk4", {}}, Steps{"euler", {0.01}}}) {
      const auto digest_on = [&](const Communicator& ranks, bool is_restarted) {
        GraphCase run(ranks, Brusselator{}, graph, steps.integrator, steps.control);
        run.set_nodes(start);
        run_to(*run.solver, 0.5);
        GraphCase later(ranks, Brusselator{}, graph, steps.integrator, steps.control);
        pass_on(run, later);
        Solver& solver = is_restarted ? *later.solver : *run.solver;
        run_to(solver, 1.0);
        const FieldDiagnostics found = solver.diagnose(0);
        return std::tuple{solver.digest(0), found.energy, found.gradient_square};
      };
      const auto whole = digest_on(alone(), false);
      EXPECT_EQ(digest_on(world(), false), whole) << steps.integrator << " " << nodes;
      EXPECT_EQ(digest_on(world(), true), whole) << steps.integrator << " " << nodes;
    }
  }
}

struct Implicit {
  const char* integrator;
  StepControl control;
  double bound;  ///< of the distance from rk4 with small steps
};

TEST(GraphRanks, ImplicitStepsAgreeToTheirToleranceOnAnyAndAcrossARestart) {
  for (const std::int64_t nodes : {5, 40}) {
    const Graph graph = small_network(nodes);
    GraphCase exact(alone(), Brusselator{}, graph, "rk4", {5e-4});
    exact.set_nodes(start);
    run_to(*exact.solver, 0.2);
    for (const Implicit& steps :
         {Implicit{"crank-nicolson", {0.02}, 6e-4}, Implicit{"arkimex", {0.05}, 5e-4},
          Implicit{"rosenbrock-w", {0.05}, 7e-4}, Implicit{"bdf2", {0.02}, 2e-3},
          Implicit{"arkimex", {{}, 1e-6}, 1.5e-6}}) {
      const std::string name = steps.integrator + std::string(" on ") + std::to_string(nodes);
      GraphCase here(alone(), Brusselator{}, graph, steps.integrator, steps.control);
      GraphCase shared(world(), Brusselator{}, graph, steps.integrator, steps.control);
      GraphCase later(world(), Brusselator{}, graph, steps.integrator, steps.control);
      for (GraphCase* run : {&here, &shared}) {
        run->set_nodes(start);
        run_to(*run->solver, 0.1);
      }
      pass_on(shared, later);
      for (GraphCase* run : {&here, &shared, &later}) run_to(*run->solver, 0.2);
      double ranks = 0.0, error = 0.0;
      for (int c = 0; c < 2; ++c) {
        ranks = std::max(ranks, largest_difference(all_values(shared, c), all_values(here, c)));
        error = std::max(error, largest_difference(all_values(shared, c), all_values(exact, c)));
      }
      expect_below(name + ": distance from one rank", ranks, 1e-12);
      expect_below(name + ": distance from rk4", error, steps.bound);
      EXPECT_EQ(later.solver->digest(0), shared.solver->digest(0)) << name;
    }
  }
}

TEST(GraphRanks, AStateThatIsNotFiniteEndsTheRunOnAllOfThem) {
  const Graph graph = small_network();
  for (const char* const integrator : {"rk4", "crank-nicolson"}) {
    GraphCase run(world(), Brusselator{}, graph, integrator, {1.0});
    run.set_nodes([](int, std::size_t) { return 1e60; });
    try {
      run_to(*run.solver, 40.0);
      ADD_FAILURE() << integrator << " did not fail";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::blew_up);
      EXPECT_TRUE(failure.is_collective());
    }
  }
}

}  // namespace
}  // namespace parapet
