#include "methods/density/rate_equation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <petscksp.h>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "grid/petsc_native.hpp"

namespace parapet {

namespace {

using MatHandle = PetscHandle<Mat, MatDestroy>;
using VecHandle = PetscHandle<Vec, VecDestroy>;
using KspHandle = PetscHandle<KSP, KSPDestroy>;

constexpr int most_iterations = 200;
constexpr std::int64_t most_factored = std::int64_t{1} << 21;  // cells of a factored matrix
constexpr const char* prefix = "parapet_density_";

void set_option(const char* name, const char* value) {
  check_petsc(PetscOptionsSetValue(nullptr, (std::string("-") + prefix + name).c_str(), value),
              "PetscOptionsSetValue");
}

/// hypre's BoomerAMG reads its options from PETSc's list.
void choose_multigrid(KSP solver) {
  set_option("pc_hypre_boomeramg_strong_threshold", "0.25");
  set_option("pc_hypre_boomeramg_coarsen_type", "HMIS");
  set_option("pc_hypre_boomeramg_interp_type", "ext+i");
  set_option("pc_hypre_boomeramg_P_max", "4");
  set_option("pc_hypre_boomeramg_agg_nl", "0");
  PC preconditioner = nullptr;
  check_petsc(KSPGetPC(solver, &preconditioner), "KSPGetPC");
  check_petsc(PCSetType(preconditioner, PCHYPRE), "PCSetType");
  check_petsc(PCHYPRESetType(preconditioner, "boomeramg"), "PCHYPRESetType");
  check_petsc(KSPSetFromOptions(solver), "KSPSetFromOptions");
}

/// A matrix that is not monotone is factored: what smooths its upwind part leaves its waves. One
/// rank does that, since distributed factors depend on which message comes first.
void choose_factors(KSP solver, int ranks) {
  PC preconditioner = nullptr;
  check_petsc(KSPGetPC(solver, &preconditioner), "KSPGetPC");
  if (ranks == 1) {
    check_petsc(PCSetType(preconditioner, PCLU), "PCSetType");
    check_petsc(PCFactorSetMatOrderingType(preconditioner, MATORDERINGND),
                "PCFactorSetMatOrderingType");
    return;
  }
  check_petsc(PCSetType(preconditioner, PCTELESCOPE), "PCSetType");
  set_option("pc_telescope_reduction_factor", std::to_string(ranks).c_str());
  set_option("telescope_ksp_type", "preonly");
  set_option("telescope_pc_type", "lu");
  set_option("telescope_pc_factor_mat_solver_type", "petsc");
  set_option("telescope_pc_factor_mat_ordering_type", "nd");
  check_petsc(KSPSetFromOptions(solver), "KSPSetFromOptions");
}

// The multigrid is made for steps of powers of √2, so that it is made anew rarely.
double rounded_step(double tau) {
  return tau > 0.0 ? std::exp2(0.5 * std::round(2.0 * std::log2(tau))) : 0.0;
}

}  // namespace

struct RateEquation::Petsc {
  Communicator active;
  AlignedArray<double> number;       ///< every cell's row of the matrix, ghosts included
  MatHandle generator, monotone;     ///< G
  MatHandle solved, preconditioned;  ///< I − τ G
  VecHandle b, v;
  KspHandle solver;
  double tau = -1.0, rounded_tau = -1.0;
  bool is_factored = false;  ///< by LU, in place of multigrid of the monotone matrix

  explicit Petsc(Communicator ranks) : active(std::move(ranks)) {}

