// SPDX-License-Identifier: MIT
// Output requests to output plans: sets, lane types, pixel types, nodata, scales and names.
#include <cmath>

#include "cube/output_planner.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using kernels::LaneType;
using stac::DataType;

// A plan with bands of these types and one aligned item that has them all; outputs still to plan.
Plan plan_of(const std::vector<DataType>& types) {
  Plan plan;
  ItemPlan item;
  item.aligned = true;
  for (std::size_t i = 0; i < types.size(); ++i) {
    BandPlan band;
    band.name = "b" + std::to_string(i + 1);
    band.common_name = "common" + std::to_string(i + 1);
    band.type = types[i];
    band.scale = 0.5;
    band.offset = -1;
    band.unit = "m";
    plan.bands.push_back(band);
    item.bands.emplace_back(SourceBand{});
    item.harmonisation.emplace_back();
  }
  plan.items = {item};
  plan.observations.resize(1);
  return plan;
}

OutputRequest request_of(const std::string& reducer, const std::vector<std::string>& of = {}) {
  OutputRequest request;
  request.name = request.reducer = reducer;
  request.of = of;
  request.where = {"r.stacvrt", {}, "/outputs/0"};
  return request;
}

Plan planned(Plan plan, std::vector<OutputRequest> outputs) {
  plan.recipe.outputs = std::move(outputs);
  plan_outputs(plan);
  return plan;
}

OutputPlan only(const std::vector<DataType>& types, const OutputRequest& request) {
  return planned(plan_of(types), {request}).outputs.at(0);
}

std::vector<std::string> names(const Plan& plan) {
  std::vector<std::string> result;
  for (const OutputPlan& output : plan.outputs)
    for (const OutputBand& band : output.bands) result.push_back(band.name);
  return result;
}

void check_failure(const OutputRequest& request, ErrorCode code, const char* part) {
  try {
    (void)only({DataType::kUInt16}, request);
    FAIL("no error");
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), ContainsSubstring(part));
    CHECK(error.where().pointer == "/outputs/0");
  }
}

}  // namespace

TEST_CASE("Reflectances keep the smallest type that holds all bands of their set", "[cube]") {
  using T = DataType;
  const auto type = [](std::vector<T> types) { return only(types, request_of("median")).type; };
  CHECK(type({T::kUInt8}) == T::kUInt8);
  CHECK(type({T::kUInt8, T::kUInt16}) == T::kUInt16);
  CHECK(type({T::kInt16}) == T::kInt16);
  CHECK(type({T::kUInt8, T::kInt16}) == T::kInt16);
  CHECK(type({T::kUInt16, T::kInt16}) == T::kInt32);
  CHECK(type({T::kUInt16, T::kFloat32}) == T::kFloat32);
}

TEST_CASE("Counts are UInt16, and UInt32 above 65535 observations; spreads and MADs are Float32", "[cube]") {
  Plan plan = plan_of({DataType::kUInt16});
  CHECK(planned(plan, {request_of("count")}).outputs[0].type == DataType::kUInt16);
  plan.observations.resize(65535);
  CHECK(planned(plan, {request_of("total")}).outputs[0].type == DataType::kUInt16);
  plan.observations.resize(65536);
  CHECK(planned(plan, {request_of("count")}).outputs[0].type == DataType::kUInt32);
  for (const char* reducer : {"stddev", "mad", "sum"}) {
    const OutputPlan output = only({DataType::kUInt16}, request_of(reducer));
    CHECK(output.type == DataType::kFloat32);
    CHECK(std::isnan(output.nodata.value_or(0)));
  }
}

TEST_CASE("nodata is asked for, declared, or the type's; counts have none", "[cube]") {
  using T = DataType;
  CHECK(only({T::kUInt16}, request_of("median")).nodata == 0.0);
  CHECK(only({T::kInt16}, request_of("median")).nodata == -32768.0);
  CHECK(default_nodata(T::kUInt8) == 0);
  CHECK(default_nodata(T::kInt32) == -2147483648.0);
  CHECK(std::isnan(*only({T::kFloat32}, request_of("median")).nodata));
  CHECK_FALSE(only({T::kUInt16}, request_of("count")).nodata);

  Plan plan = plan_of({T::kInt16, T::kUInt16});
  plan.bands[0].nodata = -9999;
  CHECK(planned(plan, {request_of("median", {"b1"})}).outputs[0].nodata == -9999.0);
  CHECK(planned(plan, {request_of("median", {"b2"})}).outputs[0].nodata == 0.0);
  plan.bands[1].nodata = -9999;  // no value of UInt16
  CHECK(planned(plan, {request_of("median", {"b2"})}).outputs[0].nodata == 0.0);

  OutputRequest request = request_of("median");
  request.nodata = 65535;
  CHECK(only({T::kUInt16}, request).nodata == 65535.0);
  for (const double bad : {-1.0, 65536.0, 0.5, std::nan("")}) {
    request.nodata = bad;
    check_failure(request, ErrorCode::kInvalid, "is no value of uint16");
  }
  request.dtype = T::kFloat32;
  request.nodata = -9999.5;
  CHECK(only({T::kUInt16}, request).nodata == -9999.5);
}

