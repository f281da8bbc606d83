#include "methods/implicit/diffusion_multigrid.hpp"

#include <cmath>
#include <utility>

#include "base/random.hpp"
#include "methods/cell_case.hpp"
#include "methods/implicit/linear_diffusion.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

using Values = std::vector<double>;

/// (m − D ∇²) u = f on a unit box; D in units of the area of a cell.
struct Problem {
  CellGrid cells;
  DiffusionMultigrid multigrid;
  LinearDiffusion diffusion;
  Values mass;  ///< of the layout

  Problem(const std::vector<std::int64_t>& points, BoundaryKind ends, double D,
          const FieldFunction& its_mass)
      : cells(world(), unit_grid(points, ends), all_ends(ends), DiffusionMultigrid::ghosts,
              GhostReach::corners),
        multigrid(cells),
        diffusion(cells, 1, D * std::pow(cells.grid().spacing(0), 2)),
        mass(cells.layout().size, 1.0) {
    const Values inside = make([&](const Point& x) { return its_mass(0, x); });
    set_cells(cells.layout(), inside.data(), mass.data());
    multigrid.set_diffusivity(D * std::pow(cells.grid().spacing(0), 2));
    multigrid.set_mass(mass.data(), 0.5);
  }

  template <class F>
  Values make(F&& value) const {
    Values made;
    const Box box = cells.block();
    const Grid& grid = cells.grid();
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        for (std::int64_t k = 0; k < box.count[2]; ++k) {
          made.push_back(value(Point{grid.coordinate(0, box.offset[0] + i),
                                     grid.coordinate(1, box.offset[1] + j),
                                     grid.coordinate(2, box.offset[2] + k)}));
        }
      }
    }
    return made;
  }

  Values cycle(const Values& f) {
    Values u(f.size());
    multigrid.cycle(f.data(), u.data());
    return u;
  }

  /// f − (m − D ∇²) u.
  Values residual(const Values& f, const Values& u) {
    Values field(cells.layout().size), left = f;
    set_cells(cells.layout(), u.data(), field.data());
    fill_diffusion_ghosts(cells, field.data());
    const auto length = static_cast<std::size_t>(cells.layout().row_length());
    Values spread(length);
    std::size_t next = 0;
    cells.layout().for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      diffusion.along_row(field.data() + row, length, spread.data());
      for (std::size_t i = 0; i < length; ++i, ++next) {
        const double own = mass[static_cast<std::size_t>(row) + i];
        left[next] -= own * u[next] - spread[i];
      }
    });
    return left;
  }

  static double norm(const Values& values) {
    double sum = 0.0;
    for (const double value : values) sum += value * value;
    return std::sqrt(world().all_reduce(sum, Reduction::sum));
  }
  static void add(Values& to, const Values& change, double scale = 1.0) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += scale * change[i];
  }
};

double uneven(int, const Point& x) {
  return 1.0 + 0.5 * std::sin(2.0 * pi * x[0]) * std::cos(2.0 * pi * x[1]);
}

/// Waves of all lengths.
double rough(const Point& x) {
  const double place = 12.9898 * x[0] + 78.233 * x[1] + 37.719 * x[2];
  const double value = std::sin(place) * 43758.5453;
  return value - std::floor(value) - 0.5;
}

struct Case {
  std::vector<std::int64_t> points;
  BoundaryKind ends;
  double D, factor;  ///< of the residual, the mean over ten cycles; with the oddest blocks
};

TEST(DiffusionMultigrid, ReducesTheResidualFastOnAnyGrid) {
  const auto periodic = BoundaryKind::periodic, closed = BoundaryKind::no_flux,
             fixed = BoundaryKind::dirichlet;
  for (const auto& [points, ends, D, factor] :
       {Case{{96, 96}, periodic, 1.0, 0.075}, Case{{96, 96}, closed, 10.0, 0.21},
        Case{{192, 192}, closed, 10.0, 0.33}, Case{{128, 96}, fixed, 1e4, 0.38},
        Case{{97, 71}, fixed, 10.0, 0.36}, Case{{32, 32, 32}, closed, 10.0, 0.37},
        Case{{24, 48, 24}, periodic, 1e3, 0.37}, Case{{8192}, fixed, 1e3, 0.2}}) {
    Problem problem(points, ends, D, uneven);
    const Values f = problem.make(rough);
    Values u(f.size(), 0.0), left = f;
    constexpr int cycles = 10;
    for (int i = 0; i < cycles; ++i) {
      Problem::add(u, problem.cycle(left));
      left = problem.residual(f, u);
    }
    const double mean = std::pow(Problem::norm(left) / Problem::norm(f), 1.0 / cycles);
    expect_below("factor of a cycle", mean, factor);
  }
}

TEST(DiffusionMultigrid, ComesToTheWaveThatSolvesTheDifferences) {
  constexpr std::int64_t n = 96;
  constexpr double D = 20.0;
  for (const auto ends : {BoundaryKind::no_flux, BoundaryKind::dirichlet}) {
    Problem problem({n, n}, ends, D, [](int, const Point&) { return 1.0; });
    const bool is_closed = ends == BoundaryKind::no_flux;
    const Values wave = problem.make([&](const Point& x) {
      return is_closed ? std::cos(pi * x[0]) * std::cos(2.0 * pi * x[1])
                       : std::sin(pi * x[0]) * std::sin(2.0 * pi * x[1]);
    });
    const auto eigenvalue = [](double k) { return 4.0 * std::pow(std::sin(0.5 * k / n), 2); };
    const double scale = 1.0 + D * (eigenvalue(pi) + eigenvalue(2.0 * pi));
    Values f = wave, u(f.size(), 0.0);
    for (double& value : f) value *= scale;
    for (int i = 0; i < 20; ++i) Problem::add(u, problem.cycle(problem.residual(f, u)));
    Problem::add(u, wave, -1.0);
    expect_below("distance", Problem::norm(u) / Problem::norm(wave), 1e-13);
  }
}

TEST(DiffusionMultigrid, IsLinear) {
  Problem problem({96, 64}, BoundaryKind::dirichlet, 10.0, uneven);
  const Values f = problem.make(rough), g = problem.make([](const Point&x) { return x[0]; });
  Values both = f;
  Problem::add(both, g, -3.0);
  Values difference = problem.cycle(both);
  Problem::add(difference, problem.cycle(f), -1.0);
  Problem::add(difference, problem.cycle(g), 3.0);
  expect_below("distance", Problem::norm(difference) / Problem::norm(problem.cycle(g)), 1e-14);
}

}  // namespace
}  // namespace parapet
