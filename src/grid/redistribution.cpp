#include "grid/redistribution.hpp"

#include <algorithm>
#include <vector>

#include "base/mpi_native.hpp"
#include "base/waiting.hpp"

namespace parapet {

namespace {

Box intersection(const Box& a, const Box& b) {
  Box both;
  for (std::size_t x = 0; x < 3; ++x) {
    const std::int64_t begin = std::max(a.offset[x], b.offset[x]);
    const std::int64_t end = std::min(a.offset[x] + a.count[x], b.offset[x] + b.count[x]);
    both.offset[x] = begin;
    both.count[x] = std::max<std::int64_t>(0, end - begin);
  }
  return both;
}

std::vector<Box> gather_boxes(const Communicator& communicator, const Box& own) {
  std::vector<std::int64_t> numbers(own.offset.begin(), own.offset.end());
  numbers.insert(numbers.end(), own.count.begin(), own.count.end());
  const auto all = communicator.all_gather(std::span<const std::int64_t>(numbers));
  std::vector<Box> boxes;
  for (std::size_t i = 0; i < all.size(); i += 6) {
    boxes.push_back({{all[i], all[i + 1], all[i + 2]}, {all[i + 3], all[i + 4], all[i + 5]}});
  }
  return boxes;
}

/// Calls act(place, count) for the rows of `part` within an array of the cells of `whole`.
template <class F>
void for_each_row(const Box& whole, const Box& part, F&& act) {
  for (std::int64_t i = 0; i < part.count[0]; ++i) {
    for (std::int64_t j = 0; j < part.count[1] && part.count[2] > 0; ++j) {
      const std::int64_t x = part.offset[0] - whole.offset[0] + i;
      const std::int64_t y = part.offset[1] - whole.offset[1] + j;
      const std::int64_t z = part.offset[2] - whole.offset[2];
      act((x * whole.count[1] + y) * whole.count[2] + z, part.count[2]);
    }
  }
}

/// One message to or from each rank, as MPI_Alltoallv wants them.
struct Messages {
  std::vector<Box> parts;
  std::vector<int> counts, places;
  std::vector<double> values;

  Messages(const Box& own, const std::vector<Box>& others) {
    int total = 0;
    for (const Box& other : others) {
      parts.push_back(intersection(own, other));
      counts.push_back(static_cast<int>(parts.back().size()));
      places.push_back(total);
      total += counts.back();
    }
    values.resize(static_cast<std::size_t>(total));
  }
};

}  // namespace

void redistribute(const Communicator& communicator, const Box& from, std::span<const double> values,
                  const Box& to, std::span<double> result) {
  Messages sent(from, gather_boxes(communicator, to));
  Messages received(to, gather_boxes(communicator, from));
  double* out = sent.values.data();
  for (const Box& part : sent.parts) {
    for_each_row(from, part, [&](std::int64_t place, std::int64_t count) {
      out = std::copy_n(values.data() + place, count, out);
    });
  }
  {
    const Waiting waiting;
    check_mpi(MPI_Alltoallv(sent.values.data(), sent.counts.data(), sent.places.data(), MPI_DOUBLE,
                            received.values.data(), received.counts.data(), received.places.data(),
                            MPI_DOUBLE, native(communicator)),
              "MPI_Alltoallv");
  }
  const double* in = received.values.data();
  for (const Box& part : received.parts) {
    for_each_row(to, part, [&](std::int64_t place, std::int64_t count) {
      std::copy_n(in, count, result.data() + place);
      in += count;
    });
  }
}

}  // namespace parapet
