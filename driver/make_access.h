// SPDX-License-Identifier: MIT
// From settings and the documents that the user named to what requests for pixels may carry. The only place where
// pixels meet the transport of documents: it asks for tokens and for the ends of redirects.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/remote_access.h"
#include "driver/settings.h"
#include "stac/transport.h"

namespace stacvrt::driver {

/// `named`: URLs of documents that the user named. Without a transport nothing can be asked for: tokens are an error,
/// and redirects are left to GDAL. The transport must outlive what is returned. Throws Error{kInvalid} naming the
/// option.
[[nodiscard]] std::shared_ptr<const RemoteAccess> make_access(const Settings& settings,
                                                              const std::vector<std::string>& named,
                                                              stac::Transport* transport);

/// Different for different secrets that SIGN names: what was read with one is not shown to who has another.
[[nodiscard]] std::string signing_identity(const Settings& settings);

/// Text of the document at `url`, which is public. Throws what the transport does.
[[nodiscard]] std::string fetch_text(stac::Transport& transport, const std::string& url);

/// Where the redirects of `url` end, asked for its first byte with credentials, and `header` ("Name: value") where it
/// is not empty, for its own origin alone.
[[nodiscard]] std::string final_url(stac::Transport& transport, const std::string& url, const std::string& header);

/// The process's, for as long as anybody asks; as patient as the request that the calling thread works for.
[[nodiscard]] stac::Transport& pixel_transport();

}  // namespace stacvrt::driver
