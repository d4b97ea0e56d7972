// SPDX-License-Identifier: MIT
#include "stac/collection_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "stac/asset_parser.h"
#include "stac/item_parser.h"
#include "stac/projection_parser.h"

namespace stacvrt::stac {
namespace {

namespace dom = simdjson::dom;

/// Thrown where the short way ends.
struct OutOfTheOrdinary {};

/// Between items on lines; 0x1e begins the records of RFC 8142.
constexpr const char* kBlank = " \t\r\n\x1e";

/// Objects with more members are out of the ordinary: their names are compared one by one.
constexpr std::size_t kMostMembers = 1000;

Json json_of(dom::element element);

Json json_of(dom::array array) {
  Json json = Json::array();
  for (const dom::element element : array) json.get_ref<Json::array_t&>().push_back(json_of(element));
  return json;
}

Json json_of(dom::object object) {
  if (object.size() > kMostMembers) throw OutOfTheOrdinary();
  Json json = Json::object();
  auto& members = json.get_ref<Json::object_t&>();
  for (const auto& [key, value] : object) {
    for (const auto& member : members)
      if (member.first == key) throw OutOfTheOrdinary();
    members.emplace_back(std::string(key), json_of(value));
  }
  return json;
}

Json json_of(dom::element element) {
  switch (element.type()) {
    case dom::element_type::OBJECT:
      return json_of(dom::object(element));
    case dom::element_type::ARRAY:
      return json_of(dom::array(element));
    case dom::element_type::STRING:
      return std::string(std::string_view(element));
    case dom::element_type::INT64:
      return std::int64_t(element);
    case dom::element_type::UINT64:
      return std::uint64_t(element);
    case dom::element_type::DOUBLE:
      return double(element);
    case dom::element_type::BOOL:
      return bool(element);
    default:
      return nullptr;
  }
}

template <class T>
void append_bytes(std::string& bytes, const T& value) {
  const auto view = std::as_bytes(std::span(&value, 1));
  bytes.append(reinterpret_cast<const char*>(view.data()), view.size());
}

void append_text(std::string& bytes, std::string_view text) {
  append_bytes(bytes, text.size());
  bytes.append(text);
}

/// Adds bytes that are equal for equal values.
void append(std::string& bytes, dom::element element) {
  bytes.push_back(static_cast<char>(element.type()));
  switch (element.type()) {
    case dom::element_type::OBJECT:
      for (const auto& [key, value] : dom::object(element)) {
        append_text(bytes, key);
        append(bytes, value);
      }
      bytes.push_back('}');
      break;
    case dom::element_type::ARRAY:
      for (const dom::element value : dom::array(element)) append(bytes, value);
      bytes.push_back(']');
      break;
    case dom::element_type::STRING:
      append_text(bytes, element);
      break;
    case dom::element_type::INT64:
      append_bytes(bytes, std::int64_t(element));
      break;
    case dom::element_type::UINT64:
      append_bytes(bytes, std::uint64_t(element));
      break;
    case dom::element_type::DOUBLE:
      append_bytes(bytes, double(element));
      break;
    case dom::element_type::BOOL:
      bytes.push_back(bool(element) ? '1' : '0');
      break;
    default:
      break;
  }
}

/// The value of `key`, its last where there are several; nothing where there is none or null.
std::optional<dom::element> find(dom::object object, std::string_view key) {
  std::optional<dom::element> found;
  for (const auto& [name, value] : object)
    if (name == key) found = value;
  return found && !found->is_null() ? found : std::nullopt;
}

/// Reads features one after another.
class FeatureReader {
 public:
  FeatureReader(std::string document, ItemPool& pool) : m_document(std::move(document)), m_pool(pool) {}

  /// An item that something has to be said about, or that stands for several.
  void read_tree(std::string_view text, const std::string& named, std::vector<Item>& items) {
    const Json json = parse_json(text, named);
    const Cursor root(json, named);
    if (!root.is_object()) root.fail_expected("a STAC Item");
    if (const auto type = root.find("type"); type && type->as_string() != "Feature") type->fail_expected("'Feature'");
    add_items(root, m_pool, items);
  }

  Item read(dom::object feature, const std::string& pointer) {
    const auto type = find(feature, "type");
    const auto assets = find(feature, "assets");
    if ((type && std::string_view(*type) != "Feature") || !assets || find(feature, "asset_templates"))
      throw OutOfTheOrdinary();
    Json head = Json::object();
    for (const char* key : {"id", "collection", "bbox", "geometry", "properties"})
      if (const auto part = find(feature, key)) head[key] = json_of(*part);
    Projection projection;
    Item item = parse_item_without_assets(Cursor(head, m_document, {}, pointer), m_pool, projection);
    read_assets(*assets, projection, item);
    return item;
  }

