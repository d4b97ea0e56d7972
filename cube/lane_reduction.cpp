// SPDX-License-Identifier: MIT
#include "cube/lane_reduction.h"

#include <algorithm>

#include "cube/buffer_memory.h"
#include "kernels/pack.h"

namespace stacvrt::cube {

namespace {

using kernels::kLanes;

constexpr std::size_t kGroupsPerTask = 64;

// What reducing one set of bands needs, the same for all groups.
struct SetJob {
  const SetPlan* set = nullptr;
  std::vector<kernels::ObservationPlanes> observations;  // those with anything valid
  const std::vector<ObservationSlot>* slots = nullptr;
  std::vector<double> scale, offset;  // per band of the set
  struct Output {
    const OutputPlan* plan = nullptr;
    std::vector<OutputRule> rules;
    int first_slot = 0;  // among the tile's bands
  };
  std::vector<Output> outputs;
  bool needs_totals = false;
  std::size_t result_bands = 0;  // most of any output
};

std::vector<SetJob> jobs_of(const Plan& plan, const View& view, const std::vector<int>& sets,
                            const ObservationStore& store) {
  std::vector<SetJob> jobs(sets.size());
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SetJob& job = jobs[s];
    job.set = &plan.sets[static_cast<std::size_t>(sets[s])];
    job.slots = &store.slots[s];
    for (const ObservationSlot& slot : store.slots[s])
      if (!slot.values.empty()) job.observations.push_back(slot.planes());
    for (const int band : job.set->bands) {
      job.scale.push_back(plan.bands[static_cast<std::size_t>(band)].scale);
      job.offset.push_back(plan.bands[static_cast<std::size_t>(band)].offset);
    }
  }
  int slot = 0;
  for (const int index : view.outputs) {
    const OutputPlan& output = plan.outputs[static_cast<std::size_t>(index)];
    const auto at = std::find(sets.begin(), sets.end(), output.set) - sets.begin();
    SetJob& job = jobs[static_cast<std::size_t>(at)];
    SetJob::Output entry{&output, {}, slot};
    for (const OutputBand& band : output.bands) entry.rules.push_back(output_rule(view, output, band));
    slot += static_cast<int>(output.bands.size());
    job.needs_totals = job.needs_totals || output.reducer->needs_totals;
    job.result_bands = std::max(job.result_bands, output.bands.size());
    job.outputs.push_back(std::move(entry));
  }
  return jobs;
}

// One thread's memory for one set.
struct Scratch {
  explicit Scratch(const SetJob& job)
      : workspace(static_cast<std::uint32_t>(std::max<std::size_t>(job.observations.size(), 1)),
                  static_cast<std::uint32_t>(job.set->bands.size())),
        samples(std::max<std::size_t>(job.observations.size(), 1) * job.set->bands.size() * kLanes *
                kernels::lane_size(job.set->lane)),
        results(job.result_bands * kLanes * sizeof(double)) {}

  kernels::Workspace workspace;
  Bytes samples;
  Bytes results;
  alignas(kernels::kAlignment) std::uint32_t counts[kLanes] = {};
  alignas(kernels::kAlignment) std::uint32_t totals[kLanes] = {};
};

void count_totals(const SetJob& job, std::size_t first, std::size_t count, std::uint32_t* totals) {
  std::fill_n(totals, kLanes, 0U);
  for (const ObservationSlot& slot : *job.slots)
    if (!slot.covered.empty())
      for (std::size_t i = 0; i < count; ++i) totals[i] += slot.covered[first + i];
}

void reduce_group(const SetJob& job, std::size_t first, std::size_t count, std::size_t band_stride,
                  std::size_t tile_offset, Scratch& scratch, Tile& tile) {
  kernels::LaneGroup group;
  group.samples = scratch.samples.data();
  group.type = job.set->lane;
  group.counts = scratch.counts;
  group.bands = static_cast<std::uint32_t>(job.set->bands.size());
  group.slots =
      kernels::pack_lanes(job.set->lane, job.observations.data(), job.observations.size(), job.set->bands.size(),
                          band_stride, first, count, scratch.samples.data(), scratch.counts);
  if (job.needs_totals) {
    count_totals(job, first, count, scratch.totals);
    group.totals = scratch.totals;
  }
  scratch.workspace.begin_group();
  const kernels::Physical physical{job.scale.data(), job.offset.data()};
  auto* results = reinterpret_cast<double*>(scratch.results.data());
  const auto plane_bytes = tile.area.pixels() * tile.pixel_bytes;
  for (const SetJob::Output& output : job.outputs) {
    kernels::ReduceArguments arguments{group, physical};
    arguments.p = output.plan->p.data();
    arguments.p_count = static_cast<std::uint32_t>(output.plan->p.size());
    arguments.epsilon = output.plan->epsilon;
    output.plan->reducer->function(arguments, scratch.workspace, results);
    for (std::size_t band = 0; band < output.rules.size(); ++band)
      write_results(output.rules[band], results + band * kLanes, count,
                    tile.values.data() + (static_cast<std::size_t>(output.first_slot) + band) * plane_bytes,
                    tile_offset + first);
  }
}

}  // namespace

void reduce_strip(const Plan& plan, const View& view, const std::vector<int>& sets, const ObservationStore& store,
                  std::size_t pixels, std::int64_t first_row, Tile& tile, ThreadPool& pool,
                  const RequestContext& context) {
  const std::vector<SetJob> jobs = jobs_of(plan, view, sets, store);
  const std::size_t groups = (pixels + kLanes - 1) / kLanes;
  const std::size_t tasks = (groups + kGroupsPerTask - 1) / kGroupsPerTask;
  const auto tile_offset = static_cast<std::size_t>(first_row * tile.area.width_px);
  pool.parallel_for(tasks, context, [&](std::size_t task) {
    for (const SetJob& job : jobs) {
      if (job.outputs.empty()) continue;
      Scratch scratch(job);
      const std::size_t end = std::min(groups, (task + 1) * kGroupsPerTask);
      for (std::size_t group = task * kGroupsPerTask; group < end; ++group) {
        const std::size_t first = group * kLanes;
        reduce_group(job, first, std::min(kLanes, pixels - first), pixels, tile_offset, scratch, tile);
      }
    }
  });
}

}  // namespace stacvrt::cube
