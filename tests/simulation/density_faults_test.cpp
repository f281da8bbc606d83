#include <string>

#include "support/input_verdict.hpp"

namespace parapet {
namespace {

/// What reading an input file ends in; empty if it is accepted.
std::string verdict(const std::string& equation, const std::string& rest = "") {
  return input_verdict(
      "[equation]\n" + equation + "\n[grid]\npoints = [32, 32]\nlower = [-1.0]\nlength = [2.0]\n" +
      (rest.empty() ? "boundary = \"no-flux\"\n[initial]\nkind = \"gaussian\"\n[time]\nend = 1.0\n"
                      "step = 0.1\n"
                    : rest) +
      "[output]\nfolder = \"runs/none\"\n");
}

TEST(DensityFaults, SoundInputIsAccepted) {
  EXPECT_EQ(verdict("name = \"fokker-planck\"\npotential = \"x^2\""), "");
  EXPECT_EQ(verdict("name = \"fokker-planck\"\ndiffusion = [\"2\", \"0.5\", \"0.5\", \"1\"]"), "");
}

TEST(DensityFaults, AreToldWithLineAndPlace) {
  const std::string name = "name = \"fokker-planck\"\n";
  expect_refused(verdict(name + "potential = \"1/(x - 0.03125)\""), ":3",
                 "potential is inf at x = 0.03125");
  expect_refused(verdict(name + "potential = \"exp(1000*y)\""), ":3", "the potential is 2.7");
  expect_refused(verdict(name + "drift = [\"x\", \"sqrt(y)\"]"), ":3", "nan at x =");
  expect_refused(verdict(name + "diffusion = \"x\""), ":3", "< 0 at x = -0.96875");
  expect_refused(verdict(name + "diffusion = [\"1\", \"0.2\", \"0.3\", \"1\"]"), ":3",
                 "not symmetric");
  expect_refused(verdict(name + "diffusion = [\"1\", \"2\", \"2\", \"1\"]"), ":3",
                 "not positive definite");
  expect_refused(verdict(name + "diffusion = [\"1\", \"1.5\", \"1.5\", \"4\"]"), ":3",
                 "too slanted for cells");
  expect_refused(verdict(name + "drift = [\"1\"]"), ":3", "expected one an axis, 2");
  expect_refused(verdict(name + "potential = \"x + z\""), ":3", "no formula");
  expect_refused(verdict(name + "potential = \"x + wine\""), ":3", "no formula");
  expect_refused(verdict(name + "interaction = \"x^2 + t\""), ":3", "no formula");
  expect_refused(verdict(name + "interaction = \"x^2 + y\""), ":3", "the other way round");
  expect_refused(verdict(name + "interaction = \"x^2\"\ndiffusion = [\"1\", \"0\", \"0\", \"1\"]"),
                 ":3", "does not go with a whole");
  expect_refused(verdict(name + "interaction = \"exp(800*x*x)\""), ":3", "the interaction is");
  expect_refused(verdict("name = \"muller-brown\"\ntemperature = -1.0"), ":3", "above 0");
}

TEST(DensityFaults, OfAPotentialThatJumpsAtAPeriodicEndAreTold) {
  const auto line = [](const std::string& potential) {
    return verdict("name = \"fokker-planck\"\npotential = \"" + potential + "\"",
                   "boundary = [\"no-flux\", \"periodic\"]\n[initial]\nkind = \"gaussian\"\n"
                   "[time]\nend = 1.0\nstep = 0.1\n");
  };
  EXPECT_EQ(line("x + cos(pi*y)"), "");
  EXPECT_EQ(line("x + y^2"), "");  // -1 to 1
  expect_refused(line("x + y"), ":3", "is not periodic along y: ");
  expect_refused(line("x * sin(pi*y/2)"), ":3", "to be given as `drift`");
}

TEST(DensityFaults, OfFieldsThatNobodyDerivesAreTold) {
  const std::string rest =
      "[grid]\npoints = [32]\nlower = [-1.0]\nlength = [2.0]\nboundary = \"no-flux\"\n"
      "[initial]\nkind = \"gaussian\"\n[time]\nend = 1.0\nstep = 0.1\n"
      "[output]\nfolder = \"runs/none\"\n";
  const std::string by_particles = "[method]\nname = \"particles\"\n[particles]\ncount = 100\n";
  const std::vector<BadOverrides> faults{
      {{"output.derived=[\"flux\", \"flx\"]"}, "\"flx\": did you mean \"flux\"?"},
      {{"output.derived=[\"momentum\"]"}, "\"momentum\": there is \"flux\""}};
  for (const std::string& method : {std::string(), by_particles}) {
    expect_told("[equation]\nname = \"double-well\"\n" + method + rest, faults);
  }
  expect_told("[equation]\nname = \"porous-medium\"\n[method]\nintegrator = \"jko\"\n" + rest,
              {{{"output.derived=[\"flux\"]"}, "makes no further fields"}});
}

TEST(DensityFaults, OfGridTimeAndStartAreToldToo) {
  const std::string name = "name = \"double-well\"";
  const std::string start = "[initial]\nkind = \"gaussian\"\n",
                    time = "[time]\nend = 1.0\nstep = 0.1\n";
  expect_refused(
      verdict(name,
              "boundary = [\"periodic\", \"no-flux\", \"no-flux\", \"no-flux\"]\n" + start + time),
      ":7", "periodic at one end");
  expect_refused(verdict(name, "boundary = \"dirichlet\"\n" + start + time), ":7",
                 "no \"dirichlet\" ends");
  expect_refused(verdict(name, "boundary = \"no-flux\"\n" + start + "[time]\nend = 1.0\n"), "time",
                 "give `step`");
  expect_refused(verdict(name, "boundary = \"no-flux\"\n[initial]\nkind = \"sine\"\n" + time), ":9",
                 "a density has none");
  const std::string from = "boundary = \"no-flux\"\n" + time + "[initial]\nkind = ";
  EXPECT_EQ(verdict(name, from + "\"uniform\"\nmean = -1.0\nbase = [1.5]\n"), "");
  EXPECT_EQ(verdict(name, from + "\"spots\"\nmean = 1.0\namplitude = -0.5\n"), "");
  expect_refused(verdict(name, from + "\"uniform\"\nmean = -1.0\n"), ":13",
                 "the start is -1 somewhere");
  expect_refused(verdict(name, from + "\"spots\"\namplitude = -0.5\n"), ":13", "is -0.5 somewhere");
  expect_refused(verdict(name, from + "\"patch\"\nscale = [-2.0]\n"), "initial", "is -2 somewhere");
  expect_refused(
      verdict(name, "boundary = \"no-flux\"\n" + start + "means = [1.0, 2.0, 3.0]\n" + time),
      "initial", "one an axis for each Gaussian");
}

TEST(DensityFaults, OfAFormulaToStartFromAreToldWithThePlace) {
  const std::string name = "name = \"double-well\"",
                    ends = "boundary = \"no-flux\"\n[time]\nend = 1.0\nstep = 0.1\n[initial]\n";
  const auto start = [&](const std::string& text) {
    return verdict(name, ends + "kind = \"formula\"\nformulas = [\"" + text + "\"]\n");
  };
  EXPECT_EQ(start("max(0, 1 - x^2)"), "");
  expect_refused(start("x"), ":13", "is -0.96875 at x = -0.96875");
  expect_refused(start("sqrt(y)"), ":13", "a density is not negative");
}

// Once per kind of refusal: the rest is asked of jko_refusal() itself.
TEST(DensityFaults, OfJkoStepsAreToldWithTheLine) {
  const auto line = [](const std::string& equation, const std::string& boundary,
                       const std::string& time) {
    return verdict(equation, "boundary = \"" + boundary + "\"\n[initial]\nkind = \"gaussian\"\n" +
                                 time + "[method]\nintegrator = \"jko\"\n");
  };
  const std::string step = "[time]\nend = 1.0\nstep = 0.1\n", well = "name = \"double-well\"";
  expect_refused(line(well, "no-flux", step), ":14", "are for 1 dimension");
  expect_refused(line(well, "absorbing", step), ":7", "no \"absorbing\" ends");
  expect_refused(line(well, "no-flux", "[time]\nend = 1.0\ncourant = 0.5\n"), ":12",
                 "every step of jko is stable");
}

/// The same with particles in the place of the density.
std::string particle_verdict(const std::string& equation, const std::string& settings,
                             const std::string& method = "", const std::string& ends = "no-flux") {
  return verdict(equation, "boundary = \"" + ends + "\"\n[method]\nname = \"particles\"\n" +
                               method + "[particles]\n" + settings +
                               "[initial]\nkind = \"gaussian\"\n[time]\nend = 1.0\nstep = 0.1\n");
}

TEST(DensityFaults, OfParticlesAreTold) {
  const std::string well = "name = \"double-well\"", swarm = "name = \"morse-swarm\"";
  const std::string some = "count = 100\n";
  EXPECT_EQ(particle_verdict(well, some), "");
  EXPECT_EQ(particle_verdict(swarm, some + "interaction = \"direct\"\nsoftening = 0.1\n"), "");
  EXPECT_EQ(particle_verdict("name = \"mckean-vlasov\"", some + "interaction = \"moments\"\n"), "");
  expect_refused(particle_verdict(well, ""), "count", "missing; a whole number at least 1");
  expect_refused(particle_verdict(well, "count = 0\n"), ":11", "at least 1");
  expect_refused(particle_verdict(well, "count = -5\n"), ":11", "at least 1");
  expect_refused(particle_verdict(well, "count = 10.5\n"), ":11", "count");
  expect_refused(particle_verdict(well, "count = \"many\"\n"), ":11", "count");
  expect_refused(particle_verdict(well, some + "interaction = 3\n"), ":12", "interaction");
  expect_refused(particle_verdict(well, some + "softening = -1.0\n"), ":12", "at least 0");
  expect_refused(particle_verdict(well, some + "every = 101\n"), ":12", "more than there are");
  expect_refused(particle_verdict(well, some + "numbr = 3\n"), ":12", "numbr");
  expect_refused(particle_verdict(well, some + "interaction = \"direct\"\n"), ":12",
                 "do not interact");
  expect_refused(particle_verdict(swarm, some + "interaction = \"moments\"\n"), ":12",
                 "this interaction is another");
  expect_refused(particle_verdict(swarm, some + "interaction = \"direct\"\n", "", "periodic"),
                 ":12", "\"mesh\" and \"cells\" are there");
  expect_refused(particle_verdict(swarm, some + "interaction = \"pairs\"\n"), ":12", "direct");
  expect_refused(particle_verdict("name = \"fokker-planck\"\ninteraction = \"x^4 + y^4\"",
                                  some + "interaction = \"direct\"\n"),
                 ":13", "given by a formula");
  expect_refused(
      particle_verdict("name = \"geometric-brownian-motion\"", some, "integrator = \"heun\"\n"),
      ":10", "\"euler-maruyama\"");
  const std::string batches = some + "interaction = \"random-batch\"\nbatch = ";
  EXPECT_EQ(particle_verdict(swarm, batches + "100\n"), "");
  expect_refused(particle_verdict(swarm, batches + "101\n"), ":13", "101 is more than there are");
  expect_refused(particle_verdict(swarm, batches + "1\n"), ":13", "at least 2");
  expect_refused(particle_verdict(swarm, batches + "2\n", "", "periodic"), ":12",
                 "\"random-batch\" is for a domain with ends");
  expect_refused(particle_verdict(well, batches + "2\n"), ":12", "do not interact");
  expect_refused(particle_verdict(swarm, batches + "2\ndivision = \"space\"\n"), ":14",
                 "is not for random batches");
  expect_refused(particle_verdict(swarm, some + "interaction = \"mesh\"\ndivision = \"space\"\n",
                                  "integrator = \"heun\"\n"),
                 ":14", "with a mesh is for integrators with one force a step");
  const std::string cells = some + "interaction = \"cells\"\n",
                    near = "name = \"bounded-confidence\"";
  EXPECT_EQ(particle_verdict(swarm, cells + "cutoff = 0.5\n"), "");
  EXPECT_EQ(particle_verdict(near, cells), "");
  EXPECT_EQ(particle_verdict(near + "\nrange = 0.5", cells, "", "periodic"), "");
  EXPECT_EQ(particle_verdict(swarm, cells + "cutoff = 0.5\ndivision = \"space\"\n",
                             "integrator = \"heun\"\n"),
            "");
  expect_refused(particle_verdict(swarm, cells), "cutoff", "expected a length above 0");
  expect_refused(particle_verdict(swarm, cells + "cutoff = -1.0\n"), ":13", "at least 0");
  expect_refused(particle_verdict(near, cells + "cutoff = 1e3\n", "", "periodic"), ":13",
                 "1000 is more than half of a periodic axis");
  expect_refused(particle_verdict(near + "\nrange = 1e3", cells, "", "periodic"), "cutoff",
                 "the equation's range, 1000, is more than half");
  expect_refused(particle_verdict(swarm, some + "cutoff = 0.5\n"), ":12",
                 "is for interaction = \"cells\"");
  expect_refused(particle_verdict("name = \"fokker-planck\"\ninteraction = \"x^4 + y^4\"",
                                  cells + "cutoff = 0.5\n"),
                 ":13", "given by a formula");
  expect_refused(particle_verdict(well, cells + "cutoff = 0.5\n"), ":12", "do not interact");
  EXPECT_EQ(
      particle_verdict("name = \"geometric-brownian-motion\"", some, "integrator = \"platen\"\n"),
      "");
  expect_refused(
      particle_verdict("name = \"fokker-planck\"\ndiffusion = [\"1\", \"0.2\", \"0.2\", \"1\"]",
                       some, "integrator = \"platen\"\n"),
      ":11", "is for a diagonal diffusion");
  expect_refused(particle_verdict(well, some, "integrator = \"baoab\"\n"), ":10",
                 "is for a place and a velocity");
  EXPECT_EQ(particle_verdict("name = \"underdamped-langevin\"", some, "integrator = \"baoab\"\n"),
            "");
  expect_refused(particle_verdict("name = \"porous-medium\"", some), ":9", "\"finite-volume\"");
  expect_refused(particle_verdict("name = \"burgers\"", some), ":9", "has \"spectral\"");
  expect_refused(
      input_verdict("[equation]\nname = \"heat\"\n[grid]\npoints = [8]\n[particles]\ncount "
                    "= 5\n[time]\nend = 1.0\n[output]\nfolder = \"runs/none\"\n"),
      ":5", "particles");
  // The density of the same file: the section is of the other view.
  EXPECT_EQ(verdict(well,
                    "boundary = \"no-flux\"\n[particles]\ncount = 5\n[initial]\nkind = "
                    "\"gaussian\"\n[time]\nend = 1.0\nstep = 0.1\n"),
            "");
}

}  // namespace
}  // namespace parapet
