// SPDX-License-Identifier: MIT
#include "driver/item_sources.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>

#include "driver/document_transport.h"
#include "driver/http_settings.h"
#include "driver/item_files.h"
#include "driver/process.h"
#include "driver/search_progress.h"
#include "driver/snapshot.h"
#include "stac/crawler.h"
#include "stac/page_scan.h"
#include "stac/search.h"

namespace stacvrt::driver {

namespace {

double clock_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string digest_of(std::string_view text) {
  return std::to_string(text.size()) + ":" + std::to_string(std::hash<std::string_view>{}(text));
}

// "scenes/", ".", "..": a folder whatever there is.
bool is_folder_name(std::string_view name) {
  if (stac::is_remote(name)) return false;
  const std::string_view last = name.substr(name.find_last_of('/') + 1);
  return !name.empty() && (last.empty() || last == "." || last == "..");
}

// Whether the document is one page of an answer. Most are not, which one look at the text shows.
bool is_page(std::string_view text) {
  constexpr std::string_view kWord = "\"next\"";
  const std::boyer_moore_horspool_searcher word(kWord.begin(), kWord.end());
  if (std::search(text.begin(), text.end(), word) == text.end()) return false;
  const stac::PageScan scan = stac::scan_page(text);
  return scan.type == "FeatureCollection" && scan.links.find(kWord) != std::string_view::npos;
}

std::string wanted_text(const stac::Wanted& wanted) {
  return snapshot_request({}, wanted).dump();
}

class Gatherer {
 public:
  Gatherer(NamedRecipe named, const Settings& settings) : m_named(std::move(named)), m_settings(settings) {
    m_wanted = {m_named.recipe.grid.bbox, m_named.recipe.time.range};
  }

  ItemSources run() {
    for (const std::string& url : homes()) m_sources.add_home(url);
    if (!m_named.is_recipe) {
      if (!m_settings.snapshot.empty())
        add_snapshot();
      else if (names_several(m_named.name))
        add_documents(m_named.name, m_named.name, {});
      else
        add_document(m_named.name, std::move(m_named.document), m_named.name, {});
      return std::move(m_sources);
    }
    m_recipe_location = m_named.document.location;
    m_sources.add(m_named.name, std::move(m_named.document));
    m_sources.mark_recipe();
    if (!m_settings.snapshot.empty())
      add_snapshot();
    else
      for (const cube::ItemSource& source : m_named.recipe.items) add(source);
    return std::move(m_sources);
  }

 private:
  // The path of a document that the recipe names, and whose server may see the user's credentials.
  [[nodiscard]] std::string path_of(const cube::ItemSource& source) const {
    const auto resolved = [&](const std::string& href) {
      return stac::gdal_path(stac::resolve_href(href, m_recipe_location, m_settings.hrefs, source.where));
    };
    if (!is_folder_name(source.document)) return resolved(source.document);
    // Hrefs lead to files: to one in the folder, then.
    constexpr std::string_view kFile = "/file";
    std::string path = resolved(source.document + std::string(kFile));
    path.erase(path.size() - kFile.size());
    return path.empty() ? "/" : path;
  }
  [[nodiscard]] std::string home_of(const std::string& name) const {
    return m_named.is_recipe && stac::is_remote(m_named.name) ? m_named.name : name;
  }

  // What the user named: the document, and what a recipe of the user's own names.
  [[nodiscard]] std::vector<std::string> homes() const {
    std::vector<std::string> names{m_named.name};
    if (m_named.is_recipe && !stac::is_remote(m_named.name))
      for (const cube::ItemSource& source : m_named.recipe.items)
        names.push_back(source.search ? source.search->url : source.document);
    std::erase_if(names, [](const std::string& name) { return !stac::is_remote(name); });
    return names;
  }

  void add(const cube::ItemSource& source) {
    if (source.search) return add_search(*source.search);
    const std::string name = path_of(source);
    add_documents(name, home_of(name), source.where);
  }

