// SPDX-License-Identifier: MIT
// What a dataset shows of a plan: selections, the one type and nodata, and the order of bands.
#include <cmath>

#include "cube/view.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using stac::DataType;

const double kNan = std::nan("");

OutputPlan output(const std::string& name, DataType type, std::optional<double> nodata, int bands = 1) {
  OutputPlan plan;
  plan.name = name;
  plan.type = type;
  plan.nodata = nodata;
  for (int i = 0; i < bands; ++i) {
    plan.bands.emplace_back();
    plan.bands.back().name = name + std::to_string(i);
  }
  return plan;
}

Plan plan_of(std::vector<OutputPlan> outputs, const std::vector<std::string>& labels = {""}) {
  Plan plan;
  plan.recipe.document = "r.stacvrt";
  plan.outputs = std::move(outputs);
  for (const std::string& label : labels) plan.windows.push_back({label, {}, {}});
  return plan;
}

// Type, nodata and promotion of a view of outputs with these types and nodata values.
void check_type(const std::vector<std::pair<DataType, std::optional<double>>>& outputs, DataType type,
                std::optional<double> nodata, bool promoted) {
  Plan plan = plan_of({});
  for (const auto& [each, its_nodata] : outputs) plan.outputs.push_back(output("o", each, its_nodata));
  const View view = make_view(plan, "");
  INFO(stac::data_type_name(outputs.front().first) << " and " << stac::data_type_name(outputs.back().first));
  CHECK(std::string(stac::data_type_name(view.type)) == stac::data_type_name(type));
  CHECK(view.promoted == promoted);
  REQUIRE(view.nodata.has_value() == nodata.has_value());
  if (nodata) CHECK((std::isnan(*nodata) ? std::isnan(*view.nodata) : *view.nodata == *nodata));
}

std::vector<std::string> descriptions(const View& view) {
  std::vector<std::string> result;
  for (const ViewBand& band : view.bands) result.push_back(band.description);
  return result;
}

}  // namespace

TEST_CASE("A dataset has one type and nodata, promoted where outputs differ", "[cube]") {
  using T = DataType;
  const std::optional<double> none;
  check_type({{T::kUInt16, 0}}, T::kUInt16, 0, false);
  check_type({{T::kUInt16, 0}, {T::kUInt16, none}}, T::kUInt16, 0, false);
  check_type({{T::kUInt16, none}}, T::kUInt16, none, false);
  check_type({{T::kUInt16, 0}, {T::kFloat32, kNan}}, T::kFloat32, kNan, true);
  check_type({{T::kFloat32, kNan}, {T::kFloat32, kNan}}, T::kFloat32, kNan, false);
  check_type({{T::kFloat32, -9999}}, T::kFloat32, -9999, false);
  check_type({{T::kFloat32, -9999}, {T::kUInt16, none}}, T::kFloat32, kNan, true);
  check_type({{T::kUInt8, 0}, {T::kUInt16, 0}}, T::kUInt16, 0, false);
  check_type({{T::kInt16, -9999}, {T::kUInt16, none}}, T::kInt32, -9999, false);
  check_type({{T::kUInt8, none}, {T::kInt8, none}}, T::kInt16, none, false);
  check_type({{T::kUInt32, none}, {T::kUInt16, 0}}, T::kUInt32, 0, false);
  check_type({{T::kUInt32, none}, {T::kInt32, none}}, T::kFloat64, kNan, true);
  check_type({{T::kUInt32, none}, {T::kFloat32, kNan}}, T::kFloat64, kNan, true);
}

TEST_CASE("Integer outputs that disagree about nodata open as Float32 with NaN", "[cube]") {
  using T = DataType;
  check_type({{T::kUInt16, 0}, {T::kUInt16, 65535}}, T::kFloat32, kNan, true);
  check_type({{T::kInt32, 0}, {T::kInt32, -1}}, T::kFloat64, kNan, true);
  check_type({{T::kFloat32, kNan}, {T::kFloat32, -9999}}, T::kFloat32, kNan, false);
}

