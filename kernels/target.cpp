// SPDX-License-Identifier: MIT
// The process's choice of instruction set. Knows the CPU and what was compiled in, nothing of any kernel.
#include "kernels/target.h"

#include <atomic>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/dispatch.h"

namespace stacvrt::kernels {
namespace {

/// Bits of the sets that are compiled in and that this CPU can run. The baseline always can.
std::int64_t runnable() noexcept {
  return (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
}

/// Highway orders target bits from best (lowest) to least.
std::int64_t best_of(std::int64_t targets) noexcept {
  return targets & -targets;
}

struct Choice {
  hwy::ChosenTarget chosen;
  std::atomic<std::int64_t> target{0};

  Choice() noexcept { set(best_of(runnable())); }
  void set(std::int64_t bit) noexcept {
    chosen.Update(bit);
    target.store(bit);
  }
};

Choice& choice() noexcept {
  static Choice instance;
  return instance;
}

}  // namespace

const hwy::ChosenTarget& chosen_target() noexcept {
  return choice().chosen;
}

std::vector<std::string> available_targets() {
  std::vector<std::string> names;
  for (std::int64_t rest = runnable(); rest != 0; rest &= rest - 1) names.emplace_back(hwy::TargetName(best_of(rest)));
  return names;
}

std::string current_target() {
  return hwy::TargetName(choice().target.load());
}

bool pin_target(std::string_view name) {
  if (name.empty()) {
    choice().set(best_of(runnable()));
    return true;
  }
  for (std::int64_t rest = runnable(); rest != 0; rest &= rest - 1) {
    if (name == hwy::TargetName(best_of(rest))) {
      choice().set(best_of(rest));
      return true;
    }
  }
  return false;
}

}  // namespace stacvrt::kernels
