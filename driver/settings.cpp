// SPDX-License-Identifier: MIT
#include "driver/settings.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <mutex>

#include "cube/open_options.h"
#include "cube/thread_pool.h"
#include "driver/gdal_compat.h"
#include "kernels/target.h"
#include "stac/letter_case.h"
#include "stac/spelling.h"

namespace stacvrt::driver {

namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

double usable_ram() {
  return static_cast<double>(CPLGetUsablePhysicalRAM());
}

[[noreturn]] void fail(const std::string& option, const std::string& text, const std::string& allowed) {
  throw Error(ErrorCode::kInvalid, option + "=" + text + ": expected " + allowed);
}

int parse_threads(const std::string& text, const std::string& option) {
  if (stac::uppered(text) == "ALL_CPUS") return std::max(CPLGetNumCPUs(), 1);
  char* end = nullptr;
  const long threads = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str() || *end != '\0' || threads < 1 || threads > cube::ThreadPool::kMaxWorkers)
    fail(option, text, "a number from 1 to " + std::to_string(cube::ThreadPool::kMaxWorkers) + ", or ALL_CPUS");
  return static_cast<int>(threads);
}

// GDAL_NUM_THREADS belongs to others: what it says is taken as far as it makes sense here.
int threads_of_gdal(const std::string& text) {
  const int threads = std::atoi(text.c_str());
  return threads > 0 ? std::min(threads, cube::ThreadPool::kMaxWorkers) : std::max(CPLGetNumCPUs(), 1);
}

stac::LocalPaths parse_local_paths(const std::string& text) {
  const std::string word = stac::uppered(text);
  if (word.empty() || word == "ANY") return stac::LocalPaths::kAny;
  if (word == "SIBLING") return stac::LocalPaths::kSibling;
  if (word == "NONE") return stac::LocalPaths::kNone;
  fail("STACVRT_LOCAL_PATHS", text, "ANY, SIBLING or NONE");
}

bool parse_on_error(const std::string& text) {
  const std::string word = stac::uppered(text);
  if (word != "FAIL" && word != "SKIP") fail("open option ON_ERROR", text, "FAIL or SKIP");
  return word == "SKIP";
}

std::string config(const char* name) {
  return CPLGetConfigOption(name, "");
}

}  // namespace

std::size_t parse_bytes(const std::string& text, const std::string& option) {
  const std::string allowed = "a size such as 512MB, 4GB, 25% or a number of bytes";
  char* end = nullptr;
  const double number = CPLStrtod(text.c_str(), &end);  // whatever the decimal sign of the locale
  std::string unit = stac::uppered(end);
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  if (end == text.c_str() || !(number > 0) || !std::isfinite(number)) fail(option, text, allowed);
  double bytes = number;
  if (unit == "%") {
    bytes = number / 100 * usable_ram();
  } else if (unit == "KB" || unit == "K") {
    bytes = number * 1024;
  } else if (unit == "MB" || unit == "M") {
    bytes = number * static_cast<double>(kMegabyte);
  } else if (unit == "GB" || unit == "G") {
    bytes = number * 1024 * static_cast<double>(kMegabyte);
  } else if (!unit.empty() && unit != "B") {
    fail(option, text, allowed);
  }
  if (bytes >= 9e18) fail(option, text, allowed);
  return static_cast<std::size_t>(bytes);
}

Settings read_settings(const cube::OptionList& options) {
  Settings settings;
  const std::string cap = config("STACVRT_MEMORY");
  settings.memory_cap = cap.empty() ? static_cast<std::size_t>(usable_ram() / 4) : parse_bytes(cap, "STACVRT_MEMORY");
  settings.memory_cap = std::max(settings.memory_cap, kMegabyte);
  const auto budget = cube::find_option(options, "MEMORY");
  settings.memory_budget = budget ? parse_bytes(*budget, "open option MEMORY") : settings.memory_cap / 2;
  settings.memory_budget = std::min(settings.memory_budget, settings.memory_cap);
  const std::string gdal_threads = config("GDAL_NUM_THREADS");
  if (const auto threads = cube::find_option(options, "THREADS"))
    settings.threads = parse_threads(*threads, "open option THREADS");
  else
    settings.threads = threads_of_gdal(gdal_threads);
  settings.snapshot = cube::find_option(options, "SNAPSHOT").value_or("");
  settings.threads_given = cube::find_option(options, "THREADS").has_value();
  settings.hrefs.local_paths = parse_local_paths(config("STACVRT_LOCAL_PATHS"));
  settings.skip_errors = parse_on_error(cube::find_option(options, "ON_ERROR").value_or("FAIL"));
  settings.sign = cube::find_option(options, "SIGN").value_or("");
  settings.credentials_for = config("STACVRT_CREDENTIALS_FOR");
  return settings;
}

void pin_instruction_set() {
  static std::once_flag once;
  std::call_once(once, [] {
    const std::string name = config("STACVRT_SIMD");
    if (!name.empty() && !kernels::pin_target(name))
      throw Error(ErrorCode::kInvalid, "STACVRT_SIMD=" + name + ": this processor and build have " +
                                           stac::quoted_list(kernels::available_targets()));
  });
}

std::string network_identity() {
  CPLStringList options(CPLGetConfigOptions(), TRUE);
  const CPLStringList own(CPLGetThreadLocalConfigOptions(), TRUE);
  for (int i = 0; i < own.Count(); ++i) options.AddString(own[i]);
  std::string settings;
  for (int i = 0; i < options.Count(); ++i)
    for (const char* prefix : {"AWS_", "GS_", "AZURE_", "OSS_", "SWIFT_", "GDAL_HTTP_", "CPL_"})
      if (STARTS_WITH_CI(options[i], prefix)) settings += std::string(options[i]) + "\n";
  return settings.empty() ? settings : std::to_string(std::hash<std::string>{}(settings));
}

cube::OptionList option_list(const char* const* options) {
  cube::OptionList list;
  for (; options && *options; ++options) {
    char* key = nullptr;
    const char* value = CPLParseNameValue(*options, &key);
    if (key && value) list.emplace_back(key, value);
    CPLFree(key);
  }
  return list;
}

}  // namespace stacvrt::driver