TEST_CASE("Bands go by window, then output, then band, and their slots within a window", "[cube]") {
  const Plan plan =
      plan_of({output("a", DataType::kUInt16, 0, 2), output("b", DataType::kUInt16, 0)}, {"2020", "2021"});
  const View view = make_view(plan, "");
  CHECK(descriptions(view) ==
        std::vector<std::string>{"2020 a0", "2020 a1", "2020 b0", "2021 a0", "2021 a1", "2021 b0"});
  CHECK(view.bands_per_window == 3);
  CHECK(view.bands[4].window == 1);
  CHECK(view.bands[4].output == 0);
  CHECK(view.bands[4].output_band == 1);
  CHECK(view.bands[5].slot == 2);
  CHECK(descriptions(make_view(plan_of({output("a", DataType::kUInt8, 0)}), "")) == std::vector<std::string>{"a0"});
}

TEST_CASE("An output, a window, or both can be opened alone, in their own type", "[cube]") {
  const Plan plan = plan_of({output("median", DataType::kUInt16, 0, 2), output("mad", DataType::kFloat32, kNan)},
                            {"2020-01", "2020-02"});
  CHECK(make_view(plan, "").type == DataType::kFloat32);
  const View median = make_view(plan, "median");
  CHECK(median.type == DataType::kUInt16);
  CHECK(median.nodata == 0.0);
  CHECK(median.windows == std::vector{0, 1});
  CHECK(median.outputs == std::vector{0});
  const View february = make_view(plan, "2020-02");
  CHECK(descriptions(february) == std::vector<std::string>{"2020-02 median0", "2020-02 median1", "2020-02 mad0"});
  CHECK(february.bands[0].window == 1);
  CHECK(february.bands[2].slot == 2);
  const View both = make_view(plan, "mad@2020-02");
  CHECK(descriptions(both) == std::vector<std::string>{"2020-02 mad0"});
  CHECK(both.bands[0].slot == 0);
}

TEST_CASE("Every listed subdataset opens, and only where there is something to choose", "[cube]") {
  const auto a = output("a", DataType::kUInt16, 0), b = output("b", DataType::kUInt16, 0);
  CHECK(subdataset_names(plan_of({a})).empty());
  CHECK(subdataset_names(plan_of({a, b})) == std::vector<std::string>{"a", "b"});
  CHECK(subdataset_names(plan_of({a}, {"w", "v"})) == std::vector<std::string>{"a", "w", "v"});
  const Plan plan = plan_of({a, b}, {"w", "v"});
  CHECK(subdataset_names(plan) == std::vector<std::string>{"a", "b", "w", "v", "a@w", "a@v", "b@w", "b@v"});
  for (const std::string& name : subdataset_names(plan)) CHECK_FALSE(make_view(plan, name).bands.empty());
}

TEST_CASE("A subdataset that does not exist is an error that names the nearest", "[cube]") {
  const Plan plan = plan_of({output("median", DataType::kUInt16, 0), output("mad", DataType::kFloat32, kNan)},
                            {"2020-01", "2020-02"});
  for (const char* wrong : {"medain", "median@2021-01", "@2020-01", "median@", "nothing@2020-01", "2020-03", "@"}) {
    INFO(wrong);
    try {
      (void)make_view(plan, wrong);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kNotFound);
      CHECK_THAT(error.what(), ContainsSubstring("'" + std::string(wrong) + "'"));
      CHECK_THAT(error.what(), ContainsSubstring("median"));
      CHECK(error.where().document == "r.stacvrt");
    }
  }
}

TEST_CASE("Counts never look like another output's nodata", "[cube]") {
  Plan plan = plan_of({output("median", DataType::kUInt16, 2), output("count", DataType::kUInt16, {})});
  plan.observations.resize(1);
  CHECK(make_view(plan, "").type == DataType::kUInt16);  // no pixel counts 2
  plan.observations.resize(2);
  const View view = make_view(plan, "");
  CHECK(view.type == DataType::kFloat32);
  CHECK(view.promoted);
  CHECK(std::isnan(view.nodata.value()));
  CHECK(make_view(plan, "median").nodata == 2.0);
  CHECK_FALSE(make_view(plan, "count").nodata);
}
