// SPDX-License-Identifier: MIT
#include "cube/duplicates.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "cube/band_matcher.h"
#include "cube/footprint.h"
#include "cube/item_facts.h"

namespace stacvrt::cube {

namespace {

constexpr stac::Instant kOneMinute = 60 * stac::kMicrosPerSecond;

struct Candidate {
  const stac::Item* item = nullptr;
  std::size_t index = 0;  // in the list of items
  ItemFacts facts;
};

using Version = const Candidate*;
using Versions = std::vector<Version>;

// What versions of one acquisition share; empty where the metadata do not tell.
std::string key_of(const Candidate& one) {
  const ItemFacts& facts = one.facts;
  if (facts.platform.empty() || facts.place.empty()) return {};
  const std::string key = facts.platform + "|" + facts.place + "|";
  switch (facts.mission) {
    case Mission::kSentinel2:
      return facts.level.empty() ? "" : key + facts.level;
    case Mission::kLandsat:
      return facts.level.empty() ? "" : key + facts.level + "|" + facts.pass;
    case Mission::kOther:
      break;
  }
  return key + one.item->collection + "|" + std::to_string(one.item->when());
}

std::string id_key_of(const Candidate& one) {
  return one.item->collection + "|" + one.item->id;
}

bool same_pass(const Candidate& a, const Candidate& b) {
  if (a.facts.mission == Mission::kSentinel2 && !a.facts.pass.empty() && !b.facts.pass.empty())
    return a.facts.pass == b.facts.pass;
  return std::abs(a.item->when() - b.item->when()) <= kOneMinute;
}

// Sets of at least two candidates with one key and one pass.
template <class Key>
std::vector<Versions> acquisitions_of(const Versions& candidates, Key key) {
  std::map<std::string, std::vector<Versions>> found;
  for (const Version one : candidates) {
    const std::string name = key(*one);
    if (name.empty()) continue;
    std::vector<Versions>& passes = found[name];
    const auto pass =
        std::ranges::find_if(passes, [&](const Versions& others) { return same_pass(*others.front(), *one); });
    if (pass == passes.end()) {
      passes.push_back({one});
    } else {
      pass->push_back(one);
    }
  }
  std::vector<Versions> result;
  for (auto& [name, passes] : found)
    for (Versions& versions : passes)
      if (versions.size() > 1) result.push_back(std::move(versions));
  std::ranges::sort(result, {}, [](const Versions& versions) { return versions.front()->index; });
  return result;
}

// The newest first; where nothing tells, as they are listed.
void sort_by_processing(Versions& versions) {
  for (std::size_t i = 1; i < versions.size(); ++i)
    for (std::size_t k = i; k > 0 && !later_processing(versions[k]->facts, versions[k - 1]->facts).empty(); --k)
      std::swap(versions[k], versions[k - 1]);
}

// Whether the first asset whose pixels both tell of has the same ones. Without outlines nothing else tells versions
// from neighbours.
bool same_pixels(const stac::Item& newer, const stac::Item& older) {
  for (const stac::Asset& asset : older.assets) {
    const auto grid = older.assets.projection(asset).grid();
    const stac::Asset* const other = grid ? newer.find_asset(asset.key) : nullptr;
    const auto newer_grid = other ? newer.assets.projection(*other).grid() : std::nullopt;
    if (newer_grid) return newer_grid == grid;
  }
  return false;
}

// Whether `newer` shows all that `older` does.
bool shows_all(const Candidate& newer, const Candidate& older) {
  if (newer.facts.mission == Mission::kLandsat && !newer.facts.place.empty() && newer.facts.place == older.facts.place)
    return true;  // a scene is the same frame however often it is processed
  if (const auto covered = covers(*newer.item, *older.item)) return *covered;
  // A tile of Sentinel-2 has the same pixels whatever part of it a granule shows.
  const bool may_be_part = newer.facts.mission == Mission::kSentinel2 && newer.item->id != older.item->id;
  return !may_be_part && same_pixels(*newer.item, *older.item);
}

bool has_all(const stac::Item& newer, const stac::Item& older, const Recipe& recipe) {
  for (const BandRequest& band : recipe.bands)
    if (match_band(older, band) && !match_band(newer, band)) return false;
  for (const MaskRequest& mask : recipe.masks)
    if (!mask.asset.empty() && match_mask(older, mask) && !match_mask(newer, mask)) return false;
  return true;
}

std::string reason(const Candidate& older, const Candidate& newer) {
  const std::string why = later_processing(newer.facts, older.facts);
  if (older.item->id == newer.item->id && why.empty())
    return "item '" + older.item->id + "' is listed more than once: it counts once";
  return "item '" + older.item->id + "' is left out: '" + newer.item->id + "' is the same acquisition" +
         (why.empty() ? ", and nothing tells which was processed later" : ", " + why);
}

// Fills in what becomes of each item.
class Resolver {
 public:
  Resolver(const std::vector<const stac::Item*>& items, const Recipe& recipe) : m_recipe(recipe) {
    m_candidates.reserve(items.size());
    for (const stac::Item* item : items) m_candidates.push_back({item, m_candidates.size(), facts_of(*item)});
    m_parts.resize(items.size());
    m_superfluous.resize(items.size());
  }

  Acquisitions resolve() {
    for (const auto key : {key_of, id_key_of})
      for (Versions& versions : acquisitions_of(remaining(), key)) resolve(versions);
    Acquisitions result;
    for (const Candidate& one : m_candidates) {
      if (m_superfluous[one.index].empty()) {
        result.items.push_back(one.item);
        result.parts.push_back(m_parts[one.index]);
      } else {
        result.left_out.push_back(m_superfluous[one.index]);
      }
    }
    if (m_acquisitions > 0)
      result.decisions.push_back("items that are parts of one acquisition, first " + m_first_parts +
                                 ": they are one observation, where they overlap the one processed last comes first (" +
                                 std::to_string(m_acquisitions) +
                                 (m_acquisitions == 1 ? " acquisition)" : " acquisitions)"));
    return result;
  }

 private:
  [[nodiscard]] Versions remaining() const {
    Versions result;
    for (const Candidate& one : m_candidates)
      if (m_superfluous[one.index].empty() && m_parts[one.index].acquisition < 0) result.push_back(&one);
    return result;
  }

  void resolve(Versions& versions) {
    sort_by_processing(versions);
    Versions kept;
    for (const Version one : versions) {
      const auto better = std::ranges::find_if(kept, [&](const Version other) {
        return shows_all(*other, *one) && has_all(*other->item, *one->item, m_recipe);
      });
      if (better == kept.end())
        kept.push_back(one);
      else
        m_superfluous[one->index] = reason(*one, **better);
    }
    if (kept.size() < 2) return;
    if (m_acquisitions == 0) m_first_parts = "'" + kept[0]->item->id + "' and '" + kept[1]->item->id + "'";
    for (std::size_t i = 0; i < kept.size(); ++i)
      m_parts[kept[i]->index] = {m_acquisitions, static_cast<int>(kept.size() - i)};
    ++m_acquisitions;
  }

  const Recipe& m_recipe;
  std::vector<Candidate> m_candidates;
  std::vector<Part> m_parts;
  std::vector<std::string> m_superfluous;  // why, empty for those that take part
  int m_acquisitions = 0;
  std::string m_first_parts;
};

}  // namespace

Acquisitions resolve_duplicates(const std::vector<const stac::Item*>& items, const Recipe& recipe) {
  if (recipe.time.duplicates == Duplicates::kNewest) return Resolver(items, recipe).resolve();
  return {items, std::vector<Part>(items.size()), {}, {}};
}

}  // namespace stacvrt::cube
