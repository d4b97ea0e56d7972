// SPDX-License-Identifier: MIT
#include "driver/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "driver/document.h"

namespace stacvrt::driver {

namespace {

constexpr std::string_view kMagic = "\x1f\x8b";
// As for compressed answers (stac/curl_exchange.h).
constexpr std::size_t kBombBytes = std::size_t{1} << 26, kMaxRatio = 100;

class Inflater {
 public:
  explicit Inflater(std::string_view bytes) : m_rest(bytes) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&m_stream, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&m_stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends what the next piece of input gives; false at the end of it all, and where nothing more can be had.
  bool append_to(std::string& text) {
    feed();
    m_stream.next_out = reinterpret_cast<Bytef*>(m_piece.data());
    m_stream.avail_out = static_cast<uInt>(m_piece.size());
    m_status = inflate(&m_stream, Z_NO_FLUSH);
    text.append(m_piece, 0, m_piece.size() - m_stream.avail_out);
    if (m_status == Z_OK) return true;
    // Files may be several, one behind the other.
    return m_status == Z_STREAM_END && !is_all_read() && inflateReset(&m_stream) == Z_OK;
  }

  [[nodiscard]] bool is_complete() const { return m_status == Z_STREAM_END && is_all_read(); }
  [[nodiscard]] std::string reason() const {
    if (m_status == Z_BUF_ERROR) return "it is cut short";
    return m_stream.msg ? m_stream.msg : "it is damaged";
  }

 private:
  [[nodiscard]] bool is_all_read() const { return m_rest.empty() && m_stream.avail_in == 0; }

  void feed() {
    if (m_stream.avail_in > 0) return;
    const std::size_t size = std::min<std::size_t>(m_rest.size(), std::numeric_limits<uInt>::max());
    // zlib's old interface wants a pointer to what it does not change.
    m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(m_rest.data()));
    m_stream.avail_in = static_cast<uInt>(size);
    m_rest.remove_prefix(size);
  }

  z_stream m_stream{};
  std::string_view m_rest;
  std::string m_piece = std::string(std::size_t{1} << 18, '\0');
  int m_status = Z_OK;
};

}  // namespace

std::string without_gzip(std::string text, const std::string& shown, const Where& where) {
  if (!std::string_view(text).starts_with(kMagic)) return text;
  Inflater inflater(text);
  std::string result;
  while (inflater.append_to(result)) {
    if (result.size() > kMaxDocumentBytes)
      throw Error(ErrorCode::kTooLarge, "'" + shown + "' is larger than 1 GB when unpacked", where);
    if (result.size() > kBombBytes && result.size() / kMaxRatio > text.size())
      throw Error(ErrorCode::kTooLarge,
                  "'" + shown + "' unpacks to more than " + std::to_string(kMaxRatio) + " times its size", where);
  }
  if (!inflater.is_complete())
    throw Error(ErrorCode::kIo,
                "'" + shown + "' is packed by gzip and cannot be unpacked to its end: " + inflater.reason(), where);
  return result;
}

}  // namespace stacvrt::driver
