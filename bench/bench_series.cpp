// SPDX-License-Identifier: MIT
// The two C++ sides of bench_series.py: decoding every source block once with GDAL and nothing else, and reading a
// dataset whole as a program would. Prints nothing but a checksum; the caller measures the process.
#include <gdal_priv.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using Bytes = std::vector<unsigned char>;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench_series: %s: %s\n", what.c_str(), CPLGetLastErrorMsg());
  std::exit(1);
}

// Something that depends on every value, so that no read can be left out.
std::uint64_t sum_of(const Bytes& bytes, std::size_t size) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 8 <= size; i += 64) sum += *reinterpret_cast<const std::uint64_t*>(&bytes[i]);
  return sum;
}

// All bands of a file, a row of blocks at a time; several bands are asked for together.
std::uint64_t read_whole(const char* name, int rows_at_once) {
  const GDALDatasetUniquePtr dataset(GDALDataset::Open(name, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR));
  if (!dataset) fail(name);
  const int width = dataset->GetRasterXSize(), height = dataset->GetRasterYSize(), bands = dataset->GetRasterCount();
  GDALRasterBand* first = dataset->GetRasterBand(1);
  int block_width = 0, block_height = 0;
  first->GetBlockSize(&block_width, &block_height);
  const int rows = rows_at_once > 0 ? rows_at_once : block_height;
  const GDALDataType type = first->GetRasterDataType();
  const auto row_bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(GDALGetDataTypeSizeBytes(type));
  Bytes buffer(row_bytes * static_cast<std::size_t>(rows) * static_cast<std::size_t>(bands));
  std::uint64_t sum = 0;
  for (int top = 0; top < height; top += rows) {
    const int count = std::min(rows, height - top);
    if (dataset->RasterIO(GF_Read, 0, top, width, count, buffer.data(), width, count, type, bands, nullptr, 0, 0, 0,
                          nullptr) != CE_None)
      fail(name);
    sum += sum_of(buffer, row_bytes * static_cast<std::size_t>(count) * static_cast<std::size_t>(bands));
  }
  return sum;
}

std::uint64_t decode(int threads, const std::vector<const char*>& files) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> sum{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i)
    workers.emplace_back([&] {
      for (std::size_t k = next++; k < files.size(); k = next++) sum += read_whole(files[k], 0);
    });
  for (std::thread& worker : workers) worker.join();
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  GDALAllRegister();
  const std::string mode = argc > 2 ? argv[1] : "";
  std::uint64_t sum = 0;
  if (mode == "decode" && argc > 3) {
    sum = decode(std::atoi(argv[2]), {argv + 3, argv + argc});
  } else if (mode == "read") {
    sum = read_whole(argv[2], argc > 3 ? std::atoi(argv[3]) : 512);
  } else {
    std::fprintf(stderr, "usage: bench_series decode THREADS FILE...\n       bench_series read DATASET [ROWS]\n");
    return 2;
  }
  std::printf("%016llx\n", static_cast<unsigned long long>(sum));
  GDALDestroyDriverManager();
  return 0;
}
