#include <string>

#include "support/input_verdict.hpp"

namespace parapet {
namespace {

/// What reading an input file ends in; empty if it is accepted.
std::string verdict(const std::string& text) {
  return input_verdict(text + "\n[output]\nfolder = \"runs/none\"\n");
}

std::string darcy(const std::string& permeability, const std::string& source,
                  const std::string& rest = "") {
  return "[equation]\nname = \"darcy\"\n[equation.permeability]\n" + permeability +
         "\n[equation.source]\n" + source + "\n[grid]\npoints = [32, 32]\n" +
         (rest.empty() ? "boundary = \"dirichlet\"" : rest);
}

TEST(SteadyFaults, SoundInputIsAccepted) {
  EXPECT_EQ(verdict(darcy("mean = 2.0", "mean = 1.0")), "");
  EXPECT_EQ(verdict(darcy("kind = \"gaussian-random-field\"\nlevels = [3.0, 12.0]", "")), "");
  EXPECT_EQ(verdict(darcy("kind = \"gaussian-random-field\"\nexponential = true", "",
                          "boundary = \"no-flux\"")),
            "");
  EXPECT_EQ(verdict(darcy("mean = 1.0", "",
                          "boundary = [\"dirichlet\", \"no-flux\"]\n"
                          "boundary_values = [1.0, 0.0, 0.0, 0.0]")),
            "");
}

TEST(SteadyFaults, AreToldWithLineAndPlace) {
  expect_refused(verdict(darcy("", "mean = 1.0")), ":3", "is 0 somewhere: expected values above 0");
  expect_refused(verdict(darcy("mean = -2.0", "")), ":3", "is -2 somewhere");
  expect_refused(verdict(darcy("mean = 1.0\nlevels = [0.0, 1.0]", "")), ":3", "is 0 somewhere");
  expect_refused(verdict(darcy("mean = 1.0\nlevels = [1.0]", "")), ":3", "two entries, or none");
  expect_refused(verdict(darcy("levels = [1.0, 2.0]\nexponential = true", "")), ":3",
                 "only one is to be given");
  expect_refused(verdict(darcy("kind = \"random-sines\"", "")), ":3", "values of both signs");
  expect_refused(verdict(darcy("kind = \"file\"", "")), ":3", "needs `file`");
  expect_refused(verdict(darcy("mean = 1.0\nmeen = 2.0", "")), ":5", "mean");
  expect_refused(verdict(darcy("mean = 1.0", "mean = 1.0", "boundary = \"no-flux\"")), ":5",
                 "no end of the domain takes that up");
  expect_refused(verdict(darcy("mean = 1.0", "", "boundary = \"outflow\"")), ":9",
                 "no \"outflow\" ends");
  expect_refused(
      verdict(darcy("mean = 1.0", "", "boundary = \"dirichlet\"\nboundary_values = [1.0, 2.0]")),
      ":10", "expected 1 (one a component) or 4");
}

TEST(SteadyFaults, OfTimeAreRefused) {
  const auto refuses = [](const std::string& more, const std::string& words) {
    expect_refused(verdict(darcy("mean = 1.0", "", "boundary = \"dirichlet\"\n" + more)), ":10",
                   words);
  };
  refuses("[time]\nend = 2.0", "leave [time] out");
  refuses("[initial]\nkind = \"sine\"", "leave [initial] out");
  expect_refused(
      verdict(darcy("mean = 1.0", "", "boundary = \"dirichlet\"\n[diagnostics]\ninterval = 0.1")),
      ":11", "has no time");
}

std::string gray_scott(const std::string& integrator, const std::string& petsc) {
  return "[equation]\nname = \"gray-scott\"\n[grid]\npoints = [8, 8]\n[method]\n"
         "name = \"finite-difference\"\nintegrator = \"" +
         integrator + "\"\n[time]\nend = 1.0\nstep = 0.5\n[petsc]\n" + petsc;
}

TEST(PetscOptions, AreThoseThatPetscReads) {
  EXPECT_EQ(verdict(gray_scott("crank-nicolson", "snes_rtol = 1e-6\nksp_type = \"bcgs\"")), "");
  expect_refused(verdict(gray_scott("crank-nicolson", "snes_rtoll = 1e-6")), ":12",
                 "read no such option");
  expect_refused(verdict(gray_scott("arkimex", "ts_adapt_type = \"basic\"")), ":12",
                 "steps are chosen in [time]");
  expect_refused(verdict(gray_scott("arkimex", "pc_type = \"ilu\"")), ":11", "PETSc error");
  expect_refused(verdict(gray_scott("rk4", "snes_rtol = 1e-6")), ":11", "is for the integrators");
}

}  // namespace
}  // namespace parapet