 private:
  void read_assets(dom::object assets, const Projection& projection, Item& item) {
    if (assets.size() > kMostMembers) throw OutOfTheOrdinary();
    m_projections.clear();
    std::vector<PlacedAsset> placed;
    placed.reserve(assets.size());
    for (const auto& [key, value] : assets) {
      const dom::object members = value;
      if (members.size() > kMostMembers) throw OutOfTheOrdinary();
      const auto href = find(members, "href");
      const auto is_same = [key = key](const PlacedAsset& one) { return one.asset->key == key; };
      if (std::ranges::any_of(placed, is_same) || !href || std::string_view(*href).empty()) throw OutOfTheOrdinary();
      placed.push_back({shared_asset(key, members, item.id), std::string(std::string_view(*href)),
                        shared_projection(members, projection), alternates_of(members)});
    }
    item.assets = AssetList(std::move(placed), m_pool.layouts());
  }

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> alternates_of(dom::object members) const {
    const auto alternate = find(members, "alternate");
    if (!alternate) return {};
    Json json = Json::object();
    json["alternate"] = json_of(*alternate);
    return parse_alternates(Cursor(json, m_document));
  }

  std::shared_ptr<const Asset> shared_asset(std::string_view key, dom::object members, const std::string& id) {
    m_made_of.clear();
    append_text(m_made_of, key);
    for (const auto& [name, member] : members) {
      if (is_elsewhere(name)) continue;
      append_text(m_made_of, name);
      append(m_made_of, member);
    }
    return m_pool.asset(m_made_of, [&] {
      const Json json = json_of(members);
      return parse_asset(std::string(key), Cursor(json, m_document, id, pointer_token(key)));
    });
  }

  /// Of an asset. Items say little more than two or three different ones.
  std::shared_ptr<const Projection> shared_projection(dom::object members, const Projection& of_item) {
    m_made_of.clear();
    for (const auto& [name, member] : members) {
      if (!name.starts_with("proj:")) continue;
      append_text(m_made_of, name);
      append(m_made_of, member);
    }
    auto& known = m_projections[m_made_of];
    if (!known) {
      Json json = Json::object();
      for (const auto& [name, member] : members)
        if (name.starts_with("proj:")) json[std::string(name)] = json_of(member);
      known =
          std::make_shared<const Projection>(inherit_projection(parse_projection(Cursor(json, m_document)), of_item));
    }
    return known;
  }

  std::string m_document;
  ItemPool& m_pool;
  std::string m_made_of;
  std::unordered_map<std::string, std::shared_ptr<const Projection>> m_projections;  // of one item, by their text
};

/// Adds the item on one line; `named` is what errors call it.
void add_line(FeatureReader& reader, dom::parser& parser, std::string_view line, const std::string& named,
              std::vector<Item>& items) {
  try {
    items.push_back(reader.read(parser.parse(line.data(), line.size()), ""));
  } catch (const simdjson::simdjson_error&) {
    reader.read_tree(line, named, items);
  } catch (const OutOfTheOrdinary&) {
    reader.read_tree(line, named, items);
  } catch (const Error&) {
    reader.read_tree(line, named, items);
  }
}

ItemDocument read_features(dom::object root, const std::string& document, ItemPool& pool) {
  ItemDocument result;
  FeatureReader reader(document, pool);
  const auto type = find(root, "type"), all = find(root, "features");
  if (type && std::string_view(*type) == "Feature") {
    result.items.push_back(reader.read(root, ""));
    return result;
  }
  if (!type || !all || std::string_view(*type) != "FeatureCollection") throw OutOfTheOrdinary();
  const dom::array features = *all;
  if (features.size() == 0 || features.size() > kMaxItems) throw OutOfTheOrdinary();
  result.items.reserve(features.size());
  for (const dom::element feature : features)
    result.items.push_back(reader.read(feature, "/features/" + std::to_string(result.items.size())));
  Json head = Json::object();
  if (const auto links = find(root, "links")) head["links"] = json_of(*links);
  result.next = next_links(Cursor(head, document));
  return result;
}

}  // namespace

bool is_line_delimited(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank), end = text.find('\n', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos || text[begin] != '{') return false;
  const std::size_t last = text.find_last_not_of(kBlank, end), next = text.find_first_not_of(kBlank, end);
  return text[last] == '}' && next != std::string_view::npos && text[next] == '{';
}

ItemDocument read_lines(std::string_view text, const std::string& document, ItemPool& pool) {
  ItemDocument result;
  FeatureReader reader(document, pool);
  dom::parser parser;
  if (parser.allocate(1 << 16, kMaxJsonDepth) != simdjson::SUCCESS) throw std::bad_alloc();
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    if (line.empty()) continue;
    if (result.items.size() >= kMaxItems)
      throw Error(ErrorCode::kTooLarge, "the document holds more than " + std::to_string(kMaxItems) + " items",
                  {document, {}, {}});
    const std::size_t first = result.items.size();
    add_line(reader, parser, line, document + ", line " + std::to_string(number), result.items);
    for (std::size_t i = first; i < result.items.size(); ++i) result.items[i].document = document;
  }
  return result;
}

std::optional<ItemDocument> read_collection(std::string_view text, const std::string& document, ItemPool& pool) {
  try {
    dom::parser parser;
    if (parser.allocate(text.size(), kMaxJsonDepth) != simdjson::SUCCESS) return std::nullopt;
    return read_features(parser.parse(text.data(), text.size()), document, pool);
  } catch (const simdjson::simdjson_error&) {
    return std::nullopt;
  } catch (const OutOfTheOrdinary&) {
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace stacvrt::stac
