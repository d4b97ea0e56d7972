// SPDX-License-Identifier: MIT
// Sizes, threads and trust from configuration and open options, and messages that name the option at fault.
#include <algorithm>
#include <vector>

#include "cube/thread_pool.h"
#include "driver/gdal_compat.h"
#include "driver/settings.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::testing::thrown_by;

namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

// A configuration option for the length of a test, in this thread only.
CPLConfigOptionSetter with(const char* name, const char* value) {
  return {name, value, false};
}

std::size_t usable_ram() {
  return static_cast<std::size_t>(CPLGetUsablePhysicalRAM());
}

}  // namespace

TEST_CASE("Sizes have units of 1024, in any letter case and with spaces", "[driver]") {
  CHECK(parse_bytes("1048577", "X") == kMegabyte + 1);
  CHECK(parse_bytes("17B", "X") == 17);
  CHECK(parse_bytes("3kb", "X") == 3 * 1024);
  CHECK(parse_bytes("3K", "X") == 3 * 1024);
  CHECK(parse_bytes("512MB", "X") == 512 * kMegabyte);
  CHECK(parse_bytes("512 mb", "X") == 512 * kMegabyte);
  CHECK(parse_bytes("2m", "X") == 2 * kMegabyte);
  CHECK(parse_bytes("4GB", "X") == 4096 * kMegabyte);
  CHECK(parse_bytes("1.5 G", "X") == 1536 * kMegabyte);
  CHECK(parse_bytes("0.5KB", "X") == 512);
}

TEST_CASE("A percentage is one of the machine's RAM", "[driver]") {
  CHECK(parse_bytes("100%", "X") == usable_ram());
  CHECK(parse_bytes("25 %", "X") == usable_ram() / 4);
}

TEST_CASE("What is no size is an error that names the option, the text and the forms", "[driver]") {
  for (const char* text : {"", "MB", "lots", "0", "0MB", "-1GB", "nan", "inf", "12TB", "12 MB of RAM", "12,5MB", "5%%",
                           "1e30", "9e18B", "9000000000GB", "MB12"}) {
    INFO(text);
    const Error error = thrown_by([&] { (void)parse_bytes(text, "open option MEMORY"); });
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(), ContainsSubstring(std::string("open option MEMORY=") + text + ": expected"));
    CHECK_THAT(error.what(), ContainsSubstring("512MB"));
  }
}

TEST_CASE("Memory: a quarter of RAM for the process, half of it for a dataset", "[driver]") {
  const auto unset = with("STACVRT_MEMORY", nullptr);
  const Settings settings = read_settings({});
  CHECK(settings.memory_cap == usable_ram() / 4);
  CHECK(settings.memory_budget == settings.memory_cap / 2);
}

TEST_CASE("A dataset's memory stays within the process's", "[driver]") {
  const auto cap = with("STACVRT_MEMORY", "100MB");
  CHECK(read_settings({}).memory_cap == 100 * kMegabyte);
  CHECK(read_settings({}).memory_budget == 50 * kMegabyte);
  CHECK(read_settings({{"memory", "80MB"}}).memory_budget == 80 * kMegabyte);
  CHECK(read_settings({{"MEMORY", "1GB"}}).memory_budget == 100 * kMegabyte);
}

TEST_CASE("A tiny memory cap is raised to a megabyte", "[driver]") {
  const auto cap = with("STACVRT_MEMORY", "10");
  CHECK(read_settings({}).memory_cap == kMegabyte);
}

TEST_CASE("Threads: the open option, else GDAL's, else all processors", "[driver]") {
  const int all = std::max(CPLGetNumCPUs(), 1);
  const auto unset = with("GDAL_NUM_THREADS", nullptr);
  CHECK(read_settings({}).threads == all);
  const auto set = with("GDAL_NUM_THREADS", "3");
  CHECK(read_settings({}).threads == 3);
  CHECK(read_settings({{"Threads", "7"}}).threads == 7);
  CHECK(read_settings({{"THREADS", "all_cpus"}}).threads == all);
  CHECK(read_settings({{"THREADS", "256"}}).threads == cube::ThreadPool::kMaxWorkers);
}