TEST_CASE("A clamp leaves room for values of the output's type", "[cube]") {
  OutputRequest request = request_of("median");
  request.clamp = {70000, 80000};
  check_failure(request, ErrorCode::kInvalid, "clamp");
  request.clamp = {-5, -1};
  check_failure(request, ErrorCode::kInvalid, "clamp");
  request.clamp = {0.25, 0.75};
  check_failure(request, ErrorCode::kInvalid, "clamp");
  request.clamp = {-5, 0.5};  // only nodata
  check_failure(request, ErrorCode::kInvalid, "clamp");
  request.clamp = {-5, 1.5};
  CHECK_NOTHROW(only({DataType::kUInt16}, request));
  request.clamp = {0.25, 0.75};
  request.dtype = DataType::kFloat32;
  CHECK_NOTHROW(only({DataType::kUInt16}, request));
}

TEST_CASE("Lanes are integers where values are copied, Float32 where they are changed", "[cube]") {
  using T = DataType;
  CHECK(lane_type_of(plan_of({T::kUInt8, T::kUInt16}), {0, 1}) == LaneType::kUInt16);
  CHECK(lane_type_of(plan_of({T::kUInt8, T::kInt16}), {0, 1}) == LaneType::kInt16);
  CHECK(lane_type_of(plan_of({T::kInt8}), {0}) == LaneType::kInt16);
  CHECK(lane_type_of(plan_of({T::kUInt16, T::kInt16}), {0, 1}) == LaneType::kFloat32);
  CHECK(lane_type_of(plan_of({T::kUInt16, T::kInt16}), {1}) == LaneType::kInt16);
  CHECK(lane_type_of(plan_of({T::kFloat32}), {0}) == LaneType::kFloat32);

  Plan plan = plan_of({T::kUInt16, T::kUInt16});
  plan.items[0].harmonisation[1] = {1, -1000};
  CHECK(lane_type_of(plan, {0, 1}) == LaneType::kFloat32);
  CHECK(lane_type_of(plan, {0}) == LaneType::kUInt16);
  plan.items[0].bands[1].reset();  // what an item lacks does not matter
  CHECK(lane_type_of(plan, {0, 1}) == LaneType::kUInt16);

  plan = plan_of({T::kUInt16, T::kUInt16});
  plan.items[0].aligned = false;
  CHECK(lane_type_of(plan, {0, 1}) == LaneType::kUInt16);  // nearest copies
  plan.bands[1].resampling = Resampling::kBilinear;
  CHECK(lane_type_of(plan, {0, 1}) == LaneType::kFloat32);
  CHECK(lane_type_of(plan, {0}) == LaneType::kUInt16);
  plan.items[0].aligned = true;  // bilinear on the same pixels copies, too
  CHECK(lane_type_of(plan, {0, 1}) == LaneType::kUInt16);
}

TEST_CASE("Sources are read as 16-bit integers or Float32, wider ones are refused", "[cube]") {
  const auto read_type = [](std::optional<DataType> type) {
    SourceBand source;
    source.type = type;
    source.asset_key = "wide";
    return read_type_of(source);
  };
  CHECK(read_type(DataType::kUInt8) == LaneType::kUInt16);
  CHECK(read_type(DataType::kInt8) == LaneType::kInt16);
  CHECK(read_type(DataType::kInt16) == LaneType::kInt16);
  CHECK(read_type(DataType::kFloat32) == LaneType::kFloat32);
  for (const DataType type : {DataType::kUInt32, DataType::kInt32, DataType::kFloat64})
    CHECK_THROWS_AS(read_type(type), Error);
}

TEST_CASE("Outputs of the same bands in the same order share a set", "[cube]") {
  const Plan plan = planned(plan_of({DataType::kUInt16, DataType::kUInt8}),
                            {request_of("median"), request_of("count"), request_of("min", {"b1", "b2", "b1"}),
                             request_of("max", {"b2"}), request_of("mean", {"b2", "b1"})});
  REQUIRE(plan.sets.size() == 3);
  CHECK(plan.sets[0].bands == std::vector{0, 1});
  CHECK(plan.sets[1].bands == std::vector{1});
  CHECK(plan.sets[2].bands == std::vector{1, 0});
  std::vector<int> sets;
  for (const OutputPlan& output : plan.outputs) sets.push_back(output.set);
  CHECK(sets == std::vector{0, 0, 0, 1, 2});
}

