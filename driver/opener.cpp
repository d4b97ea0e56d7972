// SPDX-License-Identifier: MIT
#include "driver/opener.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "driver/data_types.h"
#include "driver/document.h"
#include "driver/http_settings.h"
#include "driver/identify.h"
#include "driver/item_files.h"
#include "driver/item_sources.h"
#include "driver/make_access.h"
#include "driver/process.h"
#include "driver/task_scope.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

struct ReadRecipe {
  cube::Recipe recipe;
  bool is_document = false;  // a recipe file; otherwise the document named is the items and options are the recipe
};

// What was named. Where a snapshot stands for it, items on the network are not asked for. Files behind a pattern or in
// a folder are items and read as such.
Document read_named(const std::string& name, const Settings& settings) {
  if (names_several(name)) return {{}, name};
  const bool is_frozen = !settings.snapshot.empty() && document_exists(settings.snapshot);
  const bool is_asked_for = stac::is_remote(name) ? !ends_with_suffix(name) : !document_exists(name);
  if (is_frozen && is_asked_for) return {{}, name};
  return read_document(name, name);
}

ReadRecipe recipe_of(const std::string& document, const std::string& text, const cube::OptionList& options) {
  if (says_stacvrt(text)) return {cube::parse_recipe(cube::merge_recipe(text, document, options), document), true};
  if (ends_with_suffix(document)) {
    (void)stac::parse_json(text, document);  // what is wrong with text that is no JSON comes first
    throw Error(ErrorCode::kInvalid, "a recipe needs \"type\": \"STACVRT\" at its top level", {document, {}, "/type"});
  }
  cube::MergedRecipe merged = cube::merge_recipe("", document, options);
  merged.json["items"] = document;
  return {cube::parse_recipe(merged, document), false};
}

cube::Plan plan_of(cube::Recipe recipe, const ItemSources& sources, const Settings& settings) {
  Process& process = Process::get();
  const auto items = sources.items();
  const cube::PlanEnvironment environment{
      process.pixels, process.projector,
      [&](const std::string& href, const stac::Item& item, const Where& where) {
        const std::string& location = sources.location_of(item.document);
        return stac::gdal_path(stac::resolve_href(href, location, settings.hrefs, where));
      },
      settings.skip_errors};
  const auto scope = make_request_context(1).enter_task();
  return cube::make_plan(std::move(recipe), *items, environment);
}

std::string cache_key(const ItemSources& sources, const cube::OptionList& options, const Settings& settings) {
  std::string key = sources.key();
  for (const auto& [name, value] : options)
    if (!EQUAL(name.c_str(), "MEMORY") && !EQUAL(name.c_str(), "THREADS")) key += name + "=" + value + "\n";
  for (const char* name : {"STACVRT_LOCAL_PATHS", "STACVRT_CREDENTIALS_FOR", "PROJ_DATA", "PROJ_LIB", "PROJ_NETWORK"})
    key += std::string(name) + "=" + CPLGetConfigOption(name, "") + "\n";
  for (const std::string& url : sources.homes()) key += credentials_identity(url) + "\n";
  return key + signing_identity(settings) + "\n" + network_identity();
}

// Local tiles of tiled assets whose replacement is noticed at the next opening: asking for so many takes milliseconds.
constexpr std::int64_t kMostTilesWatched = 20'000;

// State of the local rasters: a replaced asset must be answered neither from its old plan nor from computed tiles.
std::size_t state_of_rasters(const cube::Plan& plan) {
  std::size_t state = 0;
  const auto add_stamp = [&state](const FileStamp& stamp) {
    for (const auto part : {stamp.bytes, stamp.modified_ns, stamp.overview_bytes, stamp.overview_modified_ns})
      state = state * 1099511628211ULL ^ std::hash<std::int64_t>{}(part);
  };
  std::int64_t tiles_left = kMostTilesWatched;
  const auto add = [&](const cube::SourceBand& source) {
    if (stac::is_remote(source.path)) return;
    if (!source.tiles) return add_stamp(raster_stamp(source.path));
    for (const stac::TileMatrix& level : source.tiles->levels)
      for (std::int64_t row = level.min_row; row <= level.max_row && tiles_left > 0; ++row)
        for (std::int64_t col = level.min_col; col <= level.max_col && tiles_left > 0; ++col, --tiles_left)
          add_stamp(file_stamp(source.tiles->href(level, row, col)));
  };
  for (const cube::ItemPlan& item : plan.items) {
    for (const auto& band : item.bands)
      if (band) add(*band);
    for (const cube::MaskPlan& mask : item.masks) add(mask.source);
  }
  return state;
}

