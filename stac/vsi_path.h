// SPDX-License-Identifier: MIT
// GDAL's virtual file systems by name: which of them lead to the network, which read nothing but what their path names,
// and how URLs are spelled there. Strings only; GDAL is not asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stacvrt::stac {

/// Whether `path` starts with "/vsi".
[[nodiscard]] bool is_vsi(std::string_view path) noexcept;

/// Whether any file system in the chain of `path` ("/vsizip//vsicurl/...") is one of the network.
[[nodiscard]] bool is_network_vsi(std::string_view path);

/// Whether the outermost file system of `path` is one of the network, so that nothing local is named at all.
[[nodiscard]] bool begins_with_network_vsi(std::string_view path);

/// The first file system in the chain that may not be named ("vsistdin", "vsisubfile", unknown ones); empty if none.
[[nodiscard]] std::string forbidden_vsi(std::string_view path);

/// The URL that a plain network path stands for ("/vsicurl/https://h/x" is "https://h/x", "/vsis3/b/k" is "s3://b/k");
/// nothing for other paths.
[[nodiscard]] std::optional<std::string> url_of_vsi(std::string_view path);

/// The inverse: what GDAL opens for a URL of http, https, s3, gs or az; nothing for other text.
[[nodiscard]] std::optional<std::string> vsi_of_url(std::string_view url);

}  // namespace stacvrt::stac
