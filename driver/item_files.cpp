// SPDX-License-Identifier: MIT
#include "driver/item_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "driver/document.h"
#include "driver/geoparquet.h"
#include "driver/vsi_file.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kWildcards = "*?";

struct Entry {
  std::string name;
  bool is_folder = false;
};

struct CloseFolder {
  void operator()(VSIDIR* folder) const { VSICloseDir(folder); }
};

// 0 where there is nothing of that name.
int mode_of(const std::string& name) {
  VSIStatBufL status;
  const int flags = VSI_STAT_EXISTS_FLAG | VSI_STAT_NATURE_FLAG;
  return VSIStatExL(name.c_str(), &status, flags) == 0 ? static_cast<int>(status.st_mode) : 0;
}

bool is_folder(const std::string& name) {
  return VSI_ISDIR(mode_of(name));
}

// Files and folders in a folder that are not hidden, in the order of names; nothing where there is no such folder.
std::vector<Entry> entries_of(const std::string& folder, const Where& where) {
  std::vector<Entry> entries;
  std::string path = folder.empty() ? "." : folder;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();  // archives know no name with two slashes
  errno = 0;
  const std::unique_ptr<VSIDIR, CloseFolder> open(VSIOpenDir(path.c_str(), 0, nullptr));
  if (!open) {
    const std::string reason = errno != 0 ? std::strerror(errno) : "no reason given";
    if (is_folder(path)) throw Error(ErrorCode::kIo, "the folder '" + path + "' cannot be read: " + reason, where);
    return entries;
  }
  while (const VSIDIREntry* const entry = VSIGetNextDirEntry(open.get())) {
    if (entry->pszName[0] == '.') continue;
    const int mode = entry->bModeKnown ? entry->nMode : mode_of(path + "/" + entry->pszName);  // archives do not tell
    if (VSI_ISDIR(mode) || VSI_ISREG(mode)) entries.push_back({entry->pszName, VSI_ISDIR(mode) != 0});
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

bool matches(std::string_view name, std::string_view pattern) {
  std::size_t at = 0, n = 0, star = std::string_view::npos, behind_star = 0;
  while (n < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      behind_star = n;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == name[n])) {
      ++at;
      ++n;
    } else if (star != std::string_view::npos) {
      at = star;
      n = ++behind_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

// Walks the folders that a pattern leads through.
class Matcher {
 public:
  explicit Matcher(const Where& where) : m_where(where) {}

  // Adds the files that `pattern`, a path relative to `folder` (empty, or with a slash at its end), matches.
  void add(const std::string& folder, std::string_view pattern, int depth = 0) {
    if (depth > kMostFolderDepth || ++m_folders > kMostFolders)
      throw Error(ErrorCode::kTooLarge,
                  "the pattern leads through more than " + std::to_string(kMostFolders) + " folders or deeper than " +
                      std::to_string(kMostFolderDepth) + " levels (at '" + folder + "'); name a part of them",
                  m_where);
    const std::size_t slash = pattern.find('/');
    const std::string_view part = pattern.substr(0, slash);
    const bool is_last = slash == std::string_view::npos;
    const std::string_view rest = is_last ? std::string_view() : pattern.substr(slash + 1);
    if (part == "**") return add_all(folder, is_last ? "*" : rest, pattern, depth);
    if (!is_last && part.find_first_of(kWildcards) == std::string_view::npos)
      return add(folder + std::string(part) + "/", rest, depth);
    for (const Entry& entry : entries_of(folder, m_where)) {
      if (entry.is_folder == is_last || !matches(entry.name, part)) continue;
      if (is_last)
        m_files.push_back(folder + entry.name);
      else
        add(folder + entry.name + "/", rest, depth + 1);
    }
  }

  [[nodiscard]] std::vector<std::string> files() {
    std::ranges::sort(m_files);
    m_files.erase(std::unique(m_files.begin(), m_files.end()), m_files.end());
    return std::move(m_files);
  }

 private:
  // What `rest` matches in the folder and in all below it; `pattern` is both with the `**`.
  void add_all(const std::string& folder, std::string_view rest, std::string_view pattern, int depth) {
    if (!m_seen.emplace(document_location(folder.empty() ? "." : folder), pattern.size()).second) return;
    add(folder, rest, depth);
    for (const Entry& entry : entries_of(folder, m_where))
      if (entry.is_folder) add(folder + entry.name + "/", pattern, depth + 1);
  }

  const Where& m_where;
  std::vector<std::string> m_files;
  std::set<std::pair<std::string, std::size_t>> m_seen;  // by a `**`: real folders, and what was left of the pattern
  std::size_t m_folders = 0;
};

bool may_hold_items(std::string_view name) {
  if (is_geoparquet_name(name)) return true;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  constexpr std::array<std::string_view, 4> kEndings{".json", ".geojson", ".ndjson", ".jsonl"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

std::vector<std::string> files_of_folder(std::string folder, const Where& where) {
  if (!folder.ends_with('/')) folder += '/';
  std::vector<std::string> files;
  for (const Entry& entry : entries_of(folder, where)) {
    if (entry.is_folder) continue;
    if (entry.name == "catalog.json" || entry.name == "collection.json") return {folder + entry.name};
    if (may_hold_items(entry.name)) files.push_back(folder + entry.name);
  }
  if (files.empty())
    throw Error(
        ErrorCode::kNotFound,
        "the folder '" + folder + "' holds no STAC documents: no file directly in it ends in .json, .geojson, " +
            ".ndjson, .jsonl (or these and .gz), .parquet or .geoparquet (for files in its folders name a pattern, '" +
            folder + "**/*.json')",
        where);
  return files;
}

}  // namespace

bool names_several(const std::string& name) {
  if (name.empty() || stac::is_remote(name)) return false;
  if (is_folder(name)) return true;
  return name.find_first_of(kWildcards) != std::string::npos && !file_exists(name);
}

bool any_behind(const std::string& name) {
  if (!names_several(name)) return false;
  if (is_folder(name)) return true;
  try {
    return !files_behind(name).empty();
  } catch (const Error&) {
    return false;
  }
}

std::vector<std::string> files_behind(const std::string& name, const Where& where) {
  if (is_folder(name)) return files_of_folder(name, where);
  Matcher matcher(where);
  const bool is_absolute = name.starts_with('/');
  matcher.add(is_absolute ? "/" : "", std::string_view(name).substr(is_absolute ? 1 : 0));
  std::vector<std::string> files = matcher.files();
  if (files.empty())
    throw Error(ErrorCode::kNotFound,
                "no file matches '" + name + "' (* and ? match within a name, ** any number of folders)", where);
  return files;
}

}  // namespace stacvrt::driver
