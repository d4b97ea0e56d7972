// SPDX-License-Identifier: MIT
// How the catalogue layer gets documents over HTTP: what it asks for and what comes back. Redirects, credentials,
// retries and limits are the implementation's business (stac/curl_transport.h); tests put a fake in its place.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "stac/error.h"

namespace stacvrt::stac {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string url;             ///< http or https, absolute
  std::string method = "GET";  ///< GET or POST
  HttpHeaders headers = {};    ///< beside those of the settings; dropped when a redirect leaves the origin
  std::string body = {};       ///< of a POST: JSON
  /// URL whose origin (scheme, host, port) may see credentials and custom headers: the one that the user named.
  std::string home = {};
  Where where = {};        ///< what refers to it, for errors
  std::string range = {};  ///< "0-0": only these bytes, where the server can; empty: all
};

/// A successful answer: status 200 to 299, unpacked, read to its end.
struct HttpResponse {
  std::string url;  ///< where it came from in the end, redirects followed: the base of relative hrefs
  HttpHeaders headers;
  std::string body;
};

/// Fetches documents, many at a time. Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Called in the thread of fetch(), one answer at a time as they arrive; what it returns is fetched as well.
  using Answered = std::function<std::vector<HttpRequest>(const HttpRequest& request, HttpResponse response)>;

  /// Fetches `requests` and whatever `answered` adds, until nothing is left. Throws Error at the first request that
  /// fails for good (kIo, kNotFound, kRefused, kTooLarge) naming the redacted URL and request.where, kCancelled when
  /// asked to stop, and what `answered` throws; requests under way are dropped then.
  virtual void fetch(std::vector<HttpRequest> requests, const Answered& answered) = 0;
};

}  // namespace stacvrt::stac
