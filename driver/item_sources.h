// SPDX-License-Identifier: MIT
// Where a plan's items come from: documents, pages of an answer, searches, catalogues, snapshots. Gathered for the
// opener, which knows none of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cube/recipe.h"
#include "driver/answer_cache.h"
#include "driver/document.h"
#include "driver/settings.h"
#include "stac/vsi_path.h"

namespace stacvrt::driver {

/// The sources of one opening: read, and where they are documents not yet parsed.
class ItemSources {
 public:
  /// The name under which a text was read, its text, or the items that were found instead.
  struct Part {
    std::string name;  ///< that may be shown
    std::string text;
    std::shared_ptr<const Answer> answer;
    bool is_recipe = false;
  };

  /// A document; `answer` is what was found from there on, if that is more than the text. Returns the name it is shown
  /// under: documents of the network that differ in their query only are numbered.
  std::string add(const std::string& name, Document document, std::shared_ptr<const Answer> answer = {});
  void add_search(std::shared_ptr<const Answer> answer);
  /// What was added last is the recipe itself.
  void mark_recipe() { m_parts.back().is_recipe = true; }

  /// A key for the plan that follows: another one when any source has changed.
  [[nodiscard]] std::string key() const;
  /// All items, in the order of the sources. Throws what parsing throws.
  [[nodiscard]] std::shared_ptr<const std::vector<stac::Item>> items() const;
  /// What relative hrefs in the document of that name are joined with.
  [[nodiscard]] const std::string& location_of(const std::string& document) const;
  /// A URL that the user named, itself or in a recipe of the user's own.
  void add_home(const std::string& name) { m_homes.push_back(stac::url_of_vsi(name).value_or(name)); }
  /// URLs whose origins may see the user's credentials.
  [[nodiscard]] const std::vector<std::string>& homes() const { return m_homes; }
  /// Names of recipe and documents.
  [[nodiscard]] std::vector<std::string> documents() const;
  /// On what was read from the network.
  [[nodiscard]] std::vector<std::shared_ptr<const void>> holds() const;

 private:
  std::vector<Part> m_parts;
  std::map<std::string, std::string> m_locations;  // by name
  std::vector<std::shared_ptr<const void>> m_holds;
  std::vector<std::string> m_homes;
};

/// What was named to be opened, and what it says.
struct NamedRecipe {
  std::string name;
  const cube::Recipe& recipe;
  Document document;       ///< the text of `name`
  bool is_recipe = false;  ///< otherwise the document is the items
};

/// Reads and asks for all that the recipe names as items. Documents and answers of the network are reused as
/// driver/document.h and driver/answer_cache.h say; local ones are always read. With settings.snapshot the snapshot
/// stands for all of them: it is read where it is there, else written first. Throws Error.
[[nodiscard]] ItemSources gather_items(NamedRecipe named, const Settings& settings);

}  // namespace stacvrt::driver
