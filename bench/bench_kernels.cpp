// SPDX-License-Identifier: MIT
// Geomedian, MADs and medians against scalar references, on every instruction set that this CPU runs. The program first
// verifies the results that it is about to time and ends in failure where a tolerance of the design does not hold; last
// it prints the ratios, from the medians of one run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "bench/bench_series.h"
#include "bench/reference_weiszfeld.h"
#include "kernels/geomedian_reference.h"
#include "kernels/reducer.h"
#include "kernels/target.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::bench;
using kernels::kLanes;

template <typename T>
const Series<T>& series(std::size_t dates = kDates) {
  static const Series<T> all(kDates);
  static const Series<T> few(kFewDates);
  return dates == kDates ? all : few;
}

/// Runs reducers on the groups of a series.
template <typename T>
class Runner {
 public:
  explicit Runner(std::size_t dates = kDates) : m_series(series<T>(dates)), m_workspace(kDates, kBands) {}
  void begin() { m_workspace.begin_group(); }
  const double* run(const char* reducer, std::size_t g) {
    const kernels::LaneGroup group = m_series.group(g);
    const kernels::Physical physical = {kScales, kOffsets};
    kernels::find_reducer(reducer)->function({group, physical, nullptr, 0, kEpsilon, 1000}, m_workspace, m_out);
    return m_out;
  }

 private:
  const Series<T>& m_series;
  kernels::Workspace m_workspace;
  alignas(kernels::kAlignment) double m_out[kBands * kLanes] = {};
};

// ---- verification

struct Tolerances {
  double excess = 0;
  std::size_t moved = 0;
  double mads[3] = {};
  double median = 0;
};

void judge_pixel(const Series<std::uint16_t>& series16, std::size_t pixel, const double* geomedian, const double* mads,
                 Tolerances& worst) {
  const std::size_t count = series16.count(pixel);
  kernels::reference::Samples samples(count, std::vector<double>(kBands));
  std::vector<double> y(kBands);
  for (std::size_t b = 0; b < kBands; ++b) {
    for (std::size_t k = 0; k < count; ++k) samples[k][b] = series16.packed(pixel)[b * count + k];
    y[b] = geomedian[b * kLanes];
  }
  const std::vector<double> best = kernels::reference::geomedian(samples);
  double square = 0;
  for (std::size_t b = 0; b < kBands; ++b) square += (y[b] - best[b]) * (y[b] - best[b]);
  const double excess = kernels::reference::objective(samples, y) / kernels::reference::objective(samples, best) - 1;
  worst.excess = std::max(worst.excess, excess);
  worst.moved += !(square <= 0.1 * 0.1);
  const auto expected = kernels::reference::mads(samples, best);
  for (std::size_t m = 0; m < 3; ++m) {
    worst.mads[m] = std::max(worst.mads[m], std::abs(mads[m * kLanes] - expected[m]));
  }
}

template <typename T>
double worst_median(Runner<T>& runner) {
  double worst = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    runner.begin();
    const double* const out = runner.run("median", g);
    for (std::size_t i = 0; i < kBands * kLanes; ++i) {
      const std::size_t pixel = g * kLanes + i % kLanes;
      const auto begin =
          series<T>().packed(pixel).begin() + static_cast<std::ptrdiff_t>(i / kLanes * series<T>().count(pixel));
      std::vector<T> values(begin, begin + static_cast<std::ptrdiff_t>(series<T>().count(pixel)));
      worst = std::max(worst, std::abs(out[i] - reference_median(values)));
    }
  }
  return worst;
}

void judge_series(std::size_t dates, Tolerances& worst) {
  Runner<std::uint16_t> runner(dates);
  for (std::size_t g = 0; g < kGroups; ++g) {
    runner.begin();
    double geomedian[kBands * kLanes];
    std::copy_n(runner.run("geomedian", g), kBands * kLanes, geomedian);
    const double* const mads = runner.run("mad", g);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      judge_pixel(series<std::uint16_t>(dates), g * kLanes + lane, geomedian + lane, mads + lane, worst);
    }
  }
}

/// Prints what was found under the instruction set in use; whether all tolerances hold.
bool verify(const std::string& target) {
  Tolerances worst;
  judge_series(kDates, worst);
  judge_series(kFewDates, worst);
  Runner<std::uint16_t> runner;
  Runner<float> floats;
  worst.median = std::max(worst_median(floats), worst_median(runner));
  const bool good = worst.excess <= 1e-6 && static_cast<double>(worst.moved) <= 1e-3 * 2 * kPixels &&
                    worst.mads[0] <= 2e-5 && worst.mads[1] <= 0.1 && worst.mads[2] <= 2e-5 && worst.median == 0;
  std::printf(
      "%-8s objective excess %.2g (1e-6), farther than 0.1 DN %zu of %zu (1e-3), SMAD %.2g (2e-5), "
      "EMAD %.2g (0.1), BCMAD %.2g (2e-5), median %.2g (0): %s\n",
      target.c_str(), worst.excess, worst.moved, 2 * kPixels, worst.mads[0], worst.mads[1], worst.mads[2], worst.median,
      good ? "ok" : "OUT OF TOLERANCE");
  return good;
}

// ---- what is timed; one iteration = all pixels of the series

