#include "equations/forms.hpp"
#include "methods/semilinear_instance.hpp"

namespace parapet {

template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<SpectralReaction<1>>>, const StepControl&);
template std::unique_ptr<SpectralSolver> make_semilinear_solver(
    SpectralTransform&, std::vector<SystemMember<SpectralReaction<2>>>, const StepControl&);

}  // namespace parapet
