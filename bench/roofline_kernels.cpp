// SPDX-License-Identifier: MIT
// Runs and counts. Lane groups are those of bench_kernels; planes for packing are a strip of 512 x 2048 pixels, much
// larger than caches, or its first pixels again and again.
#include "bench/roofline_kernels.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>

#include "bench/bench_series.h"
#include "bench/peaks.h"
#include "kernels/pack.h"
#include "kernels/predictor.h"
#include "kernels/reducer.h"

namespace stacvrt::bench {
namespace {

using kernels::kLanes;

constexpr std::size_t kRepeats = 8;

template <typename T>
const Series<T>& series(std::size_t dates) {
  static const Series<T> all(kDates);
  static const Series<T> few(kFewDates);
  return dates == kDates ? all : few;
}

std::uint32_t most(const std::uint32_t* counts, std::size_t lanes) {
  return *std::max_element(counts, counts + lanes);
}

// ---- reducers

class Reduction {
 public:
  Reduction() : m_workspace(kDates, kBands) {}
  void begin() { m_workspace.begin_group(); }
  void run(const char* reducer, const kernels::LaneGroup& group) {
    const kernels::Physical physical = {kScales, kOffsets};
    kernels::find_reducer(reducer)->function({group, physical, nullptr, 0, kEpsilon, 1000}, m_workspace, m_out);
  }

 private:
  kernels::Workspace m_workspace;
  alignas(kernels::kAlignment) double m_out[kBands * kLanes] = {};
};

template <typename T>
double time_reducer(const char* reducer, std::size_t dates) {
  Reduction reduction;
  return seconds_of([&] {
           for (std::size_t i = 0; i < kRepeats * kGroups; ++i) {
             reduction.begin();
             reduction.run(reducer, series<T>(dates).group(i % kGroups));
           }
         }) /
         kRepeats;
}

/// Without the geomedian that they begin with: they find it there already.
double time_mads() {
  Reduction reduction;
  double seconds = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    const kernels::LaneGroup group = series<std::uint16_t>(kDates).group(g);
    reduction.begin();
    reduction.run("geomedian", group);
    seconds += seconds_of([&] {
      for (std::size_t i = 0; i < 4 * kRepeats; ++i) reduction.run("mad", group);
    });
  }
  return seconds / (4 * kRepeats);
}

/// Bytes of all groups' samples, of `size` bytes each, and counts; of `results` doubles per pixel.
template <typename T>
Work traffic_of_groups(std::size_t dates, std::size_t size, std::size_t results) {
  Work work;
  for (std::size_t g = 0; g < kGroups; ++g) {
    const std::size_t samples = series<T>(dates).group(g).slots * kBands * kLanes;
    work += {0, 0, static_cast<double>(samples * size + kLanes * sizeof(std::uint32_t)),
             static_cast<double>(results * kLanes * sizeof(double))};
  }
  return work;
}

/// Of the vectors of lanes, whose steps are those of their slowest lane, and of each lane by itself.
struct GeomedianWork {
  double parts = 0;
  double plain = 0;
  double newton = 0;
  double sample_tests = 0;
  double left = 0;
  double flop = 0;
  double useful_flop = 0;
};

GeomedianWork count_geomedian(std::size_t dates) {
  GeomedianWork sum;
  const std::size_t lanes = float_lanes();
  for (std::size_t g = 0; g < kGroups; ++g) {
    const kernels::LaneGroup group = series<std::uint16_t>(dates).group(g);
    for (std::size_t first = 0; first < kLanes; first += lanes) {
      const Steps steps = count_steps(group, first, lanes);
      sum.parts += 1;
      sum.plain += steps.plain;
      sum.newton += steps.newton;
      sum.sample_tests += steps.sample_test;
      sum.left += steps.left;
      sum.flop += geomedian_flop(steps, kBands, most(group.counts + first, lanes), lanes);
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sum.useful_flop += geomedian_flop(count_steps(group, lane, 1), kBands, group.counts[lane], 1);
    }
  }
  return sum;
}

Measured geomedian(std::size_t dates) {
  const GeomedianWork counted = count_geomedian(dates);
  Work work = traffic_of_groups<std::uint16_t>(dates, sizeof(std::uint16_t), kBands);
  work.flop = counted.flop;
  char note[256];
  std::snprintf(note, sizeof note,
                "Geomedian, %zu dates: %.2f plain steps, %.2f of Newton's, %.2f tests of a sample per vector of %zu "
                "lanes; %.0f of "
                "%zu pixels go on in double precision; %.0f %% of the FLOP are work that the lane itself wants",
                dates, counted.plain / counted.parts, counted.newton / counted.parts,
                counted.sample_tests / counted.parts, float_lanes(), counted.left, kPixels,
                100 * counted.useful_flop / counted.flop);
  return {"geomedian, " + std::to_string(dates) + " dates",
          Traffic::kReadCache,
          false,
          work,
          static_cast<double>(kPixels * dates),
          [dates] { return time_reducer<std::uint16_t>("geomedian", dates); },
          note};
}

Measured mads() {
  // They read the geomedian's centred samples.
  Work work = traffic_of_groups<std::uint16_t>(kDates, sizeof(float), 3);
  const std::size_t lanes = float_lanes();
  for (std::size_t g = 0; g < kGroups; ++g) {
    const kernels::LaneGroup group = series<std::uint16_t>(kDates).group(g);
    for (std::size_t first = 0; first < kLanes; first += lanes) {
      work.flop += distances_flop(kBands, most(group.counts + first, lanes), lanes);
    }
    work.compare += 3 * median_compare(group.slots);
  }
  return {"three MADs", Traffic::kReadCache, false, work, static_cast<double>(kPixels * kDates), &time_mads, ""};
}

template <typename T>
Measured median(const char* name) {
  Work work = traffic_of_groups<T>(kDates, sizeof(T), kBands);
  for (std::size_t g = 0; g < kGroups; ++g) {
    work.compare += static_cast<double>(kBands) * median_compare(series<T>(kDates).group(g).slots);
  }
  return {name,
          Traffic::kReadCache,
          sizeof(T) == sizeof(std::uint16_t),
          work,
          static_cast<double>(kPixels * kDates),
          [] { return time_reducer<T>("median", kDates); },
          ""};
}

// ---- packing

/// A strip of UInt16 observations: runs of 20 clear and 13 other pixels on average, blobs of some 300 pixels in a row.
class Strip {
 public:
  static constexpr std::size_t kStripPixels = std::size_t{512} * 2048;

