// SPDX-License-Identifier: MIT
#include "cube/classes.h"

#include <algorithm>

#include "cube/embedded_data.h"
#include "stac/json.h"
#include "stac/letter_case.h"
#include "stac/spelling.h"

namespace stacvrt::cube {
namespace {

std::vector<stac::ClassEntry> parse_classes(const stac::Cursor& classes) {
  std::vector<stac::ClassEntry> entries;
  for (const stac::Cursor& entry : classes.elements())
    entries.push_back({entry.at("value").as_integer(), entry.at("name").as_string()});
  return entries;
}

ClassTable parse_table(const EmbeddedFile& file) {
  const stac::Json json = stac::parse_json(file.text, std::string(file.name));
  const stac::Cursor root(json, std::string(file.name));
  ClassTable table;
  table.name = root.at("name").as_string();
  table.assets = root.at("assets").as_strings();
  if (const auto classes = root.find("classes")) table.classes = parse_classes(*classes);
  if (!root.find("bitfields")) return table;
  for (const stac::Cursor& field : root.at("bitfields").elements()) {
    table.bitfields.push_back({field.at("name").as_string(), static_cast<int>(field.at("offset").as_integer()),
                               static_cast<int>(field.at("length").as_integer()), parse_classes(field.at("classes"))});
  }
  return table;
}

const std::vector<ClassTable>& built_in_tables() {
  static const std::vector<ClassTable> tables = [] {
    std::vector<ClassTable> result;
    for (const EmbeddedFile& file : embedded_classes()) result.push_back(parse_table(file));
    return result;
  }();
  return tables;
}

/// Adds the entries whose names are not there yet.
template <typename Entry>
void add_new_names(std::vector<Entry>& entries, const std::vector<Entry>& more) {
  const std::size_t own = entries.size();
  for (const Entry& entry : more) {
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(own);
    if (std::find_if(entries.begin(), end, [&](const Entry& e) { return e.name == entry.name; }) == end)
      entries.push_back(entry);
  }
}

template <typename Entry>
std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

template <typename Entry>
const Entry* find_name(const std::vector<Entry>& entries, const std::string& name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

void sort_unique(std::vector<std::int64_t>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// One resolution: the request, the names that hold, and where things are for errors.
class Resolver {
 public:
  Resolver(ClassTable table, std::string item) : m_table(std::move(table)), m_item(std::move(item)) {}

  /// Values of the classes; a name of a one-bit field goes to `bits` instead (null: not possible there).
  std::vector<std::int64_t> classes(const std::vector<ClassReference>& references, const Where& list,
                                    std::vector<MaskValues::Bits>* bits) const {
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < references.size(); ++i) {
      if (const auto* const value = std::get_if<std::int64_t>(&references[i])) {
        values.push_back(*value);
        continue;
      }
      Where place = list;
      place.pointer.append("/").append(std::to_string(i));
      add_named(std::get<std::string>(references[i]), place, values, bits);
    }
    sort_unique(values);
    return values;
  }

  [[nodiscard]] std::vector<MaskValues::Bits> rules(const std::vector<BitRule>& rules) const {
    std::vector<MaskValues::Bits> result;
    for (const BitRule& rule : rules) result.push_back(resolve(rule));
    return result;
  }

  [[noreturn]] void fail(ErrorCode code, const std::string& message, Where place) const {
    if (place.item.empty()) place.item = m_item;
    throw Error(code, message, place);
  }

 private:
  void add_named(const std::string& name, const Where& place, std::vector<std::int64_t>& values,
                 std::vector<MaskValues::Bits>* bits) const {
    bool found = false;
    for (const stac::ClassEntry& entry : m_table.classes) {
      if (entry.name != name) continue;
      values.push_back(entry.value);  // metadata may give several values one name
      found = true;
    }
    if (found) return;
    const stac::Bitfield* const field = find_name(m_table.bitfields, name);
    if (field != nullptr && field->length == 1 && bits != nullptr) {
      bits->push_back({field->offset, 1, {1}});
      return;
    }
    if (field != nullptr) {
      fail(ErrorCode::kInvalid,
           "'" + name + "' of mask asset '" + m_table.name + "' is a bit field; write it under \"bits\", e.g. {\"" +
               name + "\": 1}" + class_list(*field),
           place);
    }
    fail_unknown(name, place);
  }

  [[noreturn]] void fail_unknown(const std::string& name, const Where& place) const {
    std::vector<std::string> known = names_of(m_table.classes);
    for (const stac::Bitfield& field : m_table.bitfields)
      if (field.length == 1) known.push_back(field.name);
    const std::string what = "mask asset '" + m_table.name + "' has no class '" + name + "'";
    if (known.empty())
      fail(ErrorCode::kNotFound, what + ": its metadata name no classes; give values, e.g. [3, 8, 9]", place);
    fail(ErrorCode::kNotFound, what + stac::spelling_hint(name, known), place);
  }

  static std::string class_list(const stac::Bitfield& field) {
    if (field.classes.empty()) return {};
    return "; values: " + stac::quoted_list(names_of(field.classes));
  }

  [[nodiscard]] MaskValues::Bits resolve(const BitRule& rule) const {
    if (rule.shift) return {*rule.shift, rule.length, values_of(rule, {{}, *rule.shift, rule.length, {}})};
    const stac::Bitfield* const field = find_name(m_table.bitfields, rule.name);
    if (field == nullptr) {
      const std::string what = "mask asset '" + m_table.name + "' has no bit field '" + rule.name + "'";
      if (m_table.bitfields.empty())
        fail(ErrorCode::kNotFound,
             what + R"(: its metadata name no bit fields; give bits, e.g. {"shift": 3, "length": 1, "values": [1]})",
             rule.where);
      fail(ErrorCode::kNotFound, what + stac::spelling_hint(rule.name, names_of(m_table.bitfields)), rule.where);
    }
    return {field->offset, field->length, values_of(rule, *field)};
  }

  [[nodiscard]] std::vector<std::int64_t> values_of(const BitRule& rule, const stac::Bitfield& field) const {
    std::vector<std::int64_t> values;
    for (const ClassReference& reference : rule.values) {
      if (const auto* const name = std::get_if<std::string>(&reference)) {
        const stac::ClassEntry* const entry = find_name(field.classes, *name);
        if (entry == nullptr)
          fail(ErrorCode::kNotFound,
               "bit field '" + field.name + "' of mask asset '" + m_table.name + "' has no class '" + *name + "'" +
                   stac::spelling_hint(*name, names_of(field.classes)),
               rule.where);
        values.push_back(entry->value);
        continue;
      }
      const std::int64_t value = std::get<std::int64_t>(reference);
      if (value < 0 || (field.length < 63 && value >= std::int64_t{1} << field.length))
        fail(ErrorCode::kInvalid,
             "bit field '" + field.name + "' of mask asset '" + m_table.name + "' has " + std::to_string(field.length) +
                 (field.length == 1 ? " bit" : " bits") + " and cannot hold " + std::to_string(value) +
                 class_list(field),
             rule.where);
      values.push_back(value);
    }
    sort_unique(values);
    return values;
  }

  ClassTable m_table;  ///< named after the asset
  std::string m_item;
};

}  // namespace

const ClassTable* lookup_class_table(std::string_view asset_or_band) {
  for (const std::string& key : {std::string(asset_or_band), stac::lowered(asset_or_band)})
    for (const ClassTable& table : built_in_tables())
      if (std::ranges::find(table.assets, key) != table.assets.end()) return &table;
  return nullptr;
}

ClassTable class_table_of(const stac::Asset& asset, const stac::Band& band) {
  ClassTable result;
  result.name = asset.key;
  result.classes = band.classes;
  result.bitfields = band.bitfields;
  const ClassTable* table = lookup_class_table(asset.key);
  if (table == nullptr) table = lookup_class_table(band.name);
  if (table == nullptr) return result;
  for (stac::Bitfield& field : result.bitfields) {
    const stac::Bitfield* const known = find_name(table->bitfields, field.name);
    if (known != nullptr && known->offset == field.offset && known->length == field.length)
      add_new_names(field.classes, known->classes);
  }
  add_new_names(result.classes, table->classes);
  add_new_names(result.bitfields, table->bitfields);
  return result;
}

MaskValues resolve_mask(const MaskRequest& request, const stac::Asset& asset, const stac::Band& band,
                        const std::string& item) {
  const Resolver resolver(class_table_of(asset, band), item);
  MaskValues values;
  values.bits = resolver.rules(request.bits);
  values.nodata_bits = resolver.rules(request.nodata_bits);
  values.exclude = resolver.classes(request.exclude, request.exclude_where, &values.bits);
  values.keep = resolver.classes(request.keep, request.keep_where, nullptr);
  values.has_keep = !request.keep.empty();
  values.has_nodata = request.nodata.has_value();
  if (request.nodata) values.nodata = resolver.classes(*request.nodata, request.nodata_where, &values.nodata_bits);
  values.below = request.below;
  values.above = request.above;
  for (const std::int64_t value : values.exclude) {
    if (std::ranges::binary_search(values.keep, value))
      resolver.fail(
          ErrorCode::kInvalid,
          "the class " + std::to_string(value) + " of mask asset '" + asset.key + "' is both excluded and kept",
          request.exclude_where);
  }
  return values;
}

std::vector<std::int64_t> values_without_class(const MaskValues& values, const stac::Asset& asset,
                                               const stac::Band& band) {
  const ClassTable table = class_table_of(asset, band);
  std::vector<std::int64_t> unknown;
  if (table.classes.empty()) return unknown;
  for (const auto* list : {&values.exclude, &values.keep, &values.nodata})
    for (const std::int64_t value : *list)
      if (std::ranges::find(table.classes, value, &stac::ClassEntry::value) == table.classes.end())
        unknown.push_back(value);
  sort_unique(unknown);
  return unknown;
}

}  // namespace stacvrt::cube
