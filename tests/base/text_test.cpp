#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/settings.hpp"

namespace parapet {
namespace {

TEST(NearestName, FindsTypingErrors) {
  const std::vector<std::string> names{"viscosity", "form", "points", "dealiasing"};
  EXPECT_EQ(nearest_name("viscosty", names), "viscosity");
  EXPECT_EQ(nearest_name("pionts", names), "points");
  EXPECT_EQ(nearest_name("fom", names), "form");
  EXPECT_EQ(nearest_name("de-aliasing", names), "dealiasing");
  EXPECT_EQ(nearest_name("banana", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100000, 'v'), names), std::nullopt);
}

TEST(EditDistance, CountsChangesOfOneLetterAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", "abc"), 0U);
  EXPECT_EQ(edit_distance("abc", "acb"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Duration, ReadsUnitsAndClocks) {
  const std::pair<const char*, double> cases[] = {
      {"90s", 90},       {"10min", 600},       {"3h50m", 13800},
      {"2d", 172800},    {"1.5h", 5400},       {"45", 45},
      {"1:30:00", 5400}, {"90:00", 5400},      {"1-12:00:00", 129600},
      {"10 min", 600},   {"1 h 30 min", 5400}, {"0", 0}};
  for (const auto& [text, seconds] : cases) EXPECT_EQ(parse_duration(text), seconds) << text;
}

TEST(Duration, RefusesWhatIsNone) {
  for (const char* text : {"", "h", "3x", "-5", "-1h", "1:-30", "1::2", ":", "1:2:3:4", "nan",
                           "inf", "1e999", "5 5", "x10s", "1-", "-1-1:00:00", "--1:00", "10min5"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Format, DurationsAndSizesReadWell) {
  EXPECT_EQ(format_duration(0.1234), "0.12 s");
  EXPECT_EQ(format_duration(59.4), "59 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(7500), "2 h 05 min");
  EXPECT_EQ(format_duration(273600), "3 d 04 h");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(8e15), "8.0 PB");
  EXPECT_EQ(format_bytes(999.96e3), "1.0 MB");
}

TEST(ToToml, WritesNumbersAsTomlNumbers) {
  EXPECT_EQ(to_toml(1.0), "1.0");
  EXPECT_EQ(to_toml(1e-5), "1e-5");
  EXPECT_EQ(to_toml(1e22), "1e+22");
  EXPECT_EQ(to_toml(-0.1), "-0.1");
  EXPECT_EQ(to_toml(1e100), "1e+100");
  EXPECT_EQ(to_toml(std::string("a\"\\\n")), "\"a\\\"\\\\\\u000A\"");
}

}  // namespace
}  // namespace parapet