  Strip() {
    std::mt19937 random(7);
    for (std::size_t date = 0; date < kDates; ++date) {
      m_values.emplace_back(kBands * kStripPixels);
      m_valid.emplace_back(kStripPixels);
      std::uint8_t* const valid = m_valid.back().get();
      std::size_t pixel = 0;
      for (std::uint8_t clear = 0; pixel < kStripPixels; clear ^= 1) {
        std::geometric_distribution<std::size_t> run(clear != 0 ? 1.0 / 20 : 1.0 / 13);
        const std::size_t end = std::min(kStripPixels, pixel + 1 + run(random));
        std::fill(valid + pixel, valid + end, clear);
        pixel = end;
      }
      m_observations.push_back({m_values.back().get(), valid});
    }
  }

  /// Packs the first `pixels`, one lane group after another, into the same memory, as a thread of the engine does.
  void pack(std::size_t pixels) {
    for (std::size_t first = 0; first < pixels; first += kLanes) {
      kernels::pack_lanes(kernels::LaneType::kUInt16, m_observations.data(), kDates, kBands, kStripPixels, first,
                          kLanes, m_samples.get(), m_counts.get());
    }
  }

  /// Read are flags, and of values the cache lines with a valid pixel: a lane group's of one band is one line. What is
  /// written is packed samples and counts, and stays in the first cache.
  [[nodiscard]] Work work(std::size_t pixels) const {
    Work work;
    for (std::size_t first = 0; first < pixels; first += kLanes) {
      for (const auto& plane : m_valid) {
        const auto* const valid = plane.get() + first;
        const auto count = static_cast<double>(std::count(valid, valid + kLanes, std::uint8_t{1}));
        work.read += static_cast<double>(kLanes) + (count > 0 ? kBands * kLanes * sizeof(std::uint16_t) : 0);
        work.written += count * kBands * sizeof(std::uint16_t);
      }
      work.written += kLanes * sizeof(std::uint32_t);
    }
    return work;
  }

 private:
  std::vector<AlignedArray<std::uint16_t>> m_values;
  std::vector<AlignedArray<std::uint8_t>> m_valid;
  std::vector<kernels::ObservationPlanes> m_observations;
  AlignedArray<std::uint16_t> m_samples{kDates * kBands * kLanes};
  AlignedArray<std::uint32_t> m_counts{kLanes};
};

Measured packing(const char* name, Traffic traffic, std::size_t pixels) {
  static Strip strip;
  const std::size_t repeats = 1 + (std::size_t{1} << 17) / pixels;
  return {name,
          traffic,
          false,
          strip.work(pixels),
          static_cast<double>(pixels * kDates),
          [pixels, repeats] {
            return seconds_of([&] {
                     for (std::size_t i = 0; i < repeats; ++i) strip.pack(pixels);
                   }) /
                   static_cast<double>(repeats);
          },
          ""};
}

// ---- predictor

Measured predictor(const char* name, Traffic traffic, std::size_t rows) {
  constexpr std::size_t kWidth = 512;
  constexpr std::size_t kMostRows = std::size_t{1} << 17;
  static const AlignedArray<std::uint16_t> values(kWidth * kMostRows);
  const std::size_t repeats = 1 + (std::size_t{1} << 12) / rows;
  const auto bytes = static_cast<double>(rows * kWidth * sizeof(std::uint16_t));
  return {name,
          traffic,
          false,
          {0, 0, bytes, bytes},
          static_cast<double>(rows * kWidth),
          [rows, repeats] {
            return seconds_of([&] {
                     for (std::size_t i = 0; i < repeats; ++i) kernels::accumulate_rows(values.get(), kWidth, rows);
                   }) /
                   static_cast<double>(repeats);
          },
          ""};
}

}  // namespace

double seconds_of(const std::function<void()>& function) {
  const auto now = [] {
    std::timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  function();
  return now() - begin;
}

std::vector<Measured> measured_kernels() {
  return {geomedian(kDates),
          geomedian(kFewDates),
          mads(),
          median<std::uint16_t>("medians, UInt16"),
          median<float>("medians, Float32"),
          packing("packing, 25 dates, from memory", Traffic::kReadMemory, Strip::kStripPixels),
          packing("packing, 25 dates, from L2", Traffic::kReadCache, 1024),
          predictor("predictor, from memory", Traffic::kUpdateMemory, std::size_t{1} << 17),
          predictor("predictor, from L2", Traffic::kUpdateCache, 256)};
}

}  // namespace stacvrt::bench
