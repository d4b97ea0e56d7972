// SPDX-License-Identifier: MIT
#include "stac/classification_parser.h"

namespace stacvrt::stac {
namespace {

constexpr std::int64_t kMostBits = 64;

std::vector<ClassEntry> parse_class_list(const Cursor& list) {
  std::vector<ClassEntry> classes;
  for (const Cursor& entry : list.elements()) {
    const auto name = entry.find("name");
    classes.push_back({entry.at("value").as_integer(), name ? name->as_string() : std::string()});
  }
  return classes;
}

Bitfield parse_bitfield(const Cursor& entry) {
  const Cursor offset = entry.at("offset");
  const Cursor length = entry.at("length");
  const std::int64_t first = offset.as_integer();
  const std::int64_t count = length.as_integer();
  if (first < 0 || first >= kMostBits) offset.fail_expected("a bit from 0 to 63");
  if (count < 1 || count > kMostBits - first)
    length.fail_expected("1 to " + std::to_string(kMostBits - first) + " bits");
  Bitfield bitfield;
  bitfield.offset = static_cast<int>(first);
  bitfield.length = static_cast<int>(count);
  if (const auto name = entry.find("name")) bitfield.name = name->as_string();
  if (const auto classes = entry.find("classes")) bitfield.classes = parse_class_list(*classes);
  return bitfield;
}

}  // namespace

std::optional<std::vector<ClassEntry>> parse_classes(const Cursor& object) {
  const auto list = object.find("classification:classes");
  if (!list) return std::nullopt;
  return parse_class_list(*list);
}

std::optional<std::vector<Bitfield>> parse_bitfields(const Cursor& object) {
  const auto list = object.find("classification:bitfields");
  if (!list) return std::nullopt;
  std::vector<Bitfield> bitfields;
  for (const Cursor& entry : list->elements()) bitfields.push_back(parse_bitfield(entry));
  return bitfields;
}

}  // namespace stacvrt::stac
