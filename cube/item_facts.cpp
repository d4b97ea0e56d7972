// SPDX-License-Identifier: MIT
#include "cube/item_facts.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "stac/letter_case.h"

namespace stacvrt::cube {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::optional<std::string> first_text(const stac::Item& item, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (auto text = text_property(item, key)) return text;
  return std::nullopt;
}

// A number that catalogues write as such or as text.
std::optional<double> number_property(const stac::Item& item, std::string_view key) {
  const auto found = item.properties.find(key);
  if (!found) return std::nullopt;
  if (found->is_number()) return found->get<double>();
  if (!found->is_string()) return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  double value = 0;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc() ? std::optional(value)
                                                                                          : std::nullopt;
}

std::optional<stac::Instant> time_property(const stac::Item& item, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const auto text = text_property(item, key);
    if (!text) continue;
    try {
      return stac::parse_instant(*text);
    } catch (const Error&) {
      continue;  // a remark of another form decides nothing
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> tokens_of(std::string_view name) {
  std::vector<std::string_view> tokens;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("_.", begin), name.size());
    tokens.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return tokens;
}

// "20240106T175731"
bool is_compact_time(std::string_view token) {
  return token.size() == 15 && token[8] == 'T' && all_digits(token.substr(0, 8)) && all_digits(token.substr(9));
}

stac::Instant compact_time(std::string_view token) {
  const auto part = [token](std::size_t at, std::size_t count) { return std::string(token.substr(at, count)); };
  std::string text = part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2);
  if (token.size() == 15) text += "T" + part(9, 2) + ":" + part(11, 2) + ":" + part(13, 2) + "Z";
  return stac::parse_instant(text);
}

std::optional<stac::Instant> checked_time(std::string_view token) {
  try {
    return compact_time(token);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// "12RWT" of T12RWT, MGRS-12RWT, MGRS-1WCQ.
std::string mgrs_tile(std::string_view text) {
  if (text.starts_with("MGRS-")) text.remove_prefix(5);
  if (text.size() == 6 && text[0] == 'T') text.remove_prefix(1);
  const std::string tile = (text.size() == 4 ? "0" : "") + std::string(text);
  const bool valid = tile.size() == 5 && all_digits(std::string_view(tile).substr(0, 2)) &&
                     std::all_of(tile.begin() + 2, tile.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  return valid ? tile : std::string();
}

std::string padded(const stac::Item& item, std::string_view key, std::size_t digits) {
  const auto number = number_property(item, key);
  if (!number || *number < 0 || *number > 1e6) return {};
  std::string text = std::to_string(std::lround(*number));
  return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

// What a product's name tells: S2A_MSIL2A_20240106T175731_N0510_R141_T12RWT_20240106T205550.
void read_sentinel2_name(std::string_view name, ItemFacts& facts) {
  bool is_product = false;
  for (const std::string_view token : tokens_of(name)) {
    if (token.starts_with("MSIL") && token.size() == 6) {
      facts.level = token.substr(3);
      is_product = true;
    } else if (facts.place.empty() && token.size() == 6 && token[0] == 'T') {
      facts.place = mgrs_tile(token);
    } else if (token.size() == 5 && token[0] == 'N' && all_digits(token.substr(1)) && facts.baseline == 0) {
      facts.baseline = std::strtod(std::string(token.substr(1)).c_str(), nullptr) / 100;
    } else if (is_product && is_compact_time(token)) {
      if (facts.pass.empty()) {
        facts.pass = token;
      } else if (!facts.generated && token != facts.pass) {
        facts.generated = checked_time(token);
      }
    }
  }
}

void read_sentinel2_place(const stac::Item& item, ItemFacts& facts) {
  for (const char* key : {"grid:code", "s2:mgrs_tile", "s2:tile", "odc:region_code"})
    if (const auto text = text_property(item, key); text && facts.place.empty()) facts.place = mgrs_tile(*text);
  for (const std::string prefix : {"mgrs:", "sentinel:"}) {
    const auto band = text_property(item, prefix + "latitude_band");
    const auto square = text_property(item, prefix + "grid_square");
    if (facts.place.empty() && band && square)
      facts.place = mgrs_tile(padded(item, prefix + "utm_zone", 2) + *band + *square);
  }
}

void read_sentinel2(const stac::Item& item, ItemFacts& facts) {
  read_sentinel2_place(item, facts);
  facts.generated = time_property(item, {"s2:generation_time", "sentinel2:generation_time"});
  if (const auto datatake = text_property(item, "s2:datatake_id"))
    for (const std::string_view token : tokens_of(*datatake))
      if (is_compact_time(token)) facts.pass = token;
  if (const auto type = first_text(item, {"s2:product_type", "sentinel2:product_type"});
      type && type->starts_with("S2MSI") && type->size() == 7)
    facts.level = "L" + type->substr(5);
  if (const auto name = first_text(
          item, {"s2:product_uri", "sentinel2:product_title", "sentinel:product_id", "sentinel2:product_id"}))
    read_sentinel2_name(*name, facts);
  read_sentinel2_name(item.id, facts);
  if (const double stated = processing_baseline(item); stated > 0) facts.baseline = stated;
  for (const char* key : {"s2:sequence", "sentinel:sequence"})
    if (const auto sequence = number_property(item, key); sequence && std::abs(*sequence) < 1e6)
      facts.sequence = static_cast<int>(*sequence);
  for (const std::string_view token : tokens_of(item.id))
    if (facts.level.empty() && (token == "L2A" || token == "L1C")) facts.level = token;
}

// LC08_L2SP_028030_20200114_20200824_02_T1: level, path and row, acquired, processed.
void read_landsat_name(std::string_view name, ItemFacts& facts) {
  std::vector<std::string_view> dates;
  for (const std::string_view token : tokens_of(name)) {
    if (facts.level.empty() && token.size() == 4 && token[0] == 'L' && (token[1] == '1' || token[1] == '2'))
      facts.level = token.substr(0, 2);
    if (facts.place.empty() && token.size() == 6 && all_digits(token)) facts.place = token;
    if (token.size() == 8 && all_digits(token)) dates.push_back(token);
  }
  if (dates.size() == 2 && !facts.generated) facts.generated = checked_time(dates[1]);
}

void read_landsat(const stac::Item& item, ItemFacts& facts) {
  const std::string path = padded(item, "landsat:wrs_path", 3), row = padded(item, "landsat:wrs_row", 3);
  if (!path.empty() && !row.empty()) facts.place = path + row;
  if (const auto correction = text_property(item, "landsat:correction")) facts.level = correction->substr(0, 2);
  // An analysis-ready product says in its lineage, not in its name, which level it was made from.
  if (const auto product = text_property(item, "odc:product")) facts.level = *product;
  facts.generated = time_property(item, {"landsat:product_generated", "odc:processing_datetime"});
  facts.pass = stac::format_date(stac::day_of(item.when()));
  if (const auto name = first_text(item, {"landsat:product_id", "landsat:landsat_product_id"}))
    read_landsat_name(*name, facts);
  read_landsat_name(item.id, facts);
}

// Numbers between dots one by one: 1.10 is later than 1.9.
std::vector<double> version_numbers(std::string_view text) {
  std::vector<double> numbers;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > 0) numbers.push_back(std::strtod(std::string(text.substr(0, digits)).c_str(), nullptr));
    text.remove_prefix(std::min(text.size(), digits + 1));
  }
  return numbers;
}

std::string baseline_text(double baseline) {
  const long hundredths = std::lround(baseline * 100);
  const auto two = [](long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(hundredths / 100) + "." + two(hundredths % 100);
}

}  // namespace

std::optional<std::string> text_property(const stac::Item& item, std::string_view key) {
  const auto found = item.properties.find(key);
  if (!found || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

double processing_baseline(const stac::Item& item) {
  for (const char* key : {"s2:processing_baseline", "processing:version", "sentinel:processing_baseline",
                          "sentinel2:processing_baseline"})
    if (const auto number = number_property(item, key)) return *number;
  ItemFacts facts;
  for (const char* key : {"s2:product_uri", "sentinel2:product_title", "sentinel:product_id"})
    if (const auto name = text_property(item, key)) read_sentinel2_name(*name, facts);
  return facts.baseline;
}

Mission mission_of(const stac::Item& item) {
  for (const char* key : {"constellation", "platform"}) {
    const std::string text = stac::lowered(text_property(item, key).value_or(""));
    if (text.starts_with("sentinel-2") || text.starts_with("sentinel 2")) return Mission::kSentinel2;
    if (text.starts_with("landsat")) return Mission::kLandsat;
  }
  return Mission::kOther;
}

ItemFacts facts_of(const stac::Item& item) {
  ItemFacts facts;
  facts.mission = mission_of(item);
  facts.platform = stac::lowered(text_property(item, "platform").value_or(""));
  std::ranges::replace(facts.platform, '_', '-');
  if (facts.mission == Mission::kSentinel2) read_sentinel2(item, facts);
  if (facts.mission == Mission::kLandsat) read_landsat(item, facts);
  if (facts.place.empty()) facts.place = text_property(item, "grid:code").value_or("");
  if (!facts.generated) facts.generated = time_property(item, {"processing:datetime"});
  facts.version = first_text(item, {"version", "odc:dataset_version", "processing:version"}).value_or("");
  facts.updated = time_property(item, {"updated", "created"});
  return facts;
}

std::string later_processing(const ItemFacts& a, const ItemFacts& b) {
  if (a.baseline > 0 && b.baseline > 0 && a.baseline != b.baseline)
    return a.baseline > b.baseline ? "baseline " + baseline_text(a.baseline) + " after " + baseline_text(b.baseline)
                                   : std::string();
  if (a.generated && b.generated && *a.generated != *b.generated)
    return *a.generated > *b.generated
               ? "processed " + stac::format_instant(*a.generated) + " after " + stac::format_instant(*b.generated)
               : std::string();
  if (a.sequence >= 0 && b.sequence >= 0 && a.sequence != b.sequence)
    return a.sequence > b.sequence ? "sequence " + std::to_string(a.sequence) + " after " + std::to_string(b.sequence)
                                   : std::string();
  const auto newer = version_numbers(a.version), older = version_numbers(b.version);
  if (!newer.empty() && !older.empty() && newer != older)
    return newer > older ? "version " + a.version + " after " + b.version : std::string();
  if (a.updated && b.updated && *a.updated > *b.updated)
    return "updated " + stac::format_instant(*a.updated) + " after " + stac::format_instant(*b.updated);
  return {};
}

}  // namespace stacvrt::cube
