#include "simulation/varied.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace parapet {

namespace {

struct Candidate {
  std::string section;
  Setting setting;
};

std::vector<Candidate> candidates_of(ProblemSettings& problem) {
  std::vector<Candidate> all;
  for (const Section& section : problem.sections()) {
    for (const Setting& setting : section.settings) {
      if (std::holds_alternative<double*>(setting.target)) all.push_back({section.name, setting});
    }
  }
  return all;
}

// "viscosity", or "initial.amplitude" with its section.
bool is_called(const Candidate& candidate, const std::string& name) {
  return name == candidate.setting.key || name == candidate.section + "." + candidate.setting.key;
}

std::vector<std::string> names_of(const std::vector<Candidate>& candidates) {
  std::vector<std::string> names;
  for (const auto& candidate : candidates) {
    names.push_back(candidate.section + "." + candidate.setting.key);
    names.push_back(candidate.setting.key);
  }
  return names;
}

std::optional<std::string> fault_of(const VarySettings& vary) {
  const bool has_ends = vary.low && vary.high;
  if (vary.distribution == "normal") {
    if (!vary.mean || !vary.deviation) return "a normal distribution needs `mean` and `deviation`";
  } else if (vary.distribution == "choice" || vary.distribution == "list") {
    if (vary.values.empty()) return fmt::format("a {} needs `values`", vary.distribution);
  } else if (!has_ends) {
    return fmt::format("a {} distribution needs `low` and `high`", vary.distribution);
  } else if (*vary.low > *vary.high) {
    return fmt::format("`low` = {} is above `high` = {}", *vary.low, *vary.high);
  } else if (vary.distribution == "log-uniform" && *vary.low <= 0.0) {
    return fmt::format("a log-uniform distribution needs `low` above 0, not {}", *vary.low);
  }
  return std::nullopt;
}

bool is_allowed(const Setting& setting, double value) {
  const bool is_above =
      !setting.low || value > *setting.low || (!setting.is_low_open && value == *setting.low);
  const bool is_below =
      !setting.high || value < *setting.high || (!setting.is_high_open && value == *setting.high);
  return std::isfinite(value) && is_above && is_below;
}

const Candidate* chosen(InputFile& file, const std::vector<Candidate>& candidates,
                        const std::string& name) {
  const std::string section = "ensemble.vary." + name;
  std::vector<const Candidate*> fitting;
  for (const auto& candidate : candidates) {
    if (is_called(candidate, name)) fitting.push_back(&candidate);
  }
  if (fitting.size() == 1) return fitting[0];
  if (fitting.empty()) {
    const auto nearest = nearest_name(name, names_of(candidates));
    file.fault(
        section, "",
        fmt::format("there is no number `{}` to vary{}", name,
                    nearest ? fmt::format(" (did you mean `{}`?)", *nearest) : std::string()));
  } else {
    file.fault(
        section, "",
        fmt::format("`{}` is in [{}] and in [{}]: say which, as in "
                    "[ensemble.vary.{}.{}]",
                    name, fitting[0]->section, fitting[1]->section, fitting[0]->section, name));
  }
  return nullptr;
}

void vary_one(InputFile& file, RunSettings& settings, const std::vector<Candidate>& candidates,
              const std::string& name) {
  const std::string section_name = "ensemble.vary." + name;
  VarySettings vary;
  Section section(section_name, "distribution of `" + name + "` over the members");
  vary.declare(section);
  file.read(section);
  const Candidate* candidate = chosen(file, candidates, name);
  if (candidate == nullptr || vary.distribution.empty()) return;
  if (const auto fault = fault_of(vary)) return file.fault(section_name, "", *fault);
  const std::string full = candidate->section + "." + candidate->setting.key;
  auto values = draw_values(vary, full, static_cast<std::uint64_t>(settings.ensemble.seed),
                            settings.ensemble.members);
  const auto bad = std::find_if_not(values.begin(), values.end(), [&](double value) {
    return is_allowed(candidate->setting, value);
  });
  if (bad != values.end()) {
    return file.fault(section_name, "",
                      fmt::format("draws {} for member {}; {} must be {}", *bad,
                                  bad - values.begin(), full, candidate->setting.expectation()));
  }
  settings.varied.push_back({candidate->section, candidate->setting.key, std::move(values)});
}

// Gives every parameter a stream of its own.
std::uint32_t number_of(const std::string& name) {
  std::uint64_t number = 0;
  for (const char letter : name) number = mix_bits(number + static_cast<unsigned char>(letter) + 1);
  return static_cast<std::uint32_t>(number);
}

}  // namespace

std::vector<double> draw_values(const VarySettings& vary, const std::string& name,
                                std::uint64_t seed, std::int64_t members) {
  const RandomStream stream(seed, Purpose::parameters);
  const std::uint32_t place = number_of(name);
  std::vector<double> values(static_cast<std::size_t>(members));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double low = vary.low.value_or(0.0), high = vary.high.value_or(0.0);
    if (vary.distribution == "uniform") {
      values[i] = low + (high - low) * stream.uniform(i, place);
    } else if (vary.distribution == "log-uniform") {
      values[i] = low * std::exp(std::log(high / low) * stream.uniform(i, place));
    } else if (vary.distribution == "normal") {
      values[i] = *vary.mean + *vary.deviation * stream.normal(i, place);
    } else if (vary.distribution == "choice") {
      values[i] = vary.values[stream.integer(vary.values.size(), i, place)];
    } else {
      values[i] = vary.values[i % vary.values.size()];
    }
  }
  return values;
}

void read_varied(InputFile& file, RunSettings& settings) {
  const auto candidates = candidates_of(settings.problem);
  for (const std::string& name : file.subsections("ensemble.vary")) {
    vary_one(file, settings, candidates, name);
  }
}

}  // namespace parapet
