// SPDX-License-Identifier: MIT
// Which instruction sets this binary carries and which one runs. One process uses one set throughout.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stacvrt::kernels {

/// Instruction sets compiled in that this CPU can run, best first, by Highway's names ("AVX3", "AVX2", "SSE4", ...).
[[nodiscard]] std::vector<std::string> available_targets();
/// The one in use.
[[nodiscard]] std::string current_target();
/// Makes every kernel use the named set from now on ("" : the best again). Returns false, changing nothing, for a name
/// that available_targets() does not list. Call before kernels run in other threads.
bool pin_target(std::string_view name);

}  // namespace stacvrt::kernels