void report(benchmark::State& state, std::size_t dates = kDates) {
  state.counters["ns/px/date"] =
      benchmark::Counter(static_cast<double>(kPixels * dates) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <typename T>
void time_reducer(benchmark::State& state, const std::string& target, const char* reducer, std::size_t dates = kDates) {
  kernels::pin_target(target);
  Runner<T> runner(dates);
  for (auto _ : state) {
    for (std::size_t g = 0; g < kGroups; ++g) {
      runner.begin();
      benchmark::DoNotOptimize(*runner.run(reducer, g));
    }
  }
  report(state, dates);
}

/// What a recipe with both outputs costs: the MADs find the geomedian there already.
void time_geomedian_and_mads(benchmark::State& state, const std::string& target) {
  kernels::pin_target(target);
  Runner<std::uint16_t> runner;
  for (auto _ : state) {
    for (std::size_t g = 0; g < kGroups; ++g) {
      runner.begin();
      benchmark::DoNotOptimize(*runner.run("geomedian", g));
      benchmark::DoNotOptimize(*runner.run("mad", g));
    }
  }
  report(state);
}

void time_reference_geomedian(benchmark::State& state, std::size_t dates) {
  std::vector<std::vector<float>> pixels;
  for (std::size_t p = 0; p < kPixels; ++p) {
    const auto& dn = series<std::uint16_t>(dates).packed(p);
    for (pixels.emplace_back(); pixels.back().size() < dn.size();) {
      pixels.back().push_back(static_cast<float>(dn[pixels.back().size()] * kScale));
    }
  }
  std::vector<float> scratch;
  for (auto _ : state) {
    for (const auto& pixel : pixels) {
      float y[kBands];
      reference_weiszfeld(pixel.data(), kBands, pixel.size() / kBands, static_cast<float>(kEpsilon), 1000, scratch, y);
      benchmark::DoNotOptimize(y);
    }
  }
  report(state, dates);
}

template <typename T>
void time_reference_median(benchmark::State& state) {
  std::vector<T> values;
  for (auto _ : state) {
    for (std::size_t p = 0; p < kPixels; ++p) {
      const auto count = static_cast<std::ptrdiff_t>(series<T>().count(p));
      for (std::ptrdiff_t b = 0; b < static_cast<std::ptrdiff_t>(kBands); ++b) {
        const auto begin = series<T>().packed(p).begin() + b * count;
        values.assign(begin, begin + count);
        benchmark::DoNotOptimize(reference_median(values));
      }
    }
  }
  report(state);
}

// ---- ratios

/// Prints as usual and keeps the median CPU time of each benchmark: neighbours on the machine disturb it least.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Aggregate && run.aggregate_name == "median") {
        m_times[run.run_name.function_name] = run.GetAdjustedCPUTime();
      }
    }
  }
  void print_ratios() const {
    std::printf("\nmedians of this run   geomedian x   10 dates x   MADs/geomedian   median f32 x   median u16 x\n");
    for (const std::string& target : kernels::available_targets()) {
      std::printf("%-20s %12.1f %12.1f %16.2f %14.1f %14.1f\n", target.c_str(),
                  ratio("reference/geomedian", "geomedian/" + target),
                  ratio("reference/geomedian_10", "geomedian_10/" + target),
                  ratio("geomedian+mads/" + target, "geomedian/" + target) - 1,
                  ratio("reference/median_f32", "median_f32/" + target),
                  ratio("reference/median_u16", "median_u16/" + target));
    }
  }

 private:
  [[nodiscard]] double ratio(const std::string& a, const std::string& b) const {
    const auto slow = m_times.find(a);
    const auto fast = m_times.find(b);
    return slow == m_times.end() || fast == m_times.end() ? std::nan("") : slow->second / fast->second;
  }
  std::map<std::string, double> m_times;
};

template <typename Function>
void add(const std::string& name, const Function& function) {
  benchmark::RegisterBenchmark(name.c_str(), function)->Unit(benchmark::kMicrosecond);
}

void add_benchmarks() {
  add("reference/geomedian", [](benchmark::State& state) { time_reference_geomedian(state, kDates); });
  add("reference/geomedian_10", [](benchmark::State& state) { time_reference_geomedian(state, kFewDates); });
  add("reference/median_f32", &time_reference_median<float>);
  add("reference/median_u16", &time_reference_median<std::uint16_t>);
  for (const std::string& target : kernels::available_targets()) {
    add("geomedian/" + target,
        [target](benchmark::State& state) { time_reducer<std::uint16_t>(state, target, "geomedian"); });
    add("geomedian_10/" + target,
        [target](benchmark::State& state) { time_reducer<std::uint16_t>(state, target, "geomedian", kFewDates); });
    add("geomedian+mads/" + target, [target](benchmark::State& state) { time_geomedian_and_mads(state, target); });
    add("median_f32/" + target, [target](benchmark::State& state) { time_reducer<float>(state, target, "median"); });
    add("median_u16/" + target,
        [target](benchmark::State& state) { time_reducer<std::uint16_t>(state, target, "median"); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  bool good = true;
  for (const std::string& target : kernels::available_targets()) {
    kernels::pin_target(target);
    good = verify(target) && good;
  }
  if (!good) {
    std::fprintf(stderr, "bench_kernels: results are out of tolerance, nothing is timed\n");
    return 1;
  }
  add_benchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_ratios();
  benchmark::Shutdown();
  return 0;
}
