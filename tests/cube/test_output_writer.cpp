// SPDX-License-Identifier: MIT
// Reducer results to pixel values: half-even rounding, clamping, and valid values that never become nodata.
#include <cmath>
#include <limits>

#include "cube/output_writer.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using stac::DataType;

const double kNan = std::nan("");
constexpr double kInfinity = std::numeric_limits<double>::infinity();

OutputRule rule_of(DataType type, std::optional<double> nodata) {
  OutputRule rule;
  rule.type = type;
  rule.low = stac::lowest_value(type);
  rule.high = stac::highest_value(type);
  rule.nodata = nodata;
  return rule;
}

template <class T>
std::vector<double> written(const OutputRule& rule, const std::vector<double>& results) {
  std::vector<T> out(results.size() + 3, T{77});
  write_results(rule, results.data(), results.size(), reinterpret_cast<std::byte*>(out.data()), 2);
  CHECK((out[0] == T{77} && out[1] == T{77} && out.back() == T{77}));
  return {out.begin() + 2, out.end() - 1};
}

using Values = std::vector<double>;

// The rule that a view of one output has.
OutputRule rule_in_view(const OutputPlan& output, DataType view_type, std::optional<double> view_nodata) {
  View view;
  view.type = view_type;
  view.nodata = view_nodata;
  return output_rule(view, output, output.bands.front());
}

OutputPlan output_of(const char* reducer) {
  OutputPlan output;
  output.reducer = kernels::find_reducer(reducer);
  output.bands.emplace_back();
  return output;
}

}  // namespace

TEST_CASE("Integers round to nearest, ties to even", "[cube]") {
  CHECK(written<std::uint16_t>(rule_of(DataType::kUInt16, {}), {0.5, 1.5, 2.5, 2.4999, 2.5001, 6}) ==
        Values{0, 2, 2, 2, 3, 6});
  CHECK(written<std::int16_t>(rule_of(DataType::kInt16, {}), {-0.5, -1.5, -2.5, -2.6}) == Values{0, -2, -2, -3});
}

TEST_CASE("Values beyond the type or the clamp become its nearest end", "[cube]") {
  CHECK(written<std::uint8_t>(rule_of(DataType::kUInt8, {}), {-3, 255.4, 256, 1e30, kInfinity, -kInfinity}) ==
        Values{0, 255, 255, 255, 255, 0});
  CHECK(written<std::int8_t>(rule_of(DataType::kInt8, {}), {-300, 300}) == Values{-128, 127});
  CHECK(written<std::int32_t>(rule_of(DataType::kInt32, {}), {-1e10, 1e10}) == Values{-2147483648.0, 2147483647});
  CHECK(written<std::uint32_t>(rule_of(DataType::kUInt32, {}), {-1, 1e10}) == Values{0, 4294967295.0});
  OutputRule rule = rule_of(DataType::kUInt16, {});
  rule.low = 10;
  rule.high = 10000;
  CHECK(written<std::uint16_t>(rule, {9, 10.4, 10000.6, 20000}) == Values{10, 10, 10000, 10000});
}

TEST_CASE("No sample is nodata", "[cube]") {
  CHECK(written<std::uint16_t>(rule_of(DataType::kUInt16, 0), {kNan, 5}) == Values{0, 5});
  CHECK(written<std::uint16_t>(rule_of(DataType::kUInt16, 65535), {kNan}) == Values{65535});
  CHECK(written<std::int16_t>(rule_of(DataType::kInt16, -9999), {kNan}) == Values{-9999});
  CHECK(std::isnan(written<float>(rule_of(DataType::kFloat32, kNan), {kNan})[0]));
  CHECK(written<float>(rule_of(DataType::kFloat32, -9999), {kNan}) == Values{-9999});
  CHECK(std::isnan(written<double>(rule_of(DataType::kFloat64, kNan), {kNan})[0]));
}

