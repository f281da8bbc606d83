#pragma once

#include "grid/above.hpp"
