// SPDX-License-Identifier: MIT
#include "driver/item_files.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "driver/vsi_file.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kWildcards = "*?";
constexpr int kMostFolders = 32;  // deep; links may lead in circles

struct Entry {
  std::string name;
  bool is_folder = false;
};

struct CloseFolder {
  void operator()(VSIDIR* folder) const { VSICloseDir(folder); }
};

// What is directly in a folder and not hidden, in the order of names; nothing where there is no such folder.
std::vector<Entry> entries_of(const std::string& folder) {
  std::vector<Entry> entries;
  const std::unique_ptr<VSIDIR, CloseFolder> open(VSIOpenDir(folder.empty() ? "." : folder.c_str(), 0, nullptr));
  if (!open) return entries;
  while (const VSIDIREntry* const entry = VSIGetNextDirEntry(open.get()))
    if (entry->pszName[0] != '.') entries.push_back({entry->pszName, VSI_ISDIR(entry->nMode) != 0});
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

bool is_folder(const std::string& name) {
  VSIStatBufL status;
  return VSIStatExL(name.c_str(), &status, VSI_STAT_EXISTS_FLAG | VSI_STAT_NATURE_FLAG) == 0 &&
         VSI_ISDIR(status.st_mode);
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

// Adds the files that `pattern`, a path relative to `folder` (empty, or with a slash at its end), matches.
void add_matches(const std::string& folder, std::string_view pattern, int depth, std::vector<std::string>& files) {
  if (depth > kMostFolders) return;
  const std::size_t slash = pattern.find('/');
  const std::string_view part = pattern.substr(0, slash);
  const bool is_last = slash == std::string_view::npos;
  const std::string_view rest = is_last ? std::string_view() : pattern.substr(slash + 1);
  if (!is_last && part.find_first_of(kWildcards) == std::string_view::npos)
    return add_matches(folder + std::string(part) + "/", rest, depth, files);
  if (part == "**" && !is_last) add_matches(folder, rest, depth, files);
  for (const Entry& entry : entries_of(folder)) {
    if (part == "**" && !is_last) {
      if (entry.is_folder) add_matches(folder + entry.name + "/", pattern, depth + 1, files);
    } else if (entry.is_folder != is_last && matches(entry.name, part)) {
      if (is_last)
        files.push_back(folder + entry.name);
      else
        add_matches(folder + entry.name + "/", rest, depth + 1, files);
    }
  }
}

bool may_hold_items(std::string_view name) {
  if (name.ends_with(".gz")) name.remove_suffix(3);
  constexpr std::array<std::string_view, 6> kEndings{".json",  ".geojson", ".ndjson",
                                                     ".jsonl", ".parquet", ".geoparquet"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

std::vector<std::string> files_of_folder(std::string folder, const Where& where) {
  if (!folder.ends_with('/')) folder += '/';
  std::vector<std::string> files;
  for (const Entry& entry : entries_of(folder)) {
    if (entry.is_folder) continue;
    if (entry.name == "catalog.json" || entry.name == "collection.json") return {folder + entry.name};
    if (may_hold_items(entry.name)) files.push_back(folder + entry.name);
  }
  if (files.empty())
    throw Error(ErrorCode::kNotFound,
                "the folder '" + folder +
                    "' holds no STAC documents: no file directly in it ends in .json, .geojson, " +
                    ".ndjson or .jsonl (for files in its folders name a pattern, '" + folder + "**/*.json')",
                where);
  return files;
}

}  // namespace

bool names_several(const std::string& name) {
  if (name.empty() || stac::is_remote(name)) return false;
  if (is_folder(name)) return true;
  return name.find_first_of(kWildcards) != std::string::npos && !file_exists(name);
}

std::vector<std::string> files_behind(const std::string& name, const Where& where) {
  if (is_folder(name)) return files_of_folder(name, where);
  std::vector<std::string> files;
  const bool is_absolute = name.starts_with('/');
  add_matches(is_absolute ? "/" : "", std::string_view(name).substr(is_absolute ? 1 : 0), 0, files);
  std::ranges::sort(files);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  if (files.empty())
    throw Error(ErrorCode::kNotFound,
                "no file matches '" + name + "' (* and ? match within a name, ** any number of folders)", where);
  return files;
}

}  // namespace stacvrt::driver