  static std::vector<std::string> names_behind(const std::string& name, const Where& where) {
    return names_several(name) ? files_behind(name, where) : std::vector<std::string>{name};
  }

  void add_documents(const std::string& several, const std::string& home, const Where& where) {
    for (const std::string& name : names_behind(several, where))
      add_document(name, read_document(name, home, where), home, where);
  }

  [[nodiscard]] stac::FindOptions find_options(const std::string& home, bool keep_json = false) const {
    return {home, m_settings.hrefs, {}, keep_json, SearchProgress(), m_pool};
  }

  // Found anew or known, where `location` is on the network; in files always found anew.
  std::shared_ptr<const Answer> answer_of(const std::string& key, const std::string& location,
                                          const std::function<stac::FoundItems(stac::Transport&)>& look) {
    Process& process = Process::get();
    DocumentTransport transport(process.transport);
    if (stac::is_remote(location)) {
      const std::string whole = key + "\n" + credentials_identity(location) + network_identity();
      return process.answers.get(whole, remote_age_s(), clock_s(), [&] { return look(transport); });
    }
    stac::FoundItems found = look(transport);
    const std::uint64_t id = std::hash<std::string>{}(key + "\n" + std::to_string(transport.digest()));
    return std::make_shared<const Answer>(Answer{id, std::move(found)});
  }

  void add_search(const stac::SearchRequest& search) {
    const std::string home = home_of(search.url);
    const cube::ItemSource source{{}, search, {}};
    const std::string key = "search\n" + home + "\n" + search.url + "\n" + snapshot_request({source}, {}).dump();
    m_sources.add_search(answer_of(key, search.url, [&](stac::Transport& transport) {
      return stac::fetch_search(transport, search, find_options(home));
    }));
  }

  void add_document(const std::string& name, Document document, const std::string& home, const Where& where) {
    const bool is_catalogue = stac::is_catalogue(document.text);
    if (!is_catalogue && !is_page(document.text)) {
      m_sources.add(name, std::move(document));
      return;
    }
    const std::string key = home + "\n" + name + "\n" + document.location + "\n" + digest_of(document.text) +
                            (is_catalogue ? wanted_text(m_wanted) : "");
    auto answer = answer_of(key, document.location, [&](stac::Transport& transport) {
      return find(transport, document, where, find_options(home));
    });
    m_sources.add(name, std::move(document), std::move(answer));
  }

  // All items from a catalogue, a page, or a document that is neither.
  [[nodiscard]] stac::FoundItems find(stac::Transport& transport, const Document& document, const Where& where,
                                      const stac::FindOptions& options) const {
    stac::HttpResponse read{document.location, {}, document.text};
    if (stac::is_catalogue(document.text)) return stac::crawl(transport, read, m_wanted, options);
    stac::PageRequest first{document.location, "GET", {}, {}, where};
    return stac::fetch_pages_after(transport, std::move(first), std::move(read), options);
  }

  void add_snapshot() {
    const std::string& path = m_settings.snapshot;
    check_snapshot_path(path, m_settings.hrefs);
    {
      static std::mutex freezing;
      const std::lock_guard one_at_a_time(freezing);
      if (!document_exists(path)) freeze(path);
    }
    Document document = read_document(path, path);
    check_snapshot(document.text, path, frozen_items(), m_wanted);
    m_sources.add(path, std::move(document));
  }

  [[nodiscard]] std::vector<cube::ItemSource> request_items() const {
    if (m_named.is_recipe) return m_named.recipe.items;
    return {{m_named.name, {}, {}}};
  }

  // The same for a snapshot, in which names say which files they are: from where the snapshot lies, so that both can
  // be moved together.
  [[nodiscard]] std::vector<cube::ItemSource> frozen_items() const {
    std::vector<cube::ItemSource> items = request_items();
    for (cube::ItemSource& source : items) {
      if (source.search) continue;
      const std::string path = m_named.is_recipe ? path_of(source) : source.document;
      if (stac::is_remote(path)) continue;
      namespace fs = std::filesystem;
      std::error_code error;
      const fs::path folder = fs::absolute(m_settings.snapshot, error).lexically_normal().parent_path();
      const fs::path file = fs::absolute(path, error).lexically_normal();
      source.document = (file.has_filename() ? file : file.parent_path()).lexically_relative(folder).generic_string();
    }
    return items;
  }

