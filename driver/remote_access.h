// SPDX-License-Identifier: MIT
// What a request for pixels may carry, and to whom. GDAL sends GDAL_HTTP_HEADERS and its like to every host that a path
// names, and libcurl sends headers along with redirects; here they go to the origins they were meant for alone. What
// signs URLs (driver/signing.h) is asked here as well.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/gdal_compat.h"
#include "driver/signing.h"

namespace stacvrt::driver {

/// scheme://host:port of a URL in lower case, the port always named; empty for other text.
[[nodiscard]] std::string origin_of(std::string_view url);

/// Which origins may see what the user presents: those of documents that the user named, and those of
/// STACVRT_CREDENTIALS_FOR: URLs, hosts ("data.example.org", with a port where it is not the usual one), or "*" for
/// all, as GDAL does by itself.
class TrustedOrigins {
 public:
  TrustedOrigins() = default;
  /// `named`: URLs of documents. Throws Error{kInvalid} where `listed` is no such list.
  TrustedOrigins(const std::vector<std::string>& named, const std::string& listed);
  [[nodiscard]] bool has(std::string_view url) const;
  [[nodiscard]] bool has_all() const { return m_all; }

 private:
  bool m_all = false;
  std::vector<std::string> m_origins;
};

/// Where the redirects of a URL end, asked for with credentials, and `header` ("Name: value") where it is not empty, as
/// far as they are meant for whoever is asked.
using FinalUrl = std::function<std::string(const std::string& url, const std::string& header)>;

/// How a raster is asked for right now.
struct Approach {
  std::string path;                                                ///< GDAL's name, signed where it is
  std::vector<std::pair<std::string, std::string>> configuration;  ///< thread-local options for opening and reading
  bool withheld = false;                                           ///< something the user set is not sent
};

/// Of one dataset. Thread-safe.
class RemoteAccess {
 public:
  RemoteAccess(TrustedOrigins origins, std::shared_ptr<Signing> signing, FinalUrl final_url)
      : m_origins(std::move(origins)), m_signing(std::move(signing)), m_final_url(std::move(final_url)) {}
  /// The way to a raster on the network ("/vsicurl/https://...", "/vsis3/..."). Throws Error{kIo} where a token cannot
  /// be had.
  [[nodiscard]] Approach to(const std::string& path) const;
  /// After a denial on the way `used`: a token that was taken for valid is fetched anew. Whether there is any point in
  /// trying again; there is where another thread did so meanwhile.
  [[nodiscard]] bool renew(const std::string& path, const Approach& used) const;

 private:
  [[nodiscard]] std::string followed(const std::string& url, const Signature& signature) const;

  const TrustedOrigins m_origins;
  const std::shared_ptr<Signing> m_signing;
  const FinalUrl m_final_url;
  mutable std::mutex m_mutex;
  mutable std::map<std::string, std::string> m_final;  // where the redirects of URLs end
};

/// The way to `path` for the current request; local paths as they are.
[[nodiscard]] Approach approach_to(const std::string& path);

/// The thread-local configuration of an approach, while it lives.
class ApproachScope {
 public:
  explicit ApproachScope(const Approach& approach);

 private:
  std::vector<std::unique_ptr<CPLConfigOptionSetter>> m_options;
};

}  // namespace stacvrt::driver