TEST_CASE("A valid value never becomes nodata", "[cube]") {
  CHECK(written<std::uint16_t>(rule_of(DataType::kUInt16, 0), {0, 0.4, -7, 1}) == Values{1, 1, 1, 1});
  CHECK(written<std::uint16_t>(rule_of(DataType::kUInt16, 65535), {65535, 70000, 65534}) ==
        Values{65534, 65534, 65534});
  CHECK(written<std::int16_t>(rule_of(DataType::kInt16, -9999), {-9999, -9999.3, -9998.7, -9998, -10000}) ==
        Values{-9998, -10000, -9998, -9998, -10000});
  CHECK(written<std::int16_t>(rule_of(DataType::kInt16, -32768), {-32768, -40000}) == Values{-32767, -32767});
  OutputRule rule = rule_of(DataType::kUInt16, 0);
  rule.high = 10000;
  CHECK(written<std::uint16_t>(rule, {-1, 10001}) == Values{1, 10000});
  const auto beside = written<float>(rule_of(DataType::kFloat32, -9999), {-9999});
  CHECK(beside[0] != -9999);
  CHECK(beside[0] == Approx(-9999));
}

TEST_CASE("Counts are what they are, nodata or not", "[cube]") {
  OutputRule rule = rule_of(DataType::kUInt16, 0);
  rule.is_count = true;
  CHECK(written<std::uint16_t>(rule, {0, 3}) == Values{0, 3});
  rule = rule_of(DataType::kFloat32, -9999);
  rule.is_count = true;
  CHECK(written<float>(rule, {0, 3}) == Values{0, 3});
}

TEST_CASE("Gain and bias come before rounding, clamp and nodata", "[cube]") {
  OutputRule rule = rule_of(DataType::kUInt16, 0);
  rule.gain = 2;
  rule.bias = -4;
  CHECK(written<std::uint16_t>(rule, {10, 3.25, 2, 1}) == Values{16, 2, 1, 1});
}

TEST_CASE("A promoted dataset rounds nothing and keeps counts", "[cube]") {
  OutputPlan median = output_of("median");
  median.type = DataType::kUInt16;
  median.nodata = 0;
  const OutputRule rule = rule_in_view(median, DataType::kFloat32, kNan);
  CHECK(written<float>(rule, {2.5, 0, -1.5, 70000}) == Values{2.5, 0, -1.5, 70000});
  CHECK(written<std::uint16_t>(rule_in_view(median, DataType::kUInt16, 0), {2.5, 0, 70000}) == Values{2, 1, 65535});
  CHECK(written<float>(rule_in_view(output_of("count"), DataType::kFloat32, kNan), {0}) == Values{0});
}

TEST_CASE("A clamp holds in the output's DN, not for counts", "[cube]") {
  OutputPlan output = output_of("median");
  output.clamp = {1, 10000};
  output.bands[0].gain = 10;
  CHECK(written<std::uint16_t>(rule_in_view(output, DataType::kUInt16, 0), {0, 500, 2000}) == Values{1, 5000, 10000});
  CHECK(written<float>(rule_in_view(output, DataType::kFloat32, kNan), {0.05, 2000}) == Values{1, 10000});
  OutputPlan count = output_of("count");
  count.clamp = {1, 2};
  CHECK(written<std::uint16_t>(rule_in_view(count, DataType::kUInt16, {}), {0, 3}) == Values{0, 3});
}

TEST_CASE("A clamp between integers ends at the integers inside it", "[cube]") {
  OutputPlan output = output_of("median");
  output.clamp = {0.5, 99.7};
  CHECK(written<std::uint16_t>(rule_in_view(output, DataType::kUInt16, 0), {-5, 0.6, 99.6, 1000}) ==
        Values{1, 1, 99, 99});
  CHECK(written<std::uint16_t>(rule_in_view(output, DataType::kUInt16, 99), {99.2, 1000}) == Values{98, 98});
}
