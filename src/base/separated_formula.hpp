#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/formula.hpp"

namespace parapet {

/// A formula of place and time as a sum Σ_i s_i(place) g_i(time) + rest, as far as its text is a
/// sum of products of which each factor depends on either alone: so that what depends on place need
/// be evaluated but once. Terms with a factor of both make the rest.
class SeparatedFormula {
 public:
  struct Product {
    Formula of_place;  ///< of the variables of place
    Formula of_time;   ///< of the time alone
  };

  /// Throws Failure(bad_input) where Formula does.
  SeparatedFormula(const std::string& text, const std::vector<std::string>& place,
                   const std::string& time);

  const std::vector<Product>& products() const { return products_; }
  /// Of the variables of place and then the time.
  const std::optional<Formula>& rest() const { return rest_; }
  bool is_steady() const { return is_steady_; }

 private:
  void separate(const std::string& text, const std::vector<std::string>& place,
                const std::string& time);

  std::vector<Product> products_;
  std::optional<Formula> rest_;
  bool is_steady_;
};

}  // namespace parapet
