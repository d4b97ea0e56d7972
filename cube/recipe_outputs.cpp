// SPDX-License-Identifier: MIT
// `outputs` of a recipe: reducers, their parameters and packing.
#include <algorithm>
#include <cmath>
#include <limits>

#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"
#include "kernels/reducer.h"
#include "stac/spelling.h"

namespace stacvrt::cube {
namespace {

/// Characters that separate the parts of a subdataset name.
constexpr std::string_view kReservedInNames = "@:\"";

std::vector<std::string> reducer_names() {
  std::vector<std::string> names;
  for (const kernels::Reducer& reducer : kernels::reducers()) names.emplace_back(reducer.name);
  return names;
}

/// The documented reducers; which of them are built the table of kernels says.
const std::vector<PlannedWord>& planned_reducers() {
  static const std::string order = "use 'median', 'min' or 'max'";
  static const std::string real = "use 'geomedian' (not a real observation, but near one)";
  static const std::string series = "use windows 'none' for every observation by itself";
  static const std::vector<PlannedWord> planned = {
      {"geomedian", order}, {"mad", order},  {"median", order}, {"percentile", order}, {"mean", order},
      {"stddev", order},    {"min", order},  {"max", order},    {"sum", order},        {"count", order},
      {"total", order},     {"mode", order}, {"first", series}, {"last", series},      {"medoid", real},
      {"best", real},       {"date", series}};
  return planned;
}

const kernels::Reducer& parse_reducer(const stac::Cursor& reduce) {
  const std::string word = reduce.as_string();
  if (const kernels::Reducer* const reducer = kernels::find_reducer(word)) return *reducer;
  fail_word(reduce, "reducer", reducer_names(), planned_reducers());
}

std::vector<double> parse_percentiles(const stac::Cursor& p) {
  if (!p.is_number() && !p.is_array()) p.fail_expected("a number from 0 to 100 or an array of them");
  std::vector<double> ranks;
  for (const stac::Cursor& rank : one_or_more(p)) {
    const double value = rank.as_number();
    if (value < 0 || value > 100) rank.fail(ErrorCode::kInvalid, "a percentile lies from 0 to 100");
    if (std::ranges::find(ranks, value) != ranks.end()) rank.fail(ErrorCode::kInvalid, "the percentile is there twice");
    ranks.push_back(value);
  }
  return ranks;
}

void parse_p(const stac::Cursor& output, const kernels::Reducer& reducer, OutputRequest& request) {
  const auto p = output.is_object() ? output.find("p") : std::nullopt;
  if (p && !reducer.takes_p)
    p->fail(ErrorCode::kInvalid, "the reducer '" + request.reducer + "' takes no \"p\"; only 'percentile' does");
  if (!p && reducer.takes_p)
    output.fail(ErrorCode::kInvalid,
                "'" + request.reducer + R"(' needs "p", e.g. {"reduce": ")" + request.reducer + R"(", "p": [10, 90]})");
  if (p) request.p = parse_percentiles(*p);
}

std::string parse_name(const stac::Cursor& name) {
  const std::string text = name.as_string();
  if (text.empty()) name.fail(ErrorCode::kInvalid, "the output's name is empty");
  const auto refused = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || kReservedInNames.find(c) != std::string_view::npos;
  };
  if (std::ranges::any_of(text, refused))
    name.fail(ErrorCode::kInvalid,
              "an output's name cannot hold '@', ':', '\"' or control characters (they separate subdataset names)");
  return text;
}

stac::DataType parse_dtype(const stac::Cursor& dtype) {
  const std::string word = dtype.as_string();
  if (const auto type = stac::data_type_from_name(word)) return *type;
  fail_word(dtype, "dtype", {"uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"}, {});
}

/// A number of the type, or "nan" for floating types.
double parse_nodata(const stac::Cursor& nodata, const std::optional<stac::DataType>& dtype) {
  double value = std::numeric_limits<double>::quiet_NaN();
  const bool is_nan = nodata.is_string() && (nodata.as_string() == "nan" || nodata.as_string() == "NaN");
  if (!is_nan) {
    if (!nodata.is_number()) nodata.fail_expected("a number or \"nan\"");
    value = nodata.as_number();
  }
  if (!dtype) return value;
  const std::string type = stac::data_type_name(*dtype);
  if (stac::is_integer(*dtype) && !(value == std::floor(value)))
    nodata.fail(ErrorCode::kInvalid, type + " cannot hold this nodata value; give an integer");
  if (value < stac::lowest_value(*dtype) || value > stac::highest_value(*dtype))
    nodata.fail(ErrorCode::kInvalid, type + " cannot hold this nodata value, which lies outside its range");
  return value;
}

std::optional<std::array<double, 2>> parse_clamp(const stac::Cursor& clamp, const OutputRequest& request) {
  if (clamp.is_bool()) {
    if (!clamp.as_bool()) return std::nullopt;
    if (!request.dtype) clamp.fail(ErrorCode::kInvalid, "\"clamp\": true needs \"dtype\"; or give [lowest, highest]");
    return std::array<double, 2>{stac::lowest_value(*request.dtype), stac::highest_value(*request.dtype)};
  }
  if (!clamp.is_array() || clamp.size() != 2) clamp.fail_expected("true, false or [lowest, highest] in output DN");
  const std::array<double, 2> range = {clamp.at(std::size_t{0}).as_number(), clamp.at(std::size_t{1}).as_number()};
  if (!(range[0] < range[1])) clamp.fail(ErrorCode::kInvalid, "the lowest value is not below the highest");
  return range;
}

void parse_packing(const stac::Cursor& output, OutputRequest& request) {
  if (const auto dtype = output.find("dtype")) request.dtype = parse_dtype(*dtype);
  if (const auto scale = output.find("scale")) {
    request.scale = scale->as_number();
    if (!(*request.scale > 0)) scale->fail(ErrorCode::kInvalid, "a scale is greater than 0");
  }
  if (const auto offset = output.find("offset")) request.offset = offset->as_number();
  if (const auto nodata = output.find("nodata")) request.nodata = parse_nodata(*nodata, request.dtype);
  if (const auto clamp = output.find("clamp")) request.clamp = parse_clamp(*clamp, request);
}

/// The geomedian is computed once for all outputs, so that they can only agree.
void parse_epsilon(const stac::Cursor& output, const OutputRequest& request, std::optional<double>& epsilon) {
  const auto found = output.find("epsilon");
  if (!found) return;
  if (request.reducer != "geomedian" && request.reducer != "mad")
    found->fail(ErrorCode::kInvalid, "\"epsilon\" is the geomedian's step; '" + request.reducer + "' has none");
  const double value = found->as_number();
  if (!(value > 0))
    found->fail(ErrorCode::kInvalid,
                "\"epsilon\" is greater than 0 (default 1e-6 or 0.005 DN, whichever is less; physical units)");
  if (epsilon && *epsilon != value)
    found->fail(ErrorCode::kInvalid, "\"epsilon\" differs from that of an output before; give it once");
  epsilon = value;
}

OutputRequest parse_output(const stac::Cursor& output, const std::vector<BandRequest>& bands,
                           std::optional<double>& epsilon) {
  OutputRequest request;
  request.where = output.where();
  if (!output.is_string() && !output.is_object())
    output.fail_expected(R"(a reducer's name or an object like {"reduce": "percentile", "p": [10, 90]})");
  if (output.is_object()) check_keys(output, output_section());
  const stac::Cursor name_of_reducer = output.is_string() ? output : output.at("reduce");
  const kernels::Reducer& reducer = parse_reducer(name_of_reducer);
  request.reducer = reducer.name;
  parse_p(output, reducer, request);
  if (output.is_string()) return request;
  if (const auto name = output.find("name")) request.name = parse_name(*name);
  if (const auto of = output.find("of")) {
    request.of = one_or_more_strings(*of);
    for (std::size_t i = 0; i < request.of.size(); ++i)
      check_band_name(of->is_array() ? of->at(i) : *of, request.of[i], bands);
  }
  parse_packing(output, request);
  parse_epsilon(output, request, epsilon);
  return request;
}

/// Names the unnamed: the reducer's name, or with _2, _3, ... where it is taken.
void complete_names(std::vector<OutputRequest>& outputs) {
  const auto taken = [&outputs](const std::string& name) {
    return std::ranges::find(outputs, name, &OutputRequest::name) != outputs.end();
  };
  for (OutputRequest& output : outputs) {
    if (!output.name.empty()) continue;
    std::string name = output.reducer;
    for (int i = 2; taken(name); ++i) name = output.reducer + "_" + std::to_string(i);
    output.name = name;
  }
}

}  // namespace

Outputs parse_outputs(const stac::Cursor& outputs, const std::vector<BandRequest>& bands) {
  if (!outputs.is_array()) outputs.fail_expected("an array of outputs");
  if (outputs.size() == 0)
    outputs.fail(ErrorCode::kInvalid, "no outputs; leave the key out for the median of all bands and the count");
  Outputs result;
  std::optional<double> epsilon;
  for (const stac::Cursor& output : outputs.elements()) {
    OutputRequest request = parse_output(output, bands, epsilon);
    if (!request.name.empty() &&
        std::ranges::find(result.outputs, request.name, &OutputRequest::name) != result.outputs.end())
      output.at("name").fail(ErrorCode::kInvalid, "two outputs are named '" + request.name + "'");
    result.outputs.push_back(std::move(request));
  }
  complete_names(result.outputs);
  result.epsilon = epsilon;
  return result;
}

std::vector<OutputRequest> default_outputs(const Where& where) {
  std::vector<OutputRequest> outputs(2);
  outputs[0].name = outputs[0].reducer = "median";
  outputs[1].name = outputs[1].reducer = "count";
  outputs[0].where = outputs[1].where = where;
  return outputs;
}

}  // namespace stacvrt::cube
