#pragma once

#include "base/mpi_native.hpp"
