// SPDX-License-Identifier: MIT
// The two C++ sides of bench_series.py: decoding every source block once with GDAL and nothing else, and reading a
// dataset as a program would, whole or one window of it. Prints lines "name value"; the caller measures the process.
#include <gdal_priv.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr const char* kUsage =
    "usage: bench_series decode [--window X Y WIDTH HEIGHT] THREADS FILE...\n"
    "       bench_series read [--window X Y WIDTH HEIGHT] [--oo KEY=VALUE]... DATASET\n";
constexpr int kRowsAtOnce = 512;

struct Window {
  int x = 0, y = 0, width = 0, height = 0;
};

struct Arguments {
  std::string mode;
  std::optional<Window> window;
  CPLStringList open_options;
  std::vector<std::string> names;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench_series: %s: %s\n", what.c_str(), CPLGetLastErrorMsg());
  std::exit(1);
}

[[noreturn]] void show_usage() {
  std::fputs(kUsage, stderr);
  std::exit(2);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc < 3) show_usage();
  arguments.mode = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--window" && i + 4 < argc) {
      arguments.window = {std::atoi(argv[i + 1]), std::atoi(argv[i + 2]), std::atoi(argv[i + 3]),
                          std::atoi(argv[i + 4])};
      i += 4;
    } else if (word == "--oo" && i + 1 < argc) {
      arguments.open_options.AddString(argv[++i]);
    } else {
      arguments.names.push_back(word);
    }
  }
  return arguments;
}

GDALDatasetUniquePtr open(const std::string& name, CSLConstList open_options = nullptr) {
  GDALDatasetUniquePtr dataset(
      GDALDataset::Open(name.c_str(), GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, nullptr, open_options));
  if (!dataset) fail(name);
  return dataset;
}

// All bands of a window, `rows` at a time, in the type of the first band. `take` gets each piece as 64-bit words.
template <typename Take>
void read_pieces(GDALDataset& dataset, const Window& window, int rows, const Take& take) {
  const GDALDataType type = dataset.GetRasterBand(1)->GetRasterDataType();
  const auto row_bytes = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(dataset.GetRasterCount()) *
                         static_cast<std::size_t>(GDALGetDataTypeSizeBytes(type));
  std::vector<std::uint64_t> words((row_bytes * static_cast<std::size_t>(rows) + 7) / 8);
  for (int top = window.y; top < window.y + window.height; top += rows) {
    const int count = std::min(rows, window.y + window.height - top);
    if (dataset.RasterIO(GF_Read, window.x, top, window.width, count, words.data(), window.width, count, type,
                         dataset.GetRasterCount(), nullptr, 0, 0, 0, nullptr) != CE_None)
      fail(dataset.GetDescription());
    take(words.data(), row_bytes * static_cast<std::size_t>(count) / 8);
  }
}

// A window grown to whole blocks: they are decoded whole anyway. Without a window, the raster.
Window whole_blocks(GDALDataset& dataset, const std::optional<Window>& wanted, int block_width, int block_height) {
  const int width = dataset.GetRasterXSize(), height = dataset.GetRasterYSize();
  if (!wanted) return {0, 0, width, height};
  const int left = wanted->x / block_width * block_width, top = wanted->y / block_height * block_height;
  const auto end = [](int at, int block, int size) { return std::min((at + block - 1) / block * block, size); };
  return {left, top, end(wanted->x + wanted->width, block_width, width) - left,
          end(wanted->y + wanted->height, block_height, height) - top};
}

// Every file by one thread, a row of blocks at a time. A few values are looked at, so that no read can be left out.
void decode(int threads, const Arguments& arguments) {
  std::atomic<std::size_t> next{1};
  std::atomic<std::uint64_t> sum{0}, blocks{0};
  const auto work = [&] {
    for (std::size_t k = next++; k < arguments.names.size(); k = next++) {
      const GDALDatasetUniquePtr dataset = open(arguments.names[k]);
      int width = 0, height = 0;
      dataset->GetRasterBand(1)->GetBlockSize(&width, &height);
      const Window window = whole_blocks(*dataset, arguments.window, width, height);
      read_pieces(*dataset, window, height, [&](const std::uint64_t* words, std::size_t count) {
        for (std::size_t i = 0; i < count; i += 64) sum += words[i];
      });
      blocks +=
          static_cast<std::uint64_t>(((window.width + width - 1) / width) * ((window.height + height - 1) / height));
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  std::printf("checksum %016llx\nblocks %llu\n", static_cast<unsigned long long>(sum.load()),
              static_cast<unsigned long long>(blocks.load()));
}

// A checksum of all values and of where they stand; what our driver says of itself, where it is the one that read.
void read(const Arguments& arguments) {
  const GDALDatasetUniquePtr dataset = open(arguments.names[0], arguments.open_options.List());
  const Window window = arguments.window.value_or(Window{0, 0, dataset->GetRasterXSize(), dataset->GetRasterYSize()});
  std::uint64_t sum = 0, at = 1;
  read_pieces(*dataset, window, kRowsAtOnce, [&](const std::uint64_t* words, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, at += 2) sum += words[i] * at;
  });
  std::printf("checksum %016llx\n", static_cast<unsigned long long>(sum));
  if (const char* blocks = dataset->GetMetadataItem("BLOCKS_DECODED", "STACVRT_STATISTICS"))
    std::printf("blocks %s\n", blocks);
  if (const char* budget = dataset->GetMetadataItem("MEMORY_BUDGET", "STACVRT"))
    std::printf("budget_bytes %s\n", budget);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  GDALAllRegister();
  const auto begin = std::chrono::steady_clock::now();
  if (arguments.mode == "decode" && arguments.names.size() > 1) {
    decode(std::max(1, std::atoi(arguments.names[0].c_str())), arguments);
  } else if (arguments.mode == "read" && arguments.names.size() == 1) {
    read(arguments);
  } else {
    show_usage();
  }
  // Without the start of the process, which a window's time would be lost in.
  std::printf("seconds %.6f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  GDALDestroyDriverManager();
  return 0;
}
