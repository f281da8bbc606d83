#pragma once

#include <fftw3.h>

#include "base/below.hpp"
