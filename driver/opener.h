// SPDX-License-Identifier: MIT
// From a name and open options to an engine: recipe and items are read, the plan made or found, the view chosen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cube/engine.h"
#include "driver/dataset_name.h"
#include "driver/process.h"
#include "driver/settings.h"

namespace stacvrt::driver {

/// Everything a dataset needs.
struct Opened {
  DatasetName name;
  Settings settings;
  std::optional<Process::Claim> claim;  ///< on the memory that the process shares
  std::shared_ptr<const SharedPlan> shared;
  std::shared_ptr<const cube::Engine> engine;
  std::vector<std::string> documents;  ///< local recipe and item documents, for GetFileList
};

/// Opens `description` (with or without prefix). Reads no pixels. Throws Error.
[[nodiscard]] Opened open_description(const std::string& description, const cube::OptionList& options);

}  // namespace stacvrt::driver
