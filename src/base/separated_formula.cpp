#include "base/separated_formula.hpp"

#include <string_view>
#include <utility>

namespace parapet {

namespace {

/// A part of a text and the operator before it, that of the first part being `none`.
struct Piece {
  char before;
  std::string text;
};

constexpr char none = 0;

bool is_blank(char one) {
  return one == ' ' || one == '\t' || one == '\n' || one == '\r';
}

/// Whether a sign at a place joins two terms: it does not after an operator, or within 1e-3.
bool joins_terms(std::string_view text, std::size_t at) {
  std::size_t last = at;
  while (last > 0 && is_blank(text[last - 1])) --last;
  if (last == 0) return false;
  const char before = text[last - 1];
  if (std::string_view("+-*/^").find(before) != std::string_view::npos) return false;
  if ((before != 'e' && before != 'E') || last < 2 || last != at) return true;
  const char digit = text[last - 2];
  return !(digit == '.' || (digit >= '0' && digit <= '9'));
}

/// The text cut at those of two operators that are outside all parentheses.
std::vector<Piece> cut(std::string_view text, char first, char second) {
  std::vector<Piece> pieces{{none, {}}};
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char one = text[i];
    depth += one == '(' ? 1 : one == ')' ? -1 : 0;
    const bool is_sign = one == '+' || one == '-';
    if (depth == 0 && (one == first || one == second) && (!is_sign || joins_terms(text, i))) {
      pieces.push_back({one, {}});
    } else {
      pieces.back().text += one;
    }
  }
  return pieces;
}

/// Comparisons and choices bind less than sums.
bool is_sum(std::string_view text) {
  int depth = 0;
  for (const char one : text) {
    depth += one == '(' ? 1 : one == ')' ? -1 : 0;
    if (depth == 0 && std::string_view("<>=!&|?:,").find(one) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

void append(std::string& product, const Piece& factor) {
  if (product.empty()) product = "1";
  product += (factor.before == '/' ? "/(" : "*(") + factor.text + ")";
}

void append_term(std::string& sum, const Piece& term) {
  sum += (term.before == '-' ? "-(" : "+(") + term.text + ")";
}

}  // namespace

SeparatedFormula::SeparatedFormula(const std::string& text, const std::vector<std::string>& place,
                                   const std::string& time) {
  std::vector<std::string> all = place;
  all.push_back(time);
  Formula whole(text, all);
  is_steady_ = !whole.depends_on(time);
  if (!is_steady_ && is_sum(text)) {
    separate(text, place, time);
  } else {
    rest_.emplace(std::move(whole));
  }
}

void SeparatedFormula::separate(const std::string& text, const std::vector<std::string>& place,
                                const std::string& time) {
  std::vector<std::string> all = place;
  all.push_back(time);
  std::string rest;
  for (const Piece& term : cut(text, '+', '-')) {
    std::string of_place, of_time;
    bool is_mixed = false;
    for (const Piece& factor : cut(term.text, '*', '/')) {
      const Formula one(factor.text, all);
      const bool has_time = one.depends_on(time);
      bool has_place = false;
      for (const std::string& variable : place) has_place = has_place || one.depends_on(variable);
      is_mixed = is_mixed || (has_time && has_place);
      append(has_time ? of_time : of_place, factor);
    }
    if (is_mixed) {
      append_term(rest, term);
      continue;
    }
    if (term.before == '-') append(of_place, {'*', "-1"});
    products_.push_back({Formula(of_place.empty() ? "1" : of_place, place),
                         Formula(of_time.empty() ? "1" : of_time, {time})});
  }
  if (!rest.empty()) rest_.emplace(rest, all);
}

}  // namespace parapet