TEST_CASE("Bands are named after the recipe's bands, and after the output where two show the same", "[cube]") {
  OutputRequest percentile = request_of("percentile", {"b1"});
  percentile.p = {10, 97.5};
  const std::vector<DataType> two{DataType::kUInt16, DataType::kUInt16};
  CHECK(names(planned(plan_of(two), {request_of("median"), request_of("count"), percentile, request_of("mad")})) ==
        std::vector<std::string>{"b1", "b2", "count", "b1_p10", "b1_p97.5", "smad", "emad", "bcmad"});
  CHECK(names(planned(plan_of(two), {request_of("min", {"b1"}), request_of("max")})) ==
        std::vector<std::string>{"b1_min", "b1_max", "b2"});
  OutputRequest clear = request_of("count");
  clear.name = "clear_days";
  CHECK(names(planned(plan_of(two), {clear})) == std::vector<std::string>{"clear_days"});
}

TEST_CASE("Percentiles are ordered by parameter, then band", "[cube]") {
  OutputRequest percentile = request_of("percentile");
  percentile.p = {90, 10};
  CHECK(names(planned(plan_of({DataType::kUInt8, DataType::kUInt8}), {percentile})) ==
        std::vector<std::string>{"b1_p90", "b2_p90", "b1_p10", "b2_p10"});
}

TEST_CASE("Results in DN carry the band's scale and offset, or are packed into those asked for", "[cube]") {
  // Physical = DN * 0.5 - 1.
  OutputBand band = only({DataType::kUInt16}, request_of("median")).bands[0];
  CHECK(band.scale == 0.5);
  CHECK(band.offset == -1.0);
  CHECK((band.gain == 1 && band.bias == 0));
  CHECK(band.unit == "m");
  CHECK(band.common_name == "common1");

  OutputRequest request = request_of("median");
  request.scale = 0.25;
  band = only({DataType::kUInt16}, request).bands[0];
  CHECK((band.scale == 0.25 && band.offset == 0.0));
  CHECK((band.gain == 2 && band.bias == -4));  // DN 10 is 4 is 16 * 0.25

  request = request_of("median");
  request.offset = 2;
  band = only({DataType::kUInt16}, request).bands[0];
  CHECK((band.scale == 0.5 && band.offset == 2.0 && band.gain == 1 && band.bias == -6));
}

TEST_CASE("Spreads have a scale and no offset, and of the MADs the Euclidean one", "[cube]") {
  const OutputBand spread = only({DataType::kUInt16}, request_of("stddev")).bands[0];
  CHECK(spread.scale == 0.5);
  CHECK_FALSE(spread.offset);
  CHECK(spread.bias == 0);
  CHECK(spread.common_name.empty());
  const OutputPlan mads = only({DataType::kUInt16}, request_of("mad"));
  REQUIRE(mads.bands.size() == 3);
  CHECK_FALSE(mads.bands[0].scale);
  CHECK(mads.bands[0].unit.empty());
  CHECK(mads.bands[1].scale == 0.5);
  CHECK(mads.bands[1].unit == "m");
  CHECK_FALSE(mads.bands[2].scale);
  const OutputBand sum = only({DataType::kUInt16}, request_of("sum")).bands[0];
  CHECK_FALSE(sum.scale);
  CHECK(sum.gain == 1);
}

TEST_CASE("Bands and reducers that do not exist are named with what does", "[cube]") {
  check_failure(request_of("median", {"b7"}), ErrorCode::kNotFound, "'b1'");
  check_failure(request_of("medoid"), ErrorCode::kUnsupported, "'medoid' is not built yet");
}

TEST_CASE("Results that are no DN are packed by scale and offset too, and never without into integers", "[cube]") {
  OutputRequest request = request_of("mad");
  request.dtype = DataType::kUInt16;
  check_failure(request, ErrorCode::kInvalid, "give a \"scale\"");
  request.scale = 0.25;
  request.offset = 2;
  const OutputPlan mads = only({DataType::kUInt16}, request);
  for (const OutputBand& band : mads.bands) {
    CHECK(band.scale == 0.25);
    CHECK(band.offset == 2.0);
    CHECK(band.bias == -8);
  }
  CHECK(mads.bands[0].gain == 4);  // a ratio
  CHECK(mads.bands[1].gain == 2);  // in DN of 0.5
  OutputRequest sum = request_of("sum");
  sum.scale = 0.5;
  CHECK(only({DataType::kUInt16}, sum).bands.at(0).gain == 2);
  CHECK_FALSE(only({DataType::kUInt16}, request_of("sum")).bands.at(0).scale);
}

TEST_CASE("Counts are not packed", "[cube]") {
  for (const char* reducer : {"count", "total"}) {
    OutputRequest request = request_of(reducer);
    request.clamp = {1, 3};
    check_failure(request, ErrorCode::kInvalid, "do not apply");
    request.clamp.reset();
    request.scale = 2;
    check_failure(request, ErrorCode::kInvalid, "do not apply");
  }
}
