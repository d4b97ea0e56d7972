// SPDX-License-Identifier: MIT
// `mask` of a recipe, but for its bit rules.
#include <charconv>
#include <cmath>
#include <limits>

#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"

namespace stacvrt::cube {
namespace {

/// Far beyond any cleanup in use; keeps halos within what a tile can carry.
constexpr double kMaxRadiusPx = 1000;
constexpr double kMaxRadiusMetres = 1e6;

const char* const kStepForm = R"(a step like ["dilation", 5] (basis pixels) or ["dilation", "60 m"])";

ClassReference parse_class(const stac::Cursor& value) {
  if (value.is_number()) return value.as_integer();
  if (!value.is_string()) value.fail_expected("a class name or an integer");
  if (value.as_string().empty()) value.fail_expected("a class name that is not empty");
  return value.as_string();
}

std::vector<ClassReference> parse_classes(const stac::Cursor& list) {
  if (!list.is_array() && !list.is_string() && !list.is_number())
    list.fail_expected("an array of class names or integers");
  std::vector<ClassReference> classes;
  if (!list.is_array()) return {parse_class(list)};
  for (const stac::Cursor& value : list.elements()) classes.push_back(parse_class(value));
  return classes;
}

/// "60 m" or "60m": the number; throws for anything else.
double parse_metres(const stac::Cursor& radius) {
  const std::string text = radius.as_string();
  double metres = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), metres);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (error != std::errc() || unit != "m") radius.fail_expected("a radius in basis pixels (5) or metres (\"60 m\")");
  return metres;
}

CleanupStep parse_step(const stac::Cursor& step) {
  if (!step.is_array() || step.size() != 2) step.fail_expected(kStepForm);
  static const std::vector<std::pair<std::string, CleanupOperation>> operations = {
      {"opening", CleanupOperation::kOpening},
      {"closing", CleanupOperation::kClosing},
      {"dilation", CleanupOperation::kDilation},
      {"erosion", CleanupOperation::kErosion}};
  CleanupStep result;
  result.operation = choose(step.at(std::size_t{0}), "cleanup operation", operations);
  const stac::Cursor radius = step.at(std::size_t{1});
  result.metres = radius.is_string();
  if (!radius.is_string() && !radius.is_number())
    radius.fail_expected("a radius in basis pixels (5) or metres (\"60 m\")");
  result.radius = result.metres ? parse_metres(radius) : radius.as_number();
  const double most = result.metres ? kMaxRadiusMetres : kMaxRadiusPx;
  if (!(result.radius > 0 && result.radius <= most))
    radius.fail(ErrorCode::kInvalid, "a radius lies above 0 and goes up to " + std::to_string(static_cast<int>(most)) +
                                         (result.metres ? " m" : " pixels"));
  return result;
}

std::vector<CleanupStep> parse_cleanup(const stac::Cursor& cleanup) {
  if (cleanup.is_object())
    fail_planned(cleanup, "cleanup per class", "write a list of masks, each with its classes and its \"cleanup\"");
  if (!cleanup.is_array()) cleanup.fail_expected(std::string("an array of steps, each ") + kStepForm);
  std::vector<CleanupStep> steps;
  for (const stac::Cursor& step : cleanup.elements()) steps.push_back(parse_step(step));
  return steps;
}

std::pair<double, double> parse_valid_range(const stac::Cursor& range) {
  const std::string form = "[lowest, highest], with null for an open end";
  if (!range.is_array() || range.size() != 2) range.fail_expected(form);
  const stac::Cursor low = range.at(std::size_t{0});
  const stac::Cursor high = range.at(std::size_t{1});
  if (low.is_null() && high.is_null()) range.fail(ErrorCode::kInvalid, "both ends are open; give one of " + form);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::pair<double, double> result = {low.is_null() ? -kInfinity : low.as_number(),
                                            high.is_null() ? kInfinity : high.as_number()};
  if (result.first > result.second) range.fail(ErrorCode::kInvalid, "the lowest value is above the highest");
  return result;
}