  MatHandle make_matrix(PetscInt rows, PetscInt neighbours) const;
  void make_solver();
  void choose_preconditioner(const Grid& grid, bool is_monotone);
  void fill(Mat matrix, const EdgeRates& rates) const;
  void set_step(double step);
};

MatHandle RateEquation::Petsc::make_matrix(PetscInt rows, PetscInt neighbours) const {
  MatHandle made;
  check_petsc(MatCreateAIJ(native(active), rows, rows, PETSC_DETERMINE, PETSC_DETERMINE,
                           neighbours + 1, nullptr, neighbours, nullptr, made.place()),
              "MatCreateAIJ");
  return made;
}

void RateEquation::Petsc::choose_preconditioner(const Grid& grid, bool is_monotone) {
  is_factored = !is_monotone && grid.dimensions < 3 && grid.point_count() <= most_factored;
  if (is_factored) return choose_factors(solver, active.size());
  choose_multigrid(solver);
}

void RateEquation::Petsc::make_solver() {
  check_petsc(KSPCreate(native(active), solver.place()), "KSPCreate");
  check_petsc(KSPSetOptionsPrefix(solver, prefix), "KSPSetOptionsPrefix");
  check_petsc(KSPSetType(solver, KSPBCGS), "KSPSetType");
  check_petsc(KSPSetPCSide(solver, PC_RIGHT), "KSPSetPCSide");
  check_petsc(KSPSetNormType(solver, KSP_NORM_UNPRECONDITIONED), "KSPSetNormType");
}

void RateEquation::Petsc::fill(Mat matrix, const EdgeRates& rates) const {
  const CellGrid& cells = rates.cells();
  const CellLayout& layout = cells.layout();
  const double* const absorbed = rates.absorbed().size() > 0 ? rates.absorbed().data() : nullptr;
  std::vector<PetscInt> columns;
  std::vector<double> values;
  const auto add = [&](std::ptrdiff_t neighbour, double rate) {
    columns.push_back(static_cast<PetscInt>(number.data()[neighbour]));
    values.push_back(rate);
  };
  check_petsc(MatZeroEntries(matrix), "MatZeroEntries");
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    for (std::int64_t n = 0; n < layout.row_length(); ++n) {
      const std::ptrdiff_t x = row + n;
      std::array<std::int64_t, 3> cell{i, j, k};
      cell[static_cast<std::size_t>(layout.row_axis)] += n;
      columns.clear(), values.clear();
      double leaving = absorbed != nullptr ? absorbed[x] : 0.0;
      for (const EdgeRates::Direction& e : rates.directions()) {
        const std::ptrdiff_t below = x - e.stride;
        leaving += e.out.data()[x] + e.in.data()[below];
        const std::array<int, 3> back{-e.step[0], -e.step[1], -e.step[2]};
        if (is_inside(cells, cell, e.step)) add(x + e.stride, e.in.data()[x]);
        if (is_inside(cells, cell, back)) add(below, e.out.data()[below]);
      }
      add(x, -leaving);
      const PetscInt at = columns.back();
      check_petsc(MatSetValues(matrix, 1, &at, static_cast<PetscInt>(columns.size()),
                               columns.data(), values.data(), ADD_VALUES),
                  "MatSetValues");
    }
  });
  check_petsc(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), "MatAssemblyBegin");
  check_petsc(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), "MatAssemblyEnd");
}

namespace {

void set_implicit(Mat matrix, Mat generator, double tau) {
  check_petsc(MatCopy(generator, matrix, SAME_NONZERO_PATTERN), "MatCopy");
  check_petsc(MatScale(matrix, -tau), "MatScale");
  check_petsc(MatShift(matrix, 1.0), "MatShift");
}

}  // namespace

void RateEquation::Petsc::set_step(double step) {
  if (step != tau) set_implicit(solved, generator, step);
  if (const double rounded = is_factored ? step : rounded_step(step); rounded != rounded_tau) {
    if (!is_factored) set_implicit(preconditioned, monotone, rounded);
    check_petsc(KSPSetReusePreconditioner(solver, PETSC_FALSE), "KSPSetReusePreconditioner");
    check_petsc(KSPSetOperators(solver, solved, is_factored ? solved : preconditioned),
                "KSPSetOperators");
    check_petsc(KSPSetUp(solver), "KSPSetUp");
    check_petsc(KSPSetReusePreconditioner(solver, PETSC_TRUE), "KSPSetReusePreconditioner");
    rounded_tau = rounded;
  }
  tau = step;
}

RateEquation::RateEquation(CellGrid& cells) : cells_(cells) {
  start_petsc();
  const bool has_cells = cells.cell_count() > 0;
  Communicator ranks = cells.communicator().split(has_cells ? 0 : 1);
  AlignedArray<double> number(cells.layout().size);
  std::fill_n(number.data(), number.size(), -1.0);
  std::int64_t next = 0;
  if (has_cells) {
    const auto counts = ranks.all_gather(static_cast<std::int64_t>(cells.cell_count()));
    for (int r = 0; r < ranks.rank(); ++r) next += counts[static_cast<std::size_t>(r)];
    cells.layout().for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::int64_t n = 0; n < cells.layout().row_length(); ++n) {
        number.data()[row + n] = static_cast<double>(next++);
      }
    });
  }
  double* const array = number.data();
  cells.halo().exchange({&array, 1});
  if (!has_cells) return;
  petsc_ = std::make_unique<Petsc>(std::move(ranks));
  petsc_->number = std::move(number);
  petsc_->make_solver();
  const auto rows = static_cast<PetscInt>(cells.cell_count());
  for (VecHandle* vector : {&petsc_->b, &petsc_->v}) {
    check_petsc(VecCreateMPI(native(petsc_->active), rows, PETSC_DETERMINE, vector->place()),
                "VecCreateMPI");
  }
}

