// SPDX-License-Identifier: MIT
#include "stac/found_items.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "stac/collection_reader.h"

namespace stacvrt::stac {
namespace {

template <typename T>
void append(std::vector<T>& list, std::vector<T>& more) {
  if (list.empty()) return list.swap(more);
  list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Makes the hrefs of one item absolute.
class Absolute {
 public:
  Absolute(const std::string& id, const std::string& document, const HrefPolicy& policy,
           std::vector<std::string>& left_out)
      : m_id(id), m_document(document), m_policy(policy), m_left_out(left_out) {}

  /// Whether the object at `pointer` may stay.
  bool resolve(Json& object, const std::string& pointer) const {
    const auto href = object.is_object() ? object.find("href") : object.end();
    if (!object.is_object() || href == object.end() || !href->is_string()) return true;
    try {
      *href = resolve_href(href->get<std::string>(), m_document, m_policy, {m_document, m_id, pointer}).text;
      return true;
    } catch (const Error& error) {
      m_left_out.push_back(m_id + ": " + pointer + ": " + error.message());
      return false;
    }
  }

  void resolve_members(Json& objects, const std::string& pointer) const {
    if (!objects.is_object()) return;
    Json kept = Json::object();
    for (auto& [key, object] : objects.items()) {
      const std::string below = pointer + "/" + key;
      if (!resolve(object, below)) continue;
      if (object.is_object() && object.contains("alternate"))
        resolve_members(object["alternate"], below + "/alternate");
      kept[key] = std::move(object);
    }
    objects = std::move(kept);
  }

  void resolve_links(Json& links) const {
    Json kept = Json::array();
    if (links.is_array())
      for (std::size_t i = 0; i < links.size(); ++i) {
        Json& link = links[i];
        const auto rel = link.is_object() ? link.find("rel") : link.end();
        if (!link.is_object() || rel == link.end()) continue;
        if (*rel == "next" || *rel == "prev" || *rel == "previous") continue;
        if (resolve(link, "/links/" + std::to_string(i))) kept.push_back(std::move(link));
      }
    links = std::move(kept);
  }

 private:
  const std::string& m_id;
  const std::string& m_document;
  const HrefPolicy& m_policy;
  std::vector<std::string>& m_left_out;
};

/// The lines that hold something.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    line.remove_prefix(std::min(line.find('{'), line.size()));  // blanks and record separators
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

/// The number of the feature that an item was made of; some make several.
std::size_t feature_of(const Item& item) {
  constexpr std::string_view kFeatures = "/features/";
  std::size_t number = 0;
  if (item.pointer.starts_with(kFeatures))
    std::from_chars(item.pointer.data() + kFeatures.size(), item.pointer.data() + item.pointer.size(), number);
  return number;
}

FoundItems features_of(std::string_view text, const std::string& document, const FindOptions& options) {
  (void)parse_items(text, document);  // what cannot be planned is refused before it is kept
  FoundItems found;
  const auto add = [&](Json& feature) {
    found.features.push_back(self_contained(std::move(feature), document, options.hrefs, found.left_out));
  };
  if (is_line_delimited(text)) {
    for (const std::string_view line : lines_of(text)) {
      Json feature = parse_json(line, document);
      add(feature);
    }
    return found;
  }
  Json json = parse_json(text, document);
  if (json.contains("features"))
    for (Json& feature : json["features"]) add(feature);
  else
    add(json);
  return found;
}

}  // namespace

void FoundItems::add(FoundItems more) {
  append(items, more.items);
  append(features, more.features);
  append(left_out, more.left_out);
}

void FoundItems::truncate(std::size_t most) {
  std::erase_if(items, [most](const Item& item) { return feature_of(item) >= most; });
  if (features.size() > most) features.erase(features.begin() + static_cast<std::ptrdiff_t>(most), features.end());
}

FoundItems parse_found(std::string_view text, const std::string& document, const FindOptions& options) {
  if (options.keep_json) return features_of(text, document, options);
  FoundItems found;
  found.items = parse_items(text, document, *options.pool).items;
  return found;
}

Json self_contained(Json feature, const std::string& document, const HrefPolicy& policy,
                    std::vector<std::string>& left_out) {
  const std::string id = feature.contains("id") && feature["id"].is_string() ? feature["id"].get<std::string>() : "";
  const Absolute absolute(id, document, policy, left_out);
  for (const char* key : {"assets", "asset_templates"})
    if (feature.contains(key)) absolute.resolve_members(feature[key], std::string("/") + key);
  absolute.resolve_links(feature["links"]);
  return feature;
}

}  // namespace stacvrt::stac