void check_type(const cube::View& view, const cube::Plan& plan) {
  if (gdal_type(view.type) == GDT_Unknown)
    throw Error(ErrorCode::kUnsupported,
                std::string("this GDAL has no pixel type ") + stac::data_type_name(view.type) + "; use int16 as dtype",
                {plan.recipe.document, {}, "/outputs"});
}

std::shared_ptr<cube::SkippedItems> skipped_of(const Opened& opened) {
  return opened.settings.skip_errors ? opened.shared->skipped : nullptr;
}

bool is_on_network(const cube::Plan& plan) {
  return std::any_of(plan.items.begin(), plan.items.end(), [](const cube::ItemPlan& item) {
    return std::any_of(item.bands.begin(), item.bands.end(),
                       [](const auto& band) { return band && stac::is_remote(band->path); });
  });
}

// Waiting for a network takes no processor: as many threads as requests are worth having under way, where the budget
// holds a whole tile with them and the user gave no number.
int reading_threads(const cube::Plan& plan, const cube::View& view, const Settings& settings) {
  if (settings.threads_given || !is_on_network(plan)) return settings.threads;
  for (const int threads : {32, 24, 16, 8})
    if (threads > settings.threads &&
        cube::StripMemory(plan, view, threads).whole() <= cube::MemoryShares::of(settings.memory_budget).compute)
      return threads;
  return settings.threads;
}

// Where the budget is too small for so many threads, each of which has buffers of its own: as many as half of the
// memory for computing holds. A number that the user gave stands.
int affordable_threads(const cube::Plan& plan, const cube::View& view, const Settings& settings) {
  const int threads = reading_threads(plan, view, settings);
  const std::size_t compute = cube::MemoryShares::of(settings.memory_budget).compute;
  const auto least = [&](int count) { return cube::StripMemory(plan, view, count).minimum(); };
  if (settings.threads_given || threads == 1 || least(threads) <= compute) return threads;
  const std::size_t each = std::max<std::size_t>(least(2) - least(1), 1);
  return static_cast<int>(std::clamp<std::size_t>(compute / 2 / each, 1, static_cast<std::size_t>(threads)));
}

// What tells views apart in the cache of tiles.
std::string view_name(const Opened& opened) {
  return std::to_string(opened.shared->id) + "/" + std::to_string(opened.factor) + ":" + opened.name.selection;
}

}  // namespace

Opened open_overview(const Opened& opened, std::int64_t factor) {
  Opened overview{opened.name, opened.settings, {}, opened.shared, nullptr, {}, opened.access, factor};
  overview.engine = std::make_shared<const cube::Engine>(opened.shared->overview(factor), opened.engine->view(),
                                                         Process::get().plans.view_id(view_name(overview)),
                                                         opened.settings.memory_budget, opened.settings.threads,
                                                         std::make_shared<cube::PlanStatistics>(), skipped_of(opened));
  return overview;
}

Opened open_description(const std::string& description, const cube::OptionList& options) {
  pin_instruction_set();
  Opened opened;
  opened.name = parse_name(description, document_exists);
  opened.settings = read_settings(options);
  Process& process = Process::get();
  opened.claim.emplace(opened.settings.memory_budget, opened.settings.memory_cap);
  const std::string& name = opened.name.document;
  Document document = read_named(name, opened.settings);
  ReadRecipe read = recipe_of(shown_name(name), document.text, options);
  const ItemSources sources = gather_items({name, read.recipe, std::move(document), read.is_document}, opened.settings);
  opened.holds = sources.holds();
  opened.documents = sources.documents();
  opened.access = make_access(opened.settings, sources.homes(), &pixel_transport());
  const RequestScope scope(opened.access);
  opened.shared = process.plans.get(
      cache_key(sources, options, opened.settings),
      [&] { return plan_of(std::move(read.recipe), sources, opened.settings); }, state_of_rasters);
  cube::View view = cube::make_view(*opened.shared->plan, opened.name.selection);
  check_type(view, *opened.shared->plan);
  const std::uint64_t view_id = process.plans.view_id(view_name(opened));
  opened.settings.threads = affordable_threads(*opened.shared->plan, view, opened.settings);
  opened.engine =
      std::make_shared<const cube::Engine>(opened.shared->plan, std::move(view), view_id, opened.settings.memory_budget,
                                           opened.settings.threads, opened.shared->statistics, skipped_of(opened));
  return opened;
}

}  // namespace stacvrt::driver
