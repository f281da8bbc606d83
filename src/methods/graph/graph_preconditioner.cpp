#include "methods/graph/graph_preconditioner.hpp"

#include <algorithm>
#include <utility>

#include <petscpc.h>

#include "base/mpi_native.hpp"
#include "grid/petsc_native.hpp"

namespace parapet {

namespace {

using MatHandle = PetscHandle<Mat, MatDestroy>;
using VecHandle = PetscHandle<Vec, VecDestroy>;
using PcHandle = PetscHandle<PC, PCDestroy>;

}  // namespace

struct GraphPreconditioner::Petsc {
  Communicator active;
  const GraphLaplacian& laplacian;
  double diffusivity;
  std::vector<double> strength;  ///< D Σ_j w_ij
  PetscInt first = 0;            ///< the matrix's row of the first own node
  MatHandle matrix;
  VecHandle x, y;
  PcHandle factors;

  Petsc(Communicator ranks, const GraphLaplacian& its_laplacian, double its_diffusivity)
      : active(std::move(ranks)), laplacian(its_laplacian), diffusivity(its_diffusivity) {}

  void make_matrix();
  void make_factors();
  void set_diagonal(const double* mass);
  static void copy_in(Vec vector, const double* values, std::size_t count);
};

/// Rows go as the nodes do: those of all ranks follow one another.
void GraphPreconditioner::Petsc::make_matrix() {
  const auto rows = static_cast<PetscInt>(laplacian.own_count());
  first = static_cast<PetscInt>(laplacian.node_at(0));
  std::vector<PetscInt> own(laplacian.own_count(), 1), others(laplacian.own_count(), 0);
  for (std::size_t i = 0; i < own.size(); ++i) {
    laplacian.for_each_neighbour(
        i, [&](std::size_t j, double) { ++(j < laplacian.own_count() ? own : others)[i]; });
  }
  check_petsc(MatCreateAIJ(native(active), rows, rows, PETSC_DETERMINE, PETSC_DETERMINE, 0,
                           own.data(), 0, others.data(), matrix.place()),
              "MatCreateAIJ");
  for (std::size_t i = 0; i < own.size(); ++i) {
    const PetscInt row = first + static_cast<PetscInt>(i);
    laplacian.for_each_neighbour(i, [&](std::size_t j, double weight) {
      check_petsc(MatSetValue(matrix, row, static_cast<PetscInt>(laplacian.node_at(j)),
                              -diffusivity * weight, INSERT_VALUES),
                  "MatSetValue");
    });
    strength.push_back(diffusivity * laplacian.strength()[i]);
  }
  check_petsc(MatCreateVecs(matrix, x.place(), y.place()), "MatCreateVecs");
}

void GraphPreconditioner::Petsc::make_factors() {
  check_petsc(PCCreate(native(active), factors.place()), "PCCreate");
  check_petsc(PCSetType(factors, PCBJACOBI), "PCSetType");
}

void GraphPreconditioner::Petsc::set_diagonal(const double* mass) {
  for (std::size_t i = 0; i < strength.size(); ++i) {
    const PetscInt row = first + static_cast<PetscInt>(i);
    check_petsc(MatSetValue(matrix, row, row, mass[i] + strength[i], INSERT_VALUES), "MatSetValue");
  }
  check_petsc(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), "MatAssemblyBegin");
  check_petsc(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), "MatAssemblyEnd");
}

void GraphPreconditioner::Petsc::copy_in(Vec vector, const double* values, std::size_t count) {
  double* to = nullptr;
  check_petsc(VecGetArray(vector, &to), "VecGetArray");
  std::copy_n(values, count, to);
  check_petsc(VecRestoreArray(vector, &to), "VecRestoreArray");
}

GraphPreconditioner::GraphPreconditioner(const Communicator& ranks, const GraphLaplacian& laplacian,
                                         double diffusivity) {
  start_petsc();
  const bool has_nodes = laplacian.own_count() > 0;
  Communicator active = ranks.split(has_nodes ? 0 : 1);
  if (!has_nodes) return;
  petsc_ = std::make_unique<Petsc>(std::move(active), laplacian, diffusivity);
  petsc_->make_matrix();
  petsc_->make_factors();
}

GraphPreconditioner::GraphPreconditioner(GraphPreconditioner&&) noexcept = default;
GraphPreconditioner::~GraphPreconditioner() = default;

void GraphPreconditioner::set_mass(const double* mass) {
  if (!petsc_) return;
  petsc_->set_diagonal(mass);
  check_petsc(PCSetOperators(petsc_->factors, petsc_->matrix, petsc_->matrix), "PCSetOperators");
  check_petsc(PCSetUp(petsc_->factors), "PCSetUp");
}

void GraphPreconditioner::apply(const double* y, double* x) {
  if (!petsc_) return;
  const std::size_t count = petsc_->strength.size();
  Petsc::copy_in(petsc_->y, y, count);
  check_petsc(PCApply(petsc_->factors, petsc_->y, petsc_->x), "PCApply");
  const double* from = nullptr;
  check_petsc(VecGetArrayRead(petsc_->x, &from), "VecGetArrayRead");
  std::copy_n(from, count, x);
  check_petsc(VecRestoreArrayRead(petsc_->x, &from), "VecRestoreArrayRead");
}

}  // namespace parapet
