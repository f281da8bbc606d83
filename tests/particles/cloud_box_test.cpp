#include "particles/cloud_box.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace parapet {
namespace {

constexpr std::size_t particles = 1003;  // no whole number of chunks

template <int d>
CloudBox<d> small_box() {
  CloudBox<d> box;
  for (std::size_t a = 0; a < d; ++a) {
    box.lower[a] = -1.0 - static_cast<double>(a), box.per_length[a] = 2.0, box.first[a] = 0.5;
    box.begin[a] = 3, box.count[a] = 4 + static_cast<std::int64_t>(a);
  }
  return box;
}

// Within the box and half the layer around it.
template <int d>
std::array<std::vector<double>, d> random_places(const CloudBox<d>& box) {
  const RandomStream stream(4, Purpose::test);
  std::array<std::vector<double>, d> x;
  for (std::size_t a = 0; a < d; ++a) {
    const double begin = static_cast<double>(box.begin[a]) - 0.5;
    for (std::size_t i = 0; i < particles; ++i) {
      const double u = stream.uniform(i, static_cast<std::uint32_t>(a));
      const double cells = begin + (static_cast<double>(box.count[a]) + 1.0) * u;
      x[a].push_back(box.lower[a] + cells / box.per_length[a]);
    }
  }
  return x;
}

template <int d>
std::array<const double*, d> pointers(const std::array<std::vector<double>, d>& x) {
  std::array<const double*, d> all;
  for (std::size_t a = 0; a < d; ++a) all[a] = x[a].data();
  return all;
}

// The middle of a cell of an array over the box.
template <int d>
std::array<double, d> middle_of(const CloudBox<d>& box, std::size_t place) {
  std::array<double, d> x;
  auto rest = static_cast<std::int64_t>(place);
  for (std::size_t a = d; a-- > 0;) {
    const std::int64_t n = box.begin[a] - 1 + rest % (box.count[a] + 2);
    x[a] = box.lower[a] + (static_cast<double>(n) + box.first[a]) / box.per_length[a];
    rest /= box.count[a] + 2;
  }
  return x;
}

// What a cloud of a cell's size around x has in the cell: a tent along each axis.
template <int d>
double share_of(const CloudBox<d>& box, const std::array<std::vector<double>, d>& x, std::size_t i,
                std::size_t place) {
  const auto middle = middle_of(box, place);
  double share = 1.0;
  for (std::size_t a = 0; a < d; ++a) {
    share *= std::max(0.0, 1.0 - std::abs(x[a][i] - middle[a]) * box.per_length[a]);
  }
  return share;
}

template <int d>
std::vector<std::uint64_t> sums_of(const CloudBox<d>& box,
                                   const std::array<std::vector<double>, d>& x,
                                   const double* is_there = nullptr,
                                   Processor processor = this_processor()) {
  std::vector<std::uint64_t> sums(box.size(), 0);
  add_clouds<d>(box, pointers<d>(x), is_there, x[0].size(), sums.data(), processor);
  return sums;
}

template <int d>
void expect_clouds() {
  const CloudBox<d> box = small_box<d>();
  const auto x = random_places(box);
  std::vector<double> is_there(particles);
  for (std::size_t i = 0; i < particles; ++i) is_there[i] = i % 3 == 0 ? 0.0 : 1.0;
  const auto sums = sums_of<d>(box, x, is_there.data());
  const double there = std::accumulate(is_there.begin(), is_there.end(), 0.0);
  const auto all = std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
  EXPECT_EQ(static_cast<double>(all), there * CloudBox<d>::parts_of_one);
  for (std::size_t place = 0; place < sums.size(); ++place) {
    double plain = 0.0;
    for (std::size_t i = 0; i < particles; ++i)
      plain += is_there[i] * share_of<d>(box, x, i, place);
    const double found = static_cast<double>(sums[place]) / CloudBox<d>::parts_of_one;
    // Each share is off by half a part along each axis at most.
    EXPECT_LE(std::abs(found - plain), there * 0.5 * d / CloudBox<d>::parts) << place;
  }
}

TEST(CloudBox, GivesEachCellItsShareOfParticles) {
  expect_clouds<1>();
  expect_clouds<2>();
  expect_clouds<3>();
}

template <int d>
void expect_linear() {
  const CloudBox<d> box = small_box<d>();
  const auto x = random_places(box);
  constexpr int width = cloud_vector<d>;
  std::vector<double> field(box.size() * width);
  const auto value = [](const auto& at, int component) {
    double sum = 0.3 + component;
    for (std::size_t a = 0; a < d; ++a) sum += (1.0 + static_cast<double>(a) - component) * at[a];
    return sum;
  };
  for (std::size_t place = 0; place < box.size(); ++place) {
    for (int c = 0; c < d; ++c) field[width * place + c] = value(middle_of(box, place), c);
  }
  std::array<std::vector<double>, d> sum;
  std::array<double*, d> to;
  for (auto& axis : sum) axis.assign(particles, 1.0);
  for (std::size_t a = 0; a < d; ++a) to[a] = sum[a].data();
  add_interpolated<d>(box, field.data(), pointers<d>(x), particles, to);
  for (std::size_t i = 0; i < particles; ++i) {
    std::array<double, d> at;
    for (std::size_t a = 0; a < d; ++a) at[a] = x[a][i];
    for (int c = 0; c < d; ++c) {
      EXPECT_LE(std::abs(sum[static_cast<std::size_t>(c)][i] - 1.0 - value(at, c)), 1e-13);
    }
  }
}

TEST(CloudBox, InterpolatesLinearFieldsExactly) {
  expect_linear<1>();
  expect_linear<2>();
  expect_linear<3>();
}

TEST(CloudBox, GivesTheSameBitsOnAllProcessors) {
  const CloudBox<2> box = small_box<2>();
  const auto x = random_places(box);
  const auto sums = sums_of<2>(box, x, nullptr, Processor::any);
  EXPECT_EQ(sums, sums_of<2>(box, x));
  std::vector<double> field(2 * box.size());
  for (std::size_t i = 0; i < field.size(); ++i) field[i] = std::sin(static_cast<double>(i));
  std::array<std::vector<double>, 2> first, second;
  for (auto* const to : {&first, &second}) {
    for (auto& axis : *to) axis.assign(particles, 0.0);
    add_interpolated<2>(box, field.data(), pointers<2>(x), particles,
                        {(*to)[0].data(), (*to)[1].data()},
                        to == &first ? Processor::any : this_processor());
  }
  EXPECT_EQ(first, second);
}

TEST(CloudBox, KeepsWhatIsNowhereWithinItsArrays) {
  const CloudBox<2> box = small_box<2>();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::array<std::vector<double>, 2> x{std::vector{nan, 1e300, -1e300, 0.9, nan},
                                             std::vector{0.1, 0.1, 1e300, nan, nan}};
  const auto sums = sums_of<2>(box, x);
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), std::uint64_t{0}),
            x[0].size() * static_cast<std::uint64_t>(CloudBox<2>::parts_of_one));
}

}  // namespace
}  // namespace parapet