TEST_CASE("Impossible numbers of threads are errors at their option", "[driver]") {
  for (const char* text : {"0", "-2", "257", "2.5", "two", "", "3 cores", "99999999999999999999"}) {
    INFO(text);
    const Error error = thrown_by([&] { (void)read_settings({{"THREADS", text}}); });
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(), ContainsSubstring("open option THREADS=") && ContainsSubstring("ALL_CPUS"));
  }
}

TEST_CASE("GDAL's own number of threads is taken as far as it makes sense", "[driver]") {
  const int all = std::max(CPLGetNumCPUs(), 1);
  for (const char* text : {"ALL_CPUS", "0", "-1", "many", ""}) {
    INFO(text);
    const auto set = with("GDAL_NUM_THREADS", text);
    CHECK(read_settings({}).threads == all);
  }
  const auto set = with("GDAL_NUM_THREADS", "1000");
  CHECK(read_settings({}).threads == cube::ThreadPool::kMaxWorkers);
}

TEST_CASE("A thread's own credentials make its network identity, and nothing else does", "[driver]") {
  CHECK(network_identity().empty());
  const auto cache = with("GDAL_CACHEMAX", "100");
  CHECK(network_identity().empty());
  const auto key = with("AWS_SECRET_ACCESS_KEY", "geheim");
  const std::string first = network_identity();
  CHECK_FALSE(first.empty());
  CHECK_THAT(first, !ContainsSubstring("geheim"));
  const auto other = with("AWS_SECRET_ACCESS_KEY", "anders");
  CHECK(network_identity() != first);
}

TEST_CASE("An option given twice with different values is an error", "[driver]") {
  CHECK(read_settings({{"THREADS", "2"}, {"threads", "2"}}).threads == 2);
  CHECK(thrown_by([] { (void)read_settings({{"THREADS", "2"}, {"threads", "3"}}); }).code() == ErrorCode::kInvalid);
}

TEST_CASE("Trust in local paths is a word of three", "[driver]") {
  const std::pair<const char*, stac::LocalPaths> words[] = {{nullptr, stac::LocalPaths::kAny},
                                                            {"ANY", stac::LocalPaths::kAny},
                                                            {"sibling", stac::LocalPaths::kSibling},
                                                            {"None", stac::LocalPaths::kNone}};
  for (const auto& [word, meaning] : words) {
    const auto set = with("STACVRT_LOCAL_PATHS", word);
    CHECK(read_settings({}).hrefs.local_paths == meaning);
  }
  for (const char* word : {"NO", "SIBLINGS", "NONE "}) {
    const auto set = with("STACVRT_LOCAL_PATHS", word);
    CHECK_THAT(thrown_by([] { (void)read_settings({}); }).what(),
               ContainsSubstring(std::string("STACVRT_LOCAL_PATHS=") + word) && ContainsSubstring("SIBLING or NONE"));
  }
}

TEST_CASE("No open option unlocks local paths", "[driver]") {
  const auto locked = with("STACVRT_LOCAL_PATHS", "NONE");
  CHECK(read_settings({{"STACVRT_LOCAL_PATHS", "ANY"}, {"LOCAL_PATHS", "ANY"}}).hrefs.local_paths ==
        stac::LocalPaths::kNone);
}

TEST_CASE("Option lists keep order, values with equal signs, and drop what is no pair", "[driver]") {
  const char* const options[] = {"BANDS=red,nir", "MASK={\"a\":\"b=c\"}", "DATETIME=", "word", nullptr};
  const cube::OptionList list = option_list(options);
  REQUIRE(list.size() == 3);
  CHECK(list[0] == std::pair<std::string, std::string>("BANDS", "red,nir"));
  CHECK(list[1].second == "{\"a\":\"b=c\"}");
  CHECK(list[2] == std::pair<std::string, std::string>("DATETIME", ""));
  CHECK(option_list(nullptr).empty());
}
