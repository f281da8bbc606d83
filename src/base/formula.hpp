#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parapet {

/// A function of some variables that an input file gives as text, such as "exp(-x^2) * cos(pi*t)".
/// Operators + - * / ^, comparisons, `c ? a : b`, the usual functions (sin, exp, sqrt, tanh, min,
/// …), and the constant pi. It is parsed by muParser, whatever the locale. Copies are independent;
/// one object is not for several threads at once.
class Formula {
 public:
  /// Throws Failure(bad_input) with what `fault` says.
  Formula(std::string text, std::vector<std::string> variables);
  Formula(const Formula& other);
  Formula& operator=(const Formula& other);
  Formula(Formula&&) noexcept;
  Formula& operator=(Formula&&) noexcept;
  ~Formula();

  const std::string& text() const { return text_; }
  /// Whether one of the variables occurs in it.
  bool depends_on(const std::string& variable) const;

  /// The value at one point; one entry a variable.
  double operator()(std::span<const double> values) const;
  /// The values at many points: one array a variable, as long as `results`.
  void evaluate(std::span<const double* const> variables, std::span<double> results) const;

  /// What is wrong with a text, with the place in it; nothing when it is sound. Unknown names come
  /// with those that are known.
  static std::optional<std::string> fault(const std::string& text,
                                          const std::vector<std::string>& variables);

 private:
  struct Parser;

  std::string text_;
  std::vector<std::string> variables_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace parapet
