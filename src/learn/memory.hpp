#pragma once

namespace parapet {

/// Tells the C library to keep the memory that is freed instead of handing large blocks back to the
/// system after every step and fetching them, page by page, in the next: 20 % of the time of a
/// training step written with torch. Called once, when a program that trains begins. Does nothing
/// where the C library is not glibc.
void keep_freed_memory();

}  // namespace parapet
