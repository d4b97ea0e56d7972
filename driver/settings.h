// SPDX-License-Identifier: MIT
// Configuration options and those open options that are not part of the recipe: memory, threads, trust, instruction
// set.
#pragma once

#include <cstddef>
#include <string>

#include "cube/recipe_parser.h"
#include "stac/href.h"

namespace stacvrt::driver {

struct Settings {
  std::size_t memory_cap = 0;     ///< STACVRT_MEMORY: bytes of the whole process; default a quarter of RAM
  std::size_t memory_budget = 0;  ///< MEMORY: bytes of one dataset; default half the cap
  int threads = 1;                ///< THREADS, else GDAL_NUM_THREADS, else all processors
  stac::HrefPolicy hrefs;         ///< STACVRT_LOCAL_PATHS
  std::string snapshot;           ///< SNAPSHOT: file that keeps the items found; empty: none
  bool skip_errors = false;       ///< ON_ERROR=SKIP: items that cannot be read are left out
  bool threads_given = false;     ///< THREADS was
  std::string sign;               ///< SIGN: what signs requests for pixels; names variables, holds no secret
  std::string credentials_for;    ///< STACVRT_CREDENTIALS_FOR: origins that may see credentials
};

/// Reads configuration and open options. Throws Error{kInvalid} naming the option and what it may be.
[[nodiscard]] Settings read_settings(const cube::OptionList& options);

/// "512MB", "2 GB", "25%" (of usable RAM) or plain bytes. Throws Error{kInvalid} naming `option`.
[[nodiscard]] std::size_t parse_bytes(const std::string& text, const std::string& option);

/// Applies STACVRT_SIMD (an instruction set by Highway's name). Once per process, before any kernel runs.
void pin_instruction_set();

/// A digest of the calling thread's own network settings (credentials, headers): what one thread may read, another
/// without them may not. Empty when it has none.
[[nodiscard]] std::string network_identity();

/// Key=value lines of an options list.
[[nodiscard]] cube::OptionList option_list(const char* const* options);

}  // namespace stacvrt::driver
