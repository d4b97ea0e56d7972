// SPDX-License-Identifier: MIT
// This program's own kernels::finish_geomedian, which the linker takes in place of the library's: the library's
// function under another name, behind a switch. The kernels themselves know nothing of it.
#include "bench/finish_counter.h"

#define finish_geomedian finish_geomedian_exactly
#include "kernels/geomedian_finish.cpp"  // NOLINT(bugprone-suspicious-include)
#undef finish_geomedian

namespace stacvrt {
namespace {

bool counting = false;
std::size_t counted = 0;

}  // namespace

namespace kernels {

void finish_geomedian(const LaneSamples& samples, double tolerance, std::uint32_t max_iterations, double* y,
                      double* scratch) noexcept {
  if (counting) {
    ++counted;
  } else {
    finish_geomedian_exactly(samples, tolerance, max_iterations, y, scratch);
  }
}

}  // namespace kernels

namespace bench {

FinishCounter::FinishCounter() noexcept {
  counting = true;
  counted = 0;
}
FinishCounter::~FinishCounter() {
  counting = false;
}
void FinishCounter::reset() noexcept {
  counted = 0;
}
std::size_t FinishCounter::lanes() const noexcept {
  return counted;
}

}  // namespace bench
}  // namespace stacvrt
