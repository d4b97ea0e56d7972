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
#include "driver/remote_access.h"
#include "driver/settings.h"

namespace stacvrt::driver {

/// Everything a dataset needs.
struct Opened {
  DatasetName name;
  Settings settings;
  std::optional<Process::Claim> claim;  ///< on the memory that the process shares
  std::shared_ptr<const SharedPlan> shared;
  std::shared_ptr<const cube::Engine> engine;
  std::vector<std::string> documents;          ///< local recipe and item documents, for GetFileList
  std::shared_ptr<const RemoteAccess> access;  ///< what requests for its pixels carry
  std::int64_t factor = 1;                     ///< of an overview: how many times coarser it is than what was opened
  std::vector<std::shared_ptr<const void>> holds = {};  ///< on what was read from the network: kept for the next handle
};

/// Opens `description` (with or without prefix). Reads no pixels. Throws Error.
[[nodiscard]] Opened open_description(const std::string& description, const cube::OptionList& options);

/// An overview of what was opened. Reads no pixels. Throws Error, kMemory where tiles are too deep for the budget.
[[nodiscard]] Opened open_overview(const Opened& opened, std::int64_t factor);

}  // namespace stacvrt::driver
