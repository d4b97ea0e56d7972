// SPDX-License-Identifier: MIT
#include "driver/provenance.h"

#include <algorithm>
#include <set>

#include "driver/document.h"
#include "kernels/target.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kDomain = "STACVRT";
constexpr const char* kItemsDomain = "STACVRT_ITEMS";
constexpr const char* kSkippedItems = "STACVRT_SKIPPED_ITEMS";

void set(GDALMajorObject& object, const char* name, const std::string& value, const char* domain = "") {
  object.SetMetadataItem(name, value.c_str(), domain);
}

void set_lines(GDALDataset& dataset, const std::string& prefix, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    set(dataset, (prefix + "_" + std::to_string(i + 1)).c_str(), lines[i], kDomain);
}

std::string time_span(const cube::Plan& plan) {
  return stac::format_instant(plan.items.front().when) + "/" + stac::format_instant(plan.items.back().when);
}

void add_summary(GDALDataset& dataset, const cube::Plan& plan) {
  set(dataset, "ITEMS", std::to_string(plan.items.size()));
  set(dataset, "OBSERVATIONS", std::to_string(plan.observations.size()));
  set(dataset, "TIME_RANGE", time_span(plan));
  if (plan.windows.size() > 1) set(dataset, "WINDOWS", std::to_string(plan.windows.size()));
  if (!plan.recipe.preset.empty()) set(dataset, "PRESET", plan.recipe.preset);
  set(dataset, "AREA_OR_POINT", "Area");
}

// Observations that can touch the deepest tile and what computing it takes; the same figures the engine works with.
void add_memory(GDALDataset& dataset, const cube::Engine& engine) {
  const cube::StripMemory& memory = engine.memory();
  const std::int64_t strips = engine.strips(memory.deepest());
  const std::int64_t rows = (cube::kTileSize + strips - 1) / strips;
  set(dataset, "MEMORY_BUDGET", std::to_string(engine.budget_bytes()), kDomain);
  set(dataset, "MEMORY_PER_TILE", std::to_string(memory.bytes(memory.deepest(), rows)), kDomain);
  set(dataset, "MEMORY_MINIMUM", std::to_string(engine.least_budget()), kDomain);
  set(dataset, "TILES_AT_ONCE", std::to_string(engine.tiles_at_once()), kDomain);
  set(dataset, "STRIP_ROWS", std::to_string(rows), kDomain);
  set(dataset, "DECODINGS_PER_BLOCK", std::to_string(strips), kDomain);
  set(dataset, "OBSERVATIONS_PER_TILE", std::to_string(memory.deepest()), kDomain);
}

void add_subdatasets(GDALDataset& dataset, const Opened& opened) {
  const std::vector<std::string> names = cube::subdataset_names(opened.engine->plan());
  if (!opened.name.selection.empty()) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string number = "SUBDATASET_" + std::to_string(i + 1);
    const cube::View view = cube::make_view(opened.engine->plan(), names[i]);
    set(dataset, (number + "_NAME").c_str(), subdataset_name(opened.name.document, names[i]), "SUBDATASETS");
    set(dataset, (number + "_DESC").c_str(),
        names[i] + ": " + std::to_string(view.bands.size()) + " bands, " + stac::data_type_name(view.type),
        "SUBDATASETS");
  }
}

void add_items(GDALDataset& dataset, const cube::Plan& plan) {
  CPLStringList items;
  for (const cube::ItemPlan& item : plan.items)
    items.AddString((item.id + "=" + stac::format_instant(item.when)).c_str());
  dataset.SetMetadata(items.List(), kItemsDomain);
}

}  // namespace

void add_provenance(GDALDataset& dataset, const Opened& opened) {
  const cube::Engine& engine = *opened.engine;
  const cube::Plan& plan = engine.plan();
  set(dataset, "INTERLEAVE", "PIXEL", "IMAGE_STRUCTURE");
  if (opened.factor > 1) return;  // an overview says what it is; the rest is its dataset's
  add_summary(dataset, plan);
  add_memory(dataset, engine);
  if (opened.settings.skip_errors) set(dataset, "ON_ERROR", "SKIP");
  set(dataset, "THREADS", std::to_string(opened.settings.threads), kDomain);
  set(dataset, "INSTRUCTION_SET", kernels::current_target(), kDomain);
  set_lines(dataset, "DECISION", plan.decisions);
  set_lines(dataset, "LEFT_OUT", plan.left_out);
  add_items(dataset, plan);
  add_subdatasets(dataset, opened);
}

int note_skipped(GDALDataset& dataset, const Opened& opened) {
  const cube::SkippedItems* const skipped = opened.engine ? opened.engine->skipped() : nullptr;
  const std::size_t count = skipped ? skipped->count() : 0;
  const char* const noted = dataset.GDALMajorObject::GetMetadataItem(kSkippedItems);
  if (count == 0 || (noted && std::to_string(count) == noted)) return static_cast<int>(count);
  dataset.GDALMajorObject::SetMetadataItem(kSkippedItems, std::to_string(count).c_str());
  dataset.GDALMajorObject::SetMetadataItem("STACVRT_INCOMPLETE", "YES");
  CPLStringList items;
  for (const cube::SkippedItems::Entry& item : skipped->entries())
    items.AddString((item.id + "=" + item.reason).c_str());
  dataset.GDALMajorObject::SetMetadata(items.List(), "STACVRT_SKIPPED");
  return static_cast<int>(count);
}

void add_band_metadata(GDALRasterBand& band, const cube::Engine& engine, const cube::ViewBand& view_band) {
  const cube::Plan& plan = engine.plan();
  const cube::Window& window = plan.windows[static_cast<std::size_t>(view_band.window)];
  const cube::OutputPlan& output = plan.outputs[static_cast<std::size_t>(view_band.output)];
  set(band, "OUTPUT", output.name);
  set(band, "REDUCER", std::string(output.reducer->name));
  set(band, "WINDOW_START", stac::format_instant(window.span.begin));
  set(band, "WINDOW_END", stac::format_instant(window.span.end));
  set(band, "OBSERVATIONS", std::to_string(window.observations.size()));
}

std::vector<std::string> local_inputs(const Opened& opened) {
  std::vector<std::string> files;
  std::set<std::string> seen;
  const auto add = [&](const std::string& file) {
    if (!stac::is_remote(file) && seen.insert(file).second) files.push_back(file);
  };
  for (const std::string& document : opened.documents) add(document);
  for (const cube::ItemPlan& item : opened.engine->plan().items) {
    for (const auto& band : item.bands)
      if (band && !band->tiles) add(band->path);
    for (const cube::MaskPlan& mask : item.masks)
      if (!mask.source.tiles) add(mask.source.path);
  }
  return files;
}

}  // namespace stacvrt::driver
