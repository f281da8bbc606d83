#include "base/formula.hpp"

#include <algorithm>
#include <numbers>
#include <utility>

#include <fmt/format.h>
#include <muParser.h>

#include "base/failure.hpp"
#include "base/text.hpp"

namespace parapet {

namespace {

std::string message_of(const mu::ParserError& error, const std::string& text,
                       const std::vector<std::string>& variables) {
  const int place = error.GetPos();
  std::string message =
      fmt::format("\"{}\" is no formula: {}", text, fmt::string_view(error.GetMsg()));
  if (place >= 0) message += fmt::format(" (character {})", place + 1);
  if (error.GetCode() == mu::ecUNASSIGNABLE_TOKEN) {
    const auto nearest = nearest_name(error.GetToken(), variables);
    message += nearest ? fmt::format("; did you mean {}?", *nearest)
                       : fmt::format("; the variables are {}", join(variables));
  }
  return message;
}

}  // namespace

struct Formula::Parser {
  mutable mu::Parser parser;
  mutable std::vector<double> values;  // of the variables

  Parser(const std::string& text, const std::vector<std::string>& variables)
      : values(variables.size(), 0.5) {
    parser.ResetLocale();
    parser.ClearConst();
    parser.DefineConst("pi", std::numbers::pi);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      parser.DefineVar(variables[v], &values[v]);
    }
    parser.SetExpr(text);
    parser.Eval();  // parses it: an error is thrown here, not when points are evaluated
  }
};

Formula::Formula(std::string text, std::vector<std::string> variables)
    : text_(std::move(text)), variables_(std::move(variables)) {
  try {
    parser_ = std::make_unique<Parser>(text_, variables_);
  } catch (const mu::ParserError& error) {
    throw Failure(ExitCode::bad_input, message_of(error, text_, variables_));
  }
}

Formula::Formula(const Formula& other) : Formula(other.text_, other.variables_) {}
Formula& Formula::operator=(const Formula& other) {
  return *this = Formula(other);
}
Formula::Formula(Formula&&) noexcept = default;
Formula& Formula::operator=(Formula&&) noexcept = default;
Formula::~Formula() = default;

bool Formula::depends_on(const std::string& variable) const {
  return parser_->parser.GetUsedVar().count(variable) > 0;
}

double Formula::operator()(std::span<const double> values) const {
  for (std::size_t v = 0; v < variables_.size(); ++v) parser_->values[v] = values[v];
  return parser_->parser.Eval();
}

// Point by point: muParser's way of many points at once starts threads for them, which wait for
// each other busily where ranks have the cores.
void Formula::evaluate(std::span<const double* const> variables, std::span<double> results) const {
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (std::size_t v = 0; v < variables_.size(); ++v) parser_->values[v] = variables[v][i];
    results[i] = parser_->parser.Eval();
  }
}

std::optional<std::string> Formula::fault(const std::string& text,
                                          const std::vector<std::string>& variables) {
  if (text.empty()) return "a formula is expected";
  try {
    const Formula formula(text, variables);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return std::nullopt;
}

}  // namespace parapet
