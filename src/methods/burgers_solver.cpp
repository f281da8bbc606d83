#include "equations/burgers.hpp"
#include "methods/semilinear_instance.hpp"

namespace parapet {

template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<ScalarBurgers>>, const StepControl&);
template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<VectorBurgers<2>>>, const StepControl&);
template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<VectorBurgers<3>>>, const StepControl&);

}  // namespace parapet