RateEquation::RateEquation(RateEquation&&) noexcept = default;
RateEquation::~RateEquation() = default;

void RateEquation::set_rates(const EdgeRates& rates, const EdgeRates& monotone,
                             bool keeps_preconditioner) {
  if (!petsc_) return;
  Petsc& p = *petsc_;
  if (p.generator == nullptr) p.choose_preconditioner(cells_.grid(), &rates == &monotone);
  const auto rows = static_cast<PetscInt>(cells_.cell_count());
  const auto neighbours = static_cast<PetscInt>(2 * rates.directions().size());
  for (const auto& [matrix, implicit, from] :
       {std::tuple{&p.generator, &p.solved, &rates},
        std::tuple{&p.monotone, &p.preconditioned, &monotone}}) {
    if (p.is_factored && from == &monotone) continue;
    if (*matrix == nullptr) *matrix = p.make_matrix(rows, neighbours);
    p.fill(*matrix, *from);
    if (*implicit == nullptr) {
      check_petsc(MatDuplicate(*matrix, MAT_DO_NOT_COPY_VALUES, implicit->place()), "MatDuplicate");
    }
  }
  p.tau = -1.0;
  if (!keeps_preconditioner) p.rounded_tau = -1.0;
}

int RateEquation::solve(double tau, const double* b, double* v, double tolerance) {
  std::array<std::int32_t, 2> outcome{0, 0};  // −reason, iterations
  if (petsc_) {
    Petsc& p = *petsc_;
    p.set_step(tau);
    double* values = nullptr;
    check_petsc(VecGetArray(p.b, &values), "VecGetArray");
    copy_cells(cells_.layout(), b, values);
    check_petsc(VecRestoreArray(p.b, &values), "VecRestoreArray");
    check_petsc(KSPSetTolerances(p.solver, 1e-50, tolerance, 1e10, most_iterations),
                "KSPSetTolerances");
    check_petsc(KSPSolve(p.solver, p.b, p.v), "KSPSolve");
    KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
    PetscInt iterations = 0;
    check_petsc(KSPGetConvergedReason(p.solver, &reason), "KSPGetConvergedReason");
    check_petsc(KSPGetIterationNumber(p.solver, &iterations), "KSPGetIterationNumber");
    outcome = {-static_cast<std::int32_t>(reason), static_cast<std::int32_t>(iterations)};
    const double* solution = nullptr;
    check_petsc(VecGetArrayRead(p.v, &solution), "VecGetArrayRead");
    set_cells(cells_.layout(), solution, v);
    check_petsc(VecRestoreArrayRead(p.v, &solution), "VecRestoreArrayRead");
  } else {
    outcome[0] = -static_cast<std::int32_t>(KSP_CONVERGED_ATOL);
  }
  cells_.communicator().all_reduce(std::span<std::int32_t>(outcome), Reduction::maximum);
  if (outcome[0] < 0) return outcome[1];
  throw Failure(ExitCode::blew_up,
                fmt::format("the implicit step cannot be solved: PETSc gives up after {} "
                            "iterations for its reason {}; is the step too large?",
                            outcome[1], KSPConvergedReasons[-outcome[0]]),
                true);
}

std::size_t RateEquation::memory_bytes() const {
  if (!petsc_) return 0;
  double bytes = 0.0;
  for (const Mat matrix : {Mat(petsc_->generator), Mat(petsc_->monotone), Mat(petsc_->solved),
                           Mat(petsc_->preconditioned)}) {
    MatInfo info{};
    if (matrix != nullptr && MatGetInfo(matrix, MAT_LOCAL, &info) == 0) bytes += info.memory;
  }
  return static_cast<std::size_t>(bytes);
}

}  // namespace parapet
