// SPDX-License-Identifier: MIT
// What the kernels achieve beside what this machine can: peaks and kernels in turn, one thread, one instruction set
// after another, as Markdown. The fastest of all rounds counts, for peaks and kernels alike.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/peaks.h"
#include "bench/roofline_kernels.h"
#include "kernels/target.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::bench;

constexpr std::size_t kMemoryFloats = std::size_t{1} << 27;  // 512 MiB
constexpr std::size_t kCacheFloats = std::size_t{1} << 16;   // 256 KiB

/// The greatest rates of one instruction set that were seen, in operations or bytes a second.
class Peaks {
 public:
  explicit Peaks(const AlignedArray<float>& memory) : m_memory(memory.get()) {}

  void measure() {
    constexpr std::size_t kRounds = std::size_t{1} << 19;
    take(multiply_add, [] { return multiply_add_float(kRounds); });
    take(exchange32, [] { return exchange_float(kRounds); });
    take(exchange16, [] { return exchange_uint16(kRounds); });
    take(cache_read, [&] { return in_cache([&] { read_floats(m_memory, kCacheFloats); }); });
    take(cache_copy,
         [&] { return in_cache([&] { copy_floats(m_memory, m_memory + kCacheFloats / 2, kCacheFloats / 2); }); });
    take(cache_update, [&] { return 2 * in_cache([&] { update_floats(m_memory, kCacheFloats); }); });
    take(memory_read, [&] {
      read_floats(m_memory, kMemoryFloats);
      return kMemoryFloats * sizeof(float);
    });
    take(memory_copy, [&] {
      copy_floats(m_memory, m_memory + kMemoryFloats / 2, kMemoryFloats / 2);
      return kMemoryFloats * sizeof(float);
    });
    take(memory_update, [&] {
      update_floats(m_memory, kMemoryFloats);
      return 2 * kMemoryFloats * sizeof(float);
    });
  }

  double multiply_add = 0;
  double exchange32 = 0;
  double exchange16 = 0;
  double cache_read = 0;
  double cache_copy = 0;
  double cache_update = 0;
  double memory_read = 0;
  double memory_copy = 0;
  double memory_update = 0;

 private:
  template <typename Function>
  static void take(double& greatest, const Function& function) {
    std::size_t amount = 0;
    const double seconds = seconds_of([&] { amount = function(); });
    greatest = std::max(greatest, static_cast<double>(amount) / seconds);
  }
  template <typename Function>
  static std::size_t in_cache(const Function& function) {
    constexpr std::size_t kTimes = 64;
    for (std::size_t i = 0; i < kTimes; ++i) function();
    return kTimes * kCacheFloats * sizeof(float);
  }

  float* m_memory;
};

double bandwidth(const Peaks& peaks, Traffic traffic) {
  switch (traffic) {
    case Traffic::kReadCache:
      return peaks.cache_read;
    case Traffic::kUpdateCache:
      return peaks.cache_update;
    case Traffic::kReadMemory:
      return peaks.memory_read;
    case Traffic::kUpdateMemory:
      return peaks.memory_update;
  }
  return 0;
}

/// Bytes that must come and go through the level where the data lie: small results stay nearer.
double bytes_of(const Measured& kernel) {
  const bool updates = kernel.traffic == Traffic::kUpdateCache || kernel.traffic == Traffic::kUpdateMemory;
  return kernel.work.read + (updates ? kernel.work.written : 0);
}

/// "-" where there is nothing to say.
std::string number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return value == 0 ? "-" : text;
}

/// The roof: what is slower at its peak, arithmetic (multiply-adds, then comparisons) or traffic.
void print_row(const Peaks& peaks, const Measured& kernel) {
  const Work& work = kernel.work;
  const double compare_peak = kernel.compares_uint16 ? peaks.exchange16 : peaks.exchange32;
  const double arithmetic_s = work.flop / peaks.multiply_add + work.compare / compare_peak;
  const double traffic_s = bytes_of(kernel) / bandwidth(peaks, kernel.traffic);
  const std::string roof = number(100 * std::max(arithmetic_s, traffic_s) / kernel.best_s, 0);
  const double each = 1 / kernel.pixel_dates;
  const double giga = 1e-9 / kernel.best_s;
  const std::string cells[] = {kernel.name,
                               number(work.flop * each, 0),
                               number(work.compare * each, 0),
                               number(work.read * each, 1) + " + " + number(work.written * each, 1),
                               number((work.flop + work.compare) / bytes_of(kernel), 1),
                               number(kernel.best_s * 1e9 * each, 2),
                               number(work.flop * giga, 1),
                               number(work.compare * giga, 1),
                               number(bytes_of(kernel) * giga, 1),
                               roof + (arithmetic_s > traffic_s ? " arithmetic" : " bytes")};
  for (const std::string& cell : cells) std::printf("| %s ", cell.c_str());
  std::printf("|\n");
}

void print(const std::string& target, const Peaks& peaks, const std::vector<Measured>& kernels) {
  std::printf(
      "**%s**: multiply-add %.0f GFLOP/s; minima and maxima %.0f (Float32) and %.0f (UInt16) Gop/s; GB/s in L2 %.0f "
      "read, "
      "%.0f copied, %.0f updated, in memory %.1f, %.1f, %.1f.\n\n",
      target.c_str(), peaks.multiply_add * 1e-9, peaks.exchange32 * 1e-9, peaks.exchange16 * 1e-9,
      peaks.cache_read * 1e-9, peaks.cache_copy * 1e-9, peaks.cache_update * 1e-9, peaks.memory_read * 1e-9,
      peaks.memory_copy * 1e-9, peaks.memory_update * 1e-9);
  std::printf(
      "| kernel | FLOP | min, max | bytes read + written | operations / byte | ns | GFLOP/s | min, max Gop/s | GB/s "
      "| %% of roof |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Measured& kernel : kernels) print_row(peaks, kernel);
  std::printf("\n");
  for (const Measured& kernel : kernels) {
    if (!kernel.note.empty()) std::printf("- %s.\n", kernel.note.c_str());
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  if (argc > 2 || rounds < 1) {
    std::fprintf(stderr, "usage: bench_roofline [rounds]\n");
    return 2;
  }
  const AlignedArray<float> memory(kMemoryFloats);
  for (const std::string& target : kernels::available_targets()) {
    kernels::pin_target(target);
    Peaks peaks(memory);
    std::vector<Measured> kernels = measured_kernels();
    for (int round = 0; round < rounds; ++round) {
      peaks.measure();
      for (Measured& kernel : kernels) kernel.best_s = std::min(kernel.best_s, kernel.run());
    }
    print(target, peaks, kernels);
    std::fflush(stdout);
  }
  return 0;
}
