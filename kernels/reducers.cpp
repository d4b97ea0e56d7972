// SPDX-License-Identifier: MIT
// The table of reducers: names, kinds and functions in one place. A new reducer is one line here and one kernel file.
#include <algorithm>
#include <array>

#include "kernels/geomedian.h"
#include "kernels/mads.h"
#include "kernels/moments.h"
#include "kernels/order.h"
#include "kernels/reducer.h"

namespace stacvrt::kernels {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> kMadNames = {"smad", "emad", "bcmad"};
constexpr std::array<std::string_view, 1> kCountName = {"count"};
constexpr std::array<std::string_view, 1> kTotalName = {"total"};

// A sum of DN is no DN of its band: its offset counts n times. So `sum` adds physical values and is a number of its
// own.
constexpr std::array<Reducer, 11> kReducers = {{
    {"geomedian", "geometric median over all bands together", &reduce_geomedian, ResultKind::kDn, Names{}, false,
     false},
    {"mad", "median absolute deviations from the geomedian: spectral, Euclidean, Bray-Curtis", &reduce_mad,
     ResultKind::kFloat, kMadNames, false, false},
    {"median", "median of each band; of an even number the mean of the two middle values", &reduce_median,
     ResultKind::kDn, Names{}, false, false},
    {"percentile", "percentiles p (0 to 100) of each band, linear between order statistics", &reduce_percentile,
     ResultKind::kDn, Names{}, true, false},
    {"mean", "arithmetic mean of each band", &reduce_mean, ResultKind::kDn, Names{}, false, false},
    {"stddev", "population standard deviation of each band", &reduce_stddev, ResultKind::kSpread, Names{}, false,
     false},
    {"min", "least value of each band", &reduce_min, ResultKind::kDn, Names{}, false, false},
    {"max", "greatest value of each band", &reduce_max, ResultKind::kDn, Names{}, false, false},
    {"sum", "sum of the physical values of each band", &reduce_sum, ResultKind::kFloat, Names{}, false, false},
    {"count", "number of valid samples used", &reduce_count, ResultKind::kCount, kCountName, false, false},
    {"total", "number of observations with data, bad or not", &reduce_total, ResultKind::kCount, kTotalName, false,
     true},
}};

}  // namespace

std::span<const Reducer> reducers() noexcept {
  return kReducers;
}

const Reducer* find_reducer(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kReducers, name, &Reducer::name);
  return found == kReducers.end() ? nullptr : found;
}

}  // namespace stacvrt::kernels
