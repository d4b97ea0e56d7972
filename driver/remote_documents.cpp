// SPDX-License-Identifier: MIT
#include "driver/remote_documents.h"

#include <algorithm>
#include <new>

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

namespace {

constexpr std::size_t kPackedFrom = std::size_t{1} << 20;

// Deflated; empty where memory or the library say no.
std::string packed(const std::string& text) {
  std::size_t size = 0;
  void* const bytes = CPLZLibDeflate(text.data(), text.size(), 1, nullptr, 0, &size);
  if (!bytes) return {};
  std::string result(static_cast<const char*>(bytes), size);
  VSIFree(bytes);
  return result;
}

std::string unpacked(const std::string& bytes, std::size_t size) {
  std::string text(size, '\0');
  std::size_t got = 0;
  if (!CPLZLibInflate(bytes.data(), bytes.size(), text.data(), size, &got) || got != size) throw std::bad_alloc();
  return text;
}

}  // namespace

struct RemoteDocuments::Kept {
  explicit Kept(const Document& document) : location(document.location), text_bytes(document.text.size()) {
    if (text_bytes >= kPackedFrom) bytes = packed(document.text);
    is_packed = !bytes.empty();
    if (!is_packed) bytes = document.text;
  }

  [[nodiscard]] std::string text() const { return is_packed ? unpacked(bytes, text_bytes) : bytes; }

  std::string location, bytes;
  std::size_t text_bytes;
  bool is_packed = false;
};

// Called with the lock. An entry that somebody reads just now has more than one owner.
void RemoteDocuments::drop_old(double now_s) {
  std::size_t idle_bytes = 0;
  for (auto it = m_entries.begin(); it != m_entries.end();) {
    const std::shared_ptr<Entry>& entry = it->second;
    if (entry.use_count() > 1) {
      ++it;
      continue;
    }
    if (entry->young &&
        (now_s - entry->read_s >= entry->age_s || idle_bytes + entry->young->bytes.size() > kMostIdleBytes))
      entry->young.reset();
    if (entry->young) idle_bytes += entry->young->bytes.size();
    it = entry->held.expired() ? m_entries.erase(it) : std::next(it);
  }
}

std::shared_ptr<RemoteDocuments::Entry> RemoteDocuments::entry_of(const std::string& key, double now_s) {
  const std::lock_guard lock(m_mutex);
  drop_old(now_s);
  auto& entry = m_entries[key];
  if (!entry) entry = std::make_shared<Entry>();
  return entry;
}

Document RemoteDocuments::get(const std::string& key, double age_s, double now_s,
                              const std::function<Document()>& read) {
  const std::shared_ptr<Entry> entry = entry_of(key, now_s);
  const std::lock_guard reading(entry->reading);
  if (now_s - entry->read_s >= age_s) entry->young.reset();
  if (const auto kept = entry->held.lock()) return {kept->text(), kept->location, kept};
  Document document = read();
  const auto kept = std::make_shared<const Kept>(document);
  entry->held = entry->young = kept;
  entry->read_s = now_s;
  entry->age_s = age_s;
  document.hold = kept;
  return document;
}

}  // namespace stacvrt::driver
