#pragma once

#include <string>

#include "base/communicator.hpp"

namespace parapet {

/// The equations there are, one a line, and how to learn more.
std::string equation_list();

/// The page about an equation (its parameters, forcing) or a section of the input file. Throws a
/// collective Failure(bad_input) with the nearest name when there is no such page. Collective.
std::string manual_page(const Communicator& world, const std::string& name);

}  // namespace parapet
