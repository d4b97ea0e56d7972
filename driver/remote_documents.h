// SPDX-License-Identifier: MIT
// Documents of the network that the process has read.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "driver/aging_cache.h"

namespace stacvrt::driver {

/// A text as it was read.
struct Document {
  std::string text;
  /// Where it really lies: its relative hrefs begin there. Symbolic links and redirects are followed.
  std::string location;
  /// Of a document of the network: as long as somebody holds it, it is not read anew.
  std::shared_ptr<const void> hold = {};
};

/// Thread-safe. Large texts are kept packed, as an item's JSON takes ten times the memory of what is made of it.
class RemoteDocuments {
 public:
  /// Most bytes that are kept for documents that nobody holds.
  static constexpr std::size_t kMostIdleBytes = std::size_t{64} << 20;

  RemoteDocuments();

  /// The document of `key`, read by `read`: as AgingCache::get.
  Document get(const std::string& key, double age_s, double now_s, const std::function<Document()>& read);

 private:
  struct Kept {
    explicit Kept(const Document& document);
    [[nodiscard]] std::string text() const;

    std::string location, bytes;
    std::size_t text_bytes;
    bool is_packed = false;
  };

  AgingCache<Kept> m_cache;
};

}  // namespace stacvrt::driver