void parse_asset(const stac::Cursor& mask, MaskRequest& request) {
  if (const auto asset = mask.find("asset")) {
    auto keys = one_or_more_strings(*asset);
    request.asset = keys.front();
    request.asset_alternatives.assign(keys.begin() + 1, keys.end());
  }
  if (const auto band = mask.find("band")) {
    if (band->is_number()) {
      if (band->as_integer() < 1) band->fail(ErrorCode::kInvalid, "band numbers start at 1");
      request.band = std::to_string(band->as_integer());
    } else {
      request.band = band->as_string();
    }
  }
}

void parse_rules(const stac::Cursor& mask, MaskRequest& request) {
  const auto classes = [&mask](const char* key, std::vector<ClassReference>& list, Where& where) {
    const auto found = mask.find(key);
    if (!found) return;
    where = found->where();
    list = parse_classes(*found);
  };
  classes("exclude", request.exclude, request.exclude_where);
  classes("keep", request.keep, request.keep_where);
  if (const auto keep = mask.find("keep"); keep && request.keep.empty())
    keep->fail(ErrorCode::kInvalid, "keeps nothing; name the classes to keep");
  if (mask.find("nodata")) classes("nodata", request.nodata.emplace(), request.nodata_where);
  if (const auto bits = mask.find("bits")) request.bits = parse_bit_rules(*bits);
  if (const auto bits = mask.find("nodata_bits")) request.nodata_bits = parse_bit_rules(*bits);
  if (const auto below = mask.find("below")) request.below = below->as_number();
  if (const auto above = mask.find("above")) request.above = above->as_number();
  if (const auto range = mask.find("valid_range")) request.valid_range = parse_valid_range(*range);
  if (const auto cleanup = mask.find("cleanup")) request.cleanup = parse_cleanup(*cleanup);
}

/// A mask that silently masks nothing would be taken for one that works.
[[noreturn]] void fail_without_rule(const stac::Cursor& mask, const std::string& asset) {
  mask.fail(ErrorCode::kInvalid,
            asset.empty() ? std::string("a mask needs \"asset\" with a rule, or \"valid_range\"")
                          : "the mask '" + asset +
                                "' excludes nothing; add \"exclude\" (open option MASK_EXCLUDE), \"keep\", \"bits\", "
                                "\"below\", \"above\" or \"nodata\"");
}

void check_mask(const stac::Cursor& mask, const MaskRequest& request) {
  if (request.asset.empty()) {
    for (const char* key : {"exclude", "keep", "nodata", "bits", "nodata_bits", "below", "above", "band"}) {
      if (const auto found = mask.find(key))
        found->fail(ErrorCode::kInvalid, std::string("\"") + key + "\" needs the \"asset\" that it speaks of");
    }
  }
  if (request.asset.empty() && !request.cleanup.empty())
    mask.at("cleanup").fail(ErrorCode::kUnsupported,
                            "\"cleanup\" of a \"valid_range\" is not built yet; it acts on what an \"asset\" marks");
  const bool has_rule = !request.exclude.empty() || !request.keep.empty() || !request.bits.empty() || request.nodata ||
                        !request.nodata_bits.empty() || request.below || request.above || request.valid_range;
  if (!has_rule) fail_without_rule(mask, request.asset);
  if (request.below && request.above && *request.below > *request.above)
    mask.at("below").fail(ErrorCode::kInvalid, "\"below\" is greater than \"above\": no value would be left");
}

MaskRequest parse_mask(const stac::Cursor& mask) {
  if (mask.is_string()) fail_without_rule(mask, mask.as_string());
  if (!mask.is_object()) mask.fail_expected(R"(an object like {"asset": "scl", "exclude": ["cloud_shadows", 9]})");
  check_keys(mask, mask_section());
  MaskRequest request;
  request.where = mask.where();
  parse_asset(mask, request);
  parse_rules(mask, request);
  check_mask(mask, request);
  return request;
}

}  // namespace

std::vector<MaskRequest> parse_masks(const stac::Cursor& mask) {
  if (!mask.is_array()) return {parse_mask(mask)};
  std::vector<MaskRequest> masks;
  for (const stac::Cursor& one : mask.elements()) masks.push_back(parse_mask(one));
  return masks;
}

}  // namespace stacvrt::cube
