#include "simulation/settings.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "methods/particles/particle_solver.hpp"
#include "simulation/schedule.hpp"

namespace parapet {

namespace {

double entry(const std::vector<double>& values, std::size_t axis) {
  return values.size() == 1 ? values[0] : values[axis];
}

}  // namespace

void GridSettings::declare(Section& section) {
  section.add("points", points, "grid points along x, y, z; their number is the dimension")
      .required()
      .entries(1, 3)
      .at_least(2)
      .at_most(std::numeric_limits<std::int32_t>::max());
  section.add("lower", lower, "lower end of the domain, one for all axes or one per axis")
      .unit("length")
      .entries(1, 3)
      .at_least(-1e100)
      .at_most(1e100);
  section.add("length", length, "length of the domain, one for all axes or one per axis")
      .unit("length")
      .entries(1, 3)
      .at_least(1e-100)
      .at_most(1e100);
  section
      .add(
          "boundary", boundary,
          "what happens at the ends of the domain: one text for all, one an axis, or one an end (x "
          "lower, x upper, y lower, ...). Points of an axis with ends are the centres of cells")
      .entries(1, 6)
      .one_of({boundary_names.begin(), boundary_names.end()});
  section
      .add("boundary_values", boundary_values,
           "what the fields are at \"dirichlet\" ends: one entry a component, or one a component "
           "for every end in turn; empty: 0")
      .unit("field")
      .entries(0, 96);
  section
      .add("dealiasing", dealiasing,
           "modes kept per axis of n points: |k| < n/3 (exact products of two fields), |k| < n/4 "
           "(of three), all, or what the equation's products need; between no-flux ends as many")
      .one_of({"auto", "2/3", "1/2", "none"});
  section
      .add("plan", plan,
           "how FFTW chooses its algorithms: by rule (the same bits in every run and on any "
           "number of ranks) or by timing them (faster)")
      .one_of({"estimate", "measure"});
}

Grid GridSettings::grid() const {
  Grid grid;
  grid.dimensions = static_cast<int>(points.size());
  for (std::size_t axis = 0; axis < points.size(); ++axis) {
    grid.points[axis] = points[axis];
    grid.lower[axis] = entry(lower, axis);
    grid.length[axis] = entry(length, axis);
    grid.is_periodic[axis] = boundaries()[axis][0] == BoundaryKind::periodic;
  }
  return grid;
}

Boundaries GridSettings::boundaries() const {
  Boundaries ends{};
  const std::size_t count = boundary.size(), axes = points.size();
  for (std::size_t axis = 0; axis < axes; ++axis) {
    for (const std::size_t side : {0, 1}) {
      const std::size_t at = count == 1 ? 0 : count == axes ? axis : 2 * axis + side;
      if (at < count) ends[axis][side] = boundary_named(boundary[at]).value();
    }
  }
  return ends;
}

Dealiasing GridSettings::dealiasing_rule(int degree) const {
  const bool is_auto = dealiasing == "auto";
  if (dealiasing == "none" || (is_auto && degree < 2)) return Dealiasing::none;
  if (dealiasing == "1/2" || (is_auto && degree > 2)) return Dealiasing::one_half;
  return Dealiasing::two_thirds;
}

SpectralTransform::Options GridSettings::transform_options(int degree) const {
  SpectralTransform::Options options;
  options.dealiasing = dealiasing_rule(degree);
  options.planning = plan == "measure" ? Planning::measure : Planning::estimate;
  return options;
}

void MethodSettings::declare(Section& section) {
  section
      .add("name", name,
           "spectral: exponential of diffusion and products on a Fourier grid, between no-flux "
           "ends on one of cosines; finite-difference, finite-volume: on cells, with ends of any "
           "kind; particles: a process in the place of its density, or a system of particles, see "
           "[particles]; auto: the first "
           "that the equation has and the boundary allows")
      .one_of({"auto", "spectral", "finite-difference", "finite-volume", "particles"});
  section.add(
      "integrator", integrator,
      "how it is advanced in time. spectral: etdrk4; symplectic for waves; exact for linear "
      "equations, which needs no steps. finite-difference: ssprk3, rk4, euler, rkc, explicit; "
      "crank-nicolson, bdf2, arkimex, rosenbrock-w, implicit. Densities: backward-euler, sdirk2; "
      "ssprk3, explicit; jko in 1 D, steps downhill in the free energy. Particles: euler-maruyama; "
      "heun, weak order 2 where diffusion is constant; leimkuhler-matthews, for steady states; "
      "tamed-euler, for steep drifts; platen, weak order 2 where diffusion is diagonal; baoab, for "
      "a "
      "place and a velocity. auto: exact where no steps are asked for, else the method's "
      "first");
  section.add("order", order, "on cells: of accuracy in space; 0: the method's first")
      .at_least(0)
      .at_most(9);
  section
      .add("flux", flux,
           "finite-volume of laws with shocks: lax-friedrichs, damped by the largest local speed; "
           "godunov, by the shock's own, sharper; auto: the method's first")
      .one_of({"auto", "godunov", "lax-friedrichs"});
  section
      .add("limiter", limiter,
           "finite-volume of laws with shocks: bounds, no value leaves the range of the start, no "
           "density becomes negative; auto: the method's first")
      .one_of({"auto", "bounds", "none"});
  section
      .add("viscosity", viscosity,
           "finite-volume of laws with shocks: explicit, whose steps are shorter than h²/6ν; "
           "implicit, third-order steps (IMEX-SSP3) that viscosity does not limit; auto: implicit "
           "where that is faster, with [time] step where viscosity takes half of what is stable")
      .one_of({"auto", "explicit", "implicit"})
      .source("IMEX-SSP3(4,3,3): Pareschi & Russo (2005)");
  section
      .add("solve_tolerance", solve_tolerance,
           "poisson, darcy, implicit viscosity, implicit steps of reaction and diffusion: systems "
           "are solved until the "
           "residual is this share of the first one")
      .at_least(1e-14)
      .at_most(0.1);
}

void ParticleSettings::declare(Section& section) {
  section
      .add("count", count,
           "how many; they start as independent draws from [initial], and the trajectory has the "
           "share of them in each cell")
      .required()
      .at_least(1)
      .at_most(1e12);
  section
      .add(
          "interaction", interaction,
          "how they act on each other. moments: exact for W = k/2 r^2, by the mean; direct: every "
          "pair, up to some ten thousand; mesh: by their density on the grid and Fourier "
          "transforms; random-batch: pairs within random batches, others at every step; cells: "
          "pairs "
          "nearer than the cutoff, by cell lists; auto: moments, cells where the equation states a "
          "range, direct up to 20 000 or mesh, the first that is there")
      .one_of({particle_interactions.begin(), particle_interactions.end()});
  section
      .add("division", division,
           "among ranks, which changes no bit of a result. index: by number; space: each rank has "
           "those in a box of cells, and they migrate; auto: by space for \"cells\" and a mesh of "
           "65 "
           "536 cells or more, where that pays")
      .one_of({particle_divisions.begin(), particle_divisions.end()});
  section
      .add("softening", softening,
           "direct, random-batch, cells: W is taken at sqrt(r^2 + softening^2), for kernels that "
           "are "
           "singular at 0")
      .unit("length")
      .at_least(0.0)
      .at_most(1e100);
  section
      .add("cutoff", cutoff,
           "cells: from which distance on particles do not act on each other, at most half of a "
           "periodic axis; 0: the range that the equation states")
      .unit("length")
      .at_least(0.0)
      .at_most(1e100);
  section
      .add("batch", batch,
           "random-batch: how many particles meet at a step, at most all; the error falls with the "
           "step and with more")
      .at_least(2)
      .at_most(1e12)
      .source("Jin, Li & Liu 2020");
  section
      .add("every", every,
           "particles.h5 has the places of every so manyth at each frame, and particles.xdmf shows "
           "them to ParaView as points; 0: no such file")
      .at_least(0)
      .at_most(1e12);
  section.add(
      "table", table,
      "of target-sampling by logistic regression: HDF5 with `features` [n][d], floating "
      "point, and `labels` [n], integers 0 or 1; particles have d coordinates. This and other "
      "files are looked for where the program is started, then beside the input file");
}

void CarrierSettings::declare(Section& section) {
  section.add("file", file,
              "trajectory on the same grid, such as runs/burgers/trajectory.h5: its velocity stays "
              "as it is in one frame; beyond ends that are neither periodic nor reflecting it is "
              "that of the last cell. Empty: [equation] velocity");
  section.add("field", field, "of the file, one component an axis; empty: the first");
  section.add("frame", frame, "of the file").at_least(0);
  section.add("member", member, "of the file").at_least(0);
}

void TimeSettings::declare(Section& section) {
  section
      .add("end", end,
           "time at which the run ends; it begins at 0. Can be raised on --resume, in an ensemble "
           "by whole intervals between frames")
      .unit("time")
      .at_least(1e-100)
      .at_most(1e100);
  section
      .add("step", step,
           "largest time step; the steps between two frames are equal and end on the frame")
      .unit("time")
      .at_least(1e-100);
  section
      .add("tolerance", tolerance,
           "instead of `step`: the steps are chosen so that the error of one step, relative to "
           "the solution's norm, stays below this")
      .at_least(1e-14)
      .at_most(0.1);
  section
      .add("courant", courant,
           "instead of `step`, on cells: each step is this share of the longest stable one; 0.5 "
           "when nothing else is given")
      .above(0.0)
      .at_most(1.0);
}

void OutputSettings::declare(Section& section) {
  section
      .add("folder", folder,
           "folder the run writes into, below the folder the program is started in; "
           "`parapet run --folder` may name any other place")
      .required();
  section.add("title", title, "a line that says what this run is, kept in the trajectory");
  section
      .add("frames", frames,
           "snapshots of the solution, the first at time 0, the last at the end. On --resume a run "
           "of one member may change it: the frames there are stay, those to come follow it")
      .at_least(2)
      .at_most(1e7);
  section
      .add("interval", interval,
           "instead of `frames`: time between two snapshots; keeps its meaning when `time.end` is "
           "raised")
      .unit("time")
      .at_least(1e-100);
  section.add("precision", precision, "of the values in the trajectory")
      .one_of({"float32", "float64"});
  section
      .add("layout", layout,
           "arrangement of trajectory.h5: The Well's, or PDEBench's for one scalar field in 1-D")
      .one_of({"well", "pdebench"});
  section.add("derived", derived,
              "further fields to make and write; of a density and of its particles \"flux\", J = "
              "(-grad V - grad W*rho + f) rho - div(D rho), a vector");
}

std::int64_t OutputSettings::frame_count(double end) const {
  if (interval) return static_cast<std::int64_t>(std::llround(end / *interval)) + 1;
  return frames.value_or(2);
}

std::vector<double> OutputSettings::frame_times(double end) const {
  return uniform_times(end, frame_count(end), interval);
}

Precision OutputSettings::value_precision() const {
  return precision == "float64" ? Precision::float64 : Precision::float32;
}

FileLayout OutputSettings::file_layout() const {
  return layout == "pdebench" ? FileLayout::pdebench : FileLayout::well;
}

void DiagnosticsSettings::declare(Section& section) {
  section
      .add("interval", interval,
           "time between two lines of diagnostics.csv, which also has one for every frame; "
           "default: the frames only")
      .unit("time")
      .at_least(1e-100);
  section
      .add("spectra", spectra,
           "members, the first ones, whose energy spectrum at every frame goes to spectrum.csv")
      .at_least(0);
}

void CheckpointSettings::declare(Section& section) {
  section.add("every", every,
              "wall-clock time between two checkpoints, e.g. \"10min\", \"1h30m\"; \"never\"");
  section
      .add("steps", steps,
           "instead of `every`: time steps between two checkpoints, a few more where "
           "several are taken at once")
      .at_least(1);
  section.add("kept", kept, "checkpoints that stay on disk").at_least(2).at_most(100);
  section.add("keep_final", keep_final,
              "ensembles: keep the last state of finished members too, so that when `time.end` is "
              "raised on --resume they go on from there; without it they are computed again");
}

double CheckpointSettings::every_seconds() const {
  if (every == "never" || steps) return std::numeric_limits<double>::infinity();
  return parse_duration(every).value_or(600.0);
}

void EnsembleSettings::declare(Section& section) {
  section
      .add("members", members,
           "solutions computed in this run; on --resume there may be more of them, not fewer")
      .at_least(1)
      .at_most(1e8);
  section.add("seed", seed, "of all random numbers; the same seed gives the same run").at_least(0);
  section
      .add("ranks_per_member", ranks_per_member,
           "ranks that share one member; 0: one for short lines, all of them for a single member, "
           "otherwise as few as memory and the number of members allow")
      .at_least(0);
  section
      .add("batch", batch, "members advanced together by one group of ranks; 0: chosen by Parapet")
      .at_least(0)
      .at_most(4096);
  section
      .add("on_failure", on_failure,
           "what a member that becomes NaN does in an ensemble: it is recorded in its "
           "certificate and the others go on, or it stops the run")
      .one_of({"record", "stop"});
}

void VarySettings::declare(Section& section) {
  section.add("distribution", distribution, "how the values of the members are drawn")
      .required()
      .one_of({"uniform", "log-uniform", "normal", "choice", "list"});
  section.add("low", low, "uniform, log-uniform: lower end");
  section.add("high", high, "uniform, log-uniform: upper end");
  section.add("mean", mean, "normal: mean");
  section.add("deviation", deviation, "normal: standard deviation").above(0.0);
  section.add("values", values,
              "choice: the values drawn from; list: member i takes the i-th, over and over");
}

}  // namespace parapet
