// SPDX-License-Identifier: MIT
#include "stac/vsi_path.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {

// Each reads what its path names and takes no options there. All others (vsistdin, vsisubfile, vsisparse, vsicrypt,
// ...) read offsets, passwords or other files from the name.
constexpr std::array<std::string_view, 6> kPlain{"vsimem", "vsizip", "vsigzip", "vsitar", "vsi7z", "vsirar"};
constexpr std::array<std::string_view, 9> kNetwork{"vsicurl", "vsis3",    "vsigs",   "vsiaz",     "vsiadls",
                                                   "vsioss",  "vsiswift", "vsihdfs", "vsiwebhdfs"};

struct Spelling {
  std::string_view url;
  std::string_view vsi;
};
constexpr std::array<Spelling, 5> kSpellings{{{"http://", "/vsicurl/http://"},
                                              {"https://", "/vsicurl/https://"},
                                              {"s3://", "/vsis3/"},
                                              {"gs://", "/vsigs/"},
                                              {"az://", "/vsiaz/"}}};

/// The names of all file systems in a chain, in lower case.
std::vector<std::string> file_systems(std::string_view path) {
  std::vector<std::string> names;
  for (std::size_t at = path.find("/vsi"); at != std::string_view::npos; at = path.find("/vsi", at + 1)) {
    std::string name;
    for (std::size_t i = at + 1; i < path.size(); ++i) {
      const auto c = static_cast<unsigned char>(path[i]);
      if (std::isalnum(c) == 0 && c != '_') break;
      name += lowered(path[i]);
    }
    names.push_back(name);
  }
  return names;
}

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_network_name(std::string_view name) {
  constexpr std::string_view kStreaming = "_streaming";
  if (name.ends_with(kStreaming)) name.remove_suffix(kStreaming.size());
  return holds(kNetwork, name);
}

}  // namespace

bool is_vsi(std::string_view path) noexcept {
  return path.starts_with("/vsi");
}

bool is_network_vsi(std::string_view path) {
  const auto names = is_vsi(path) ? file_systems(path) : std::vector<std::string>();
  return std::any_of(names.begin(), names.end(), is_network_name);
}

bool begins_with_network_vsi(std::string_view path) {
  return is_vsi(path) && is_network_name(file_systems(path).front());
}

std::string forbidden_vsi(std::string_view path) {
  for (const std::string& name : file_systems(path))
    if (!holds(kPlain, name) && !holds(kNetwork, name)) return name;
  return {};
}

std::optional<std::string> url_of_vsi(std::string_view path) {
  for (const auto& [url, vsi] : kSpellings)
    if (path.starts_with(vsi)) return std::string(url) + std::string(path.substr(vsi.size()));
  return std::nullopt;
}

std::optional<std::string> vsi_of_url(std::string_view url) {
  for (const auto& [prefix, vsi] : kSpellings)
    if (url.starts_with(prefix)) return std::string(vsi) + std::string(url.substr(prefix.size()));
  return std::nullopt;
}

}  // namespace stacvrt::stac
