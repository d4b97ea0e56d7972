// SPDX-License-Identifier: MIT
#include "driver/geo_keys.h"

#include <cstdint>
#include <map>

#include "driver/vsi_file.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

// What TIFF and BigTIFF differ in.
struct Layout {
  unsigned offset_bytes;  // of a file offset, and of what an entry holds itself
  unsigned count_bytes;   // of the number of entries
  unsigned entry_bytes;
};
constexpr Layout kClassic{4, 2, 12}, kBig{8, 8, 20};

// The tags of keys are of these types: shorts, doubles, text.
unsigned bytes_per_value(std::uint64_t type) {
  constexpr unsigned kAscii = 2, kShort = 3, kDouble = 12;
  return type == kAscii ? 1 : type == kShort ? 2 : type == kDouble ? 8 : 0;
}

class Tiff {
 public:
  explicit Tiff(const std::string& path) : m_file(open_to_read(path)) {}

  GeoKeys keys() {
    const std::string mark = bytes(0, 4);
    if (mark.size() < 4 || (mark.substr(0, 2) != "II" && mark.substr(0, 2) != "MM")) return {};
    m_little = mark[0] == 'I';
    constexpr std::uint64_t kClassicVersion = 42, kBigVersion = 43;
    const std::uint64_t version = number(mark, 2, 2);
    if (version != kClassicVersion && version != kBigVersion) return {};
    m_layout = version == kBigVersion ? kBig : kClassic;
    const std::string found =
        tags(number(bytes(m_layout.offset_bytes, m_layout.offset_bytes), 0, m_layout.offset_bytes));
    if (found.empty()) return {};
    return {mark + found, m_epsg};
  }

 private:
  // Fewer where the file ends.
  std::string bytes(std::uint64_t offset, std::uint64_t count) {
    std::string read(count, '\0');
    if (!m_file || VSIFSeekL(m_file.get(), offset, SEEK_SET) != 0) return {};
    read.resize(VSIFReadL(read.data(), 1, read.size(), m_file.get()));
    return read;
  }

  // The unsigned integer of `size` bytes at `at`; 0 where the text ends before.
  [[nodiscard]] std::uint64_t number(const std::string& text, std::size_t at, std::size_t size) const {
    if (at + size > text.size()) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | static_cast<unsigned char>(text[m_little ? at + size - 1 - i : at + i]);
    return value;
  }

  // The code of the horizontal CRS in a directory of keys, whose entries are id, where the value is (0: here), how many
  // there are, and the value.
  [[nodiscard]] int code_in(const std::string& keys) const {
    constexpr std::size_t kShort = 2, kEntry = 4 * kShort;
    constexpr std::uint64_t kModelType = 1024, kGeodeticCrs = 2048, kProjectedCrs = 3072, kUserDefined = 32767;
    constexpr std::uint64_t kProjected = 1, kGeographic = 2;
    std::map<std::uint64_t, std::uint64_t> values;
    for (std::size_t at = kEntry; at + kEntry <= keys.size(); at += kEntry)
      if (number(keys, at + kShort, kShort) == 0)
        values[number(keys, at, kShort)] = number(keys, at + 3 * kShort, kShort);
    const std::uint64_t model = values[kModelType];
    const std::uint64_t code = model == kProjected    ? values[kProjectedCrs]
                               : model == kGeographic ? values[kGeodeticCrs]
                                                      : 0;
    return code < kUserDefined ? static_cast<int>(code) : 0;
  }

  std::string tags(std::uint64_t directory) {
    constexpr std::uint64_t kFirstTag = 34735, kLastTag = 34737, kMostEntries = 4096, kMostBytes = 1 << 16;
    const std::uint64_t count = number(bytes(directory, m_layout.count_bytes), 0, m_layout.count_bytes);
    if (count > kMostEntries) return {};
    const std::string entries = bytes(directory + m_layout.count_bytes, count * m_layout.entry_bytes);
    if (entries.size() != count * m_layout.entry_bytes) return {};
    std::string found;
    for (std::size_t at = 0; at < entries.size(); at += m_layout.entry_bytes) {
      const std::uint64_t tag = number(entries, at, 2);
      if (tag < kFirstTag || tag > kLastTag) continue;
      const std::uint64_t values = number(entries, at + 4, m_layout.offset_bytes);
      const std::uint64_t size = values * bytes_per_value(number(entries, at + 2, 2));
      if (size == 0 || values > kMostBytes || size > kMostBytes) return {};
      const std::size_t held = at + 4 + m_layout.offset_bytes;
      const std::string value = size <= m_layout.offset_bytes
                                    ? entries.substr(held, size)
                                    : bytes(number(entries, held, m_layout.offset_bytes), size);
      if (value.size() != size) return {};
      if (tag == kFirstTag) m_epsg = code_in(value);
      found += std::to_string(tag) + ' ' + std::to_string(size) + ' ' + value;
    }
    return found;
  }

  VsiFile m_file;
  bool m_little = true;
  int m_epsg = 0;
  Layout m_layout = kClassic;
};

}  // namespace

GeoKeys geo_keys(const std::string& path) noexcept {
  try {
    if (stac::is_remote(path) || file_exists(path + ".aux.xml")) return {};
    return Tiff(path).keys();
  } catch (...) {
    return {};
  }
}

}  // namespace stacvrt::driver
