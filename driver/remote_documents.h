// SPDX-License-Identifier: MIT
// Documents of the network that the process has read: hosts open the same name again and again (a map is drawn anew),
// and what one dataset was made of must not change under its next handle.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

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

  /// The document of `key`, read by `read` where it is neither held nor younger than `age_s`; `now_s` is a clock that
  /// never goes back. Threads that ask for the same one wait for the first of them. What `read` throws is not kept.
  Document get(const std::string& key, double age_s, double now_s, const std::function<Document()>& read);

 private:
  struct Kept;
  struct Entry {
    std::mutex reading;
    std::weak_ptr<const Kept> held;
    std::shared_ptr<const Kept> young;  // until `read_s` is too long ago
    double read_s = 0;
    double age_s = 0;
  };

  std::shared_ptr<Entry> entry_of(const std::string& key, double now_s);
  void drop_old(double now_s);

  std::mutex m_mutex;
  std::map<std::string, std::shared_ptr<Entry>> m_entries;
};

}  // namespace stacvrt::driver
