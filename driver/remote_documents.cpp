// SPDX-License-Identifier: MIT
#include "driver/remote_documents.h"

#include <new>
#include <optional>
#include <utility>

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

RemoteDocuments::Kept::Kept(const Document& document) : location(document.location), text_bytes(document.text.size()) {
  if (text_bytes >= kPackedFrom) bytes = packed(document.text);
  is_packed = !bytes.empty();
  if (!is_packed) bytes = document.text;
}

std::string RemoteDocuments::Kept::text() const {
  return is_packed ? unpacked(bytes, text_bytes) : bytes;
}

RemoteDocuments::RemoteDocuments() : m_cache(kMostIdleBytes, [](const Kept& kept) { return kept.bytes.size(); }) {}

Document RemoteDocuments::get(const std::string& key, double age_s, double now_s,
                              const std::function<Document()>& read) {
  std::optional<Document> document;
  auto kept = m_cache.get(key, age_s, now_s, [&] { return Kept(document.emplace(read())); });
  if (!document) document.emplace(Document{kept->text(), kept->location});
  document->hold = std::move(kept);
  return *std::move(document);
}

}  // namespace stacvrt::driver
