// SPDX-License-Identifier: MIT
// Reads the real STAC documents beside the project for the tests that judge the parsers by them.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "stac/catalogue.h"
#include "tests/catch.h"

namespace stacvrt::stac::testing {

inline const std::filesystem::path kSharedData = std::filesystem::path(STACVRT_SHARED_DIR) / "data";

/// Whether the data are there; says so where they are not.
inline bool shared_data_present() {
  if (std::filesystem::is_directory(kSharedData)) return true;
  WARN("skipped: no data in " << kSharedData.string());
  return false;
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The items of a document, named by its path below the data folder.
inline ItemDocument document_of(const std::string& name) {
  return parse_items(text_of(kSharedData / name), name);
}

inline const Asset& asset_of(const Item& item, std::string_view key) {
  const Asset* asset = item.find_asset(key);
  INFO(item.id << " " << key);
  REQUIRE(asset != nullptr);
  return *asset;
}

inline const Projection& projection_of(const Item& item, std::string_view key) {
  return item.assets.projection(asset_of(item, key));
}

}  // namespace stacvrt::stac::testing
