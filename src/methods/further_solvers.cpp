#include "equations/kuramoto_sivashinsky.hpp"
#include "equations/navier_stokes.hpp"
#include "methods/semilinear_instance.hpp"

namespace parapet {

template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<SpectralKuramotoSivashinsky>>, const StepControl&);
template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<SpectralVorticity>>, const StepControl&);

}  // namespace parapet
