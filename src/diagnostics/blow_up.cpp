#include "diagnostics/blow_up.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

void throw_if_blown_up(const Communicator& communicator, std::string fault, std::size_t member,
                       double time) {
  const auto first = communicator.all_reduce<std::int32_t>(
      fault.empty() ? communicator.size() : communicator.rank(), Reduction::minimum);
  if (first == communicator.size()) return;
  communicator.broadcast(fault, first);
  throw Failure(
      ExitCode::blew_up,
      fmt::format("the solution blew up: member {}, time {:.9g}: {}", member, time, fault), true);
}

}  // namespace parapet
