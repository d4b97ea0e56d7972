// SPDX-License-Identifier: MIT
// How much memory the items of a document take once they are parsed, and how long parsing takes: bench_items FILE.
#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "stac/catalogue.h"

namespace {

double allocated_bytes() {
  malloc_trim(0);
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench_items FILE\n", stderr);
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    const double before = allocated_bytes();
    const auto begin = std::chrono::steady_clock::now();
    const auto items = stacvrt::stac::parse_items(text, argv[1]).items;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    const auto count = static_cast<double>(items.size());
    std::printf("items %zu\nbytes_of_text %.0f\nbytes_of_memory %.0f\nmilliseconds %.1f\n", items.size(),
                static_cast<double>(text.size()) / count, (allocated_bytes() - before) / count, took.count());
  } catch (const stacvrt::Error& error) {
    std::fprintf(stderr, "bench_items: %s\n", error.what());
    return 1;
  }
  return 0;
}