  void freeze(const std::string& path) const {
    DocumentTransport transport(Process::get().transport);
    stac::FoundItems found;
    bool pruned = false;
    for (const cube::ItemSource& source : request_items()) {
      const std::string name = source.search ? source.search->url : m_named.is_recipe ? path_of(source) : m_named.name;
      const stac::FindOptions how = find_options(home_of(name), true);
      if (source.search) {
        found.add(stac::fetch_search(transport, *source.search, how));
        continue;
      }
      for (const std::string& one : names_behind(name, source.where)) {
        const Document document = read_document(one, home_of(name), source.where);
        pruned = pruned || stac::is_catalogue(document.text);
        found.add(find(transport, document, source.where, how));
      }
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const stac::Json request = snapshot_request(frozen_items(), pruned ? m_wanted : stac::Wanted());
    write_snapshot(path, snapshot_text(std::move(found), request,
                                       std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
  }

  NamedRecipe m_named;
  const Settings& m_settings;
  stac::Wanted m_wanted;
  std::string m_recipe_location;
  ItemSources m_sources;
  std::shared_ptr<stac::ItemPool> m_pool = std::make_shared<stac::ItemPool>();
};

}  // namespace

std::string ItemSources::add(const std::string& name, Document document, std::shared_ptr<const Answer> answer) {
  std::string shown = shown_name(name);
  for (int i = 2; m_locations.contains(shown) && m_locations.at(shown) != document.location; ++i)
    shown = shown_name(name) + " (" + std::to_string(i) + ")";
  m_locations.emplace(shown, std::move(document.location));
  if (document.hold) m_holds.push_back(std::move(document.hold));
  if (answer) m_holds.push_back(answer);
  m_parts.push_back({shown, answer ? std::string() : std::move(document.text), std::move(answer)});
  return shown;
}

void ItemSources::add_search(std::shared_ptr<const Answer> answer) {
  m_holds.push_back(answer);
  m_parts.push_back({{}, {}, std::move(answer)});
}

std::string ItemSources::key() const {
  std::string key;
  for (const Part& part : m_parts) {
    key += part.name.empty() ? "" : m_locations.at(part.name);
    key += part.answer ? "\nfound " + std::to_string(part.answer->id) : "\n" + digest_of(part.text);
    key += "\n";
  }
  return key;
}

std::shared_ptr<const std::vector<stac::Item>> ItemSources::items() const {
  // One answer alone is not copied.
  const Part& last = m_parts.back();
  if (last.answer && (m_parts.size() == 1 || (m_parts.size() == 2 && m_parts.front().is_recipe)))
    return {last.answer, &last.answer->found.items};
  auto items = std::make_shared<std::vector<stac::Item>>();
  stac::ItemPool pool;
  for (const Part& part : m_parts) {
    if (part.is_recipe) continue;
    std::vector<stac::Item> found =
        part.answer ? part.answer->found.items : stac::parse_items(part.text, part.name, pool).items;
    items->insert(items->end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return items;
}

const std::string& ItemSources::location_of(const std::string& document) const {
  const auto found = m_locations.find(document);
  return found == m_locations.end() ? document : found->second;
}

std::vector<std::string> ItemSources::documents() const {
  std::vector<std::string> names;
  for (const Part& part : m_parts)
    if (!part.name.empty()) names.push_back(part.name);
  return names;
}

std::vector<std::shared_ptr<const void>> ItemSources::holds() const {
  return m_holds;
}

ItemSources gather_items(NamedRecipe named, const Settings& settings) {
  return Gatherer(std::move(named), settings).run();
}

}  // namespace stacvrt::driver
