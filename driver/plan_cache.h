// SPDX-License-Identifier: MIT
// Plans of the process: hosts open the same description many times (clones, thread-safe wrappers), and parsing and
// planning are done once.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "cube/engine.h"

namespace stacvrt::driver {

/// A plan and what its handles share.
class SharedPlan {
 public:
  /// The plan of an overview, made when it is first asked for. Thread-safe.
  [[nodiscard]] std::shared_ptr<const cube::Plan> overview(std::int64_t factor) const;

  std::shared_ptr<const cube::Plan> plan;
  std::size_t state = 0;  ///< of the rasters it was made from
  std::uint64_t id = 0;   ///< unique in the process, its forked children included
  std::shared_ptr<cube::PlanStatistics> statistics = std::make_shared<cube::PlanStatistics>();
  /// What could not be read and was left out.
  std::shared_ptr<cube::SkippedItems> skipped = std::make_shared<cube::SkippedItems>();

 private:
  mutable std::mutex m_mutex;
  mutable std::map<std::int64_t, std::shared_ptr<const cube::Plan>> m_overviews;  // by factor
};

/// Thread-safe.
class PlanCache {
 public:
  static constexpr std::size_t kMaxPlans = 32;

  /// A number for the state of the rasters that a plan names; another one when any of them was replaced.
  using StateOf = std::function<std::size_t(const cube::Plan&)>;

  /// The plan of `key`, made by `make` when it is not known or its rasters were replaced: where metadata are silent, a
  /// plan rests on what the rasters say; or when items were left out and nobody has it open any more, so that they are
  /// tried again. Two threads that ask at once may both make it; one wins.
  std::shared_ptr<const SharedPlan> get(const std::string& key, const std::function<cube::Plan()>& make,
                                        const StateOf& state_of);
  /// A number for a view (number of a plan and selection), the same for equal text. Another cache
  /// never gives the same one.
  std::uint64_t view_id(const std::string& text);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const SharedPlan> plan;
  };
  std::shared_ptr<const SharedPlan> find(const std::string& key);

  std::mutex m_mutex;
  std::list<Entry> m_entries;  // most recently used first
  std::list<std::pair<std::string, std::uint64_t>> m_views;
};

}  // namespace stacvrt::driver
