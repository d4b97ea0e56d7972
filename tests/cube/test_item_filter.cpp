// SPDX-License-Identifier: MIT
// Which items take part: conditions on properties, and the range of time.
#include "cube/item_filter.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::ItemBuilder;
using stac::Json;
using Operator = PropertyFilter::Operator;

stac::Item cloudy(const Json& cover) {
  return ItemBuilder("i", "2020-01-01").property("eo:cloud_cover", cover).build();
}

bool passes(const Json& cover, Operator op, const Json& value) {
  return matches(cloudy(cover), {{"eo:cloud_cover", op, value, {}}});
}

}  // namespace

TEST_CASE("Numbers compare as numbers, whole or not", "[cube]") {
  CHECK(passes(20, Operator::kLt, 20.5));
  CHECK_FALSE(passes(20, Operator::kLt, 20));
  CHECK(passes(20, Operator::kLe, 20.0));
  CHECK_FALSE(passes(20.1, Operator::kLe, 20));
  CHECK(passes(21, Operator::kGt, 20));
  CHECK_FALSE(passes(20, Operator::kGt, 20));
  CHECK(passes(20, Operator::kGe, 20));
  CHECK_FALSE(passes(19.9, Operator::kGe, 20));
  CHECK(passes(20, Operator::kEq, 20.0));
  CHECK_FALSE(passes(20, Operator::kNe, 20.0));
  CHECK(passes(20, Operator::kNe, 21));
}

TEST_CASE("Text compares as text, and never with a number", "[cube]") {
  CHECK(passes("33UVP", Operator::kEq, "33UVP"));
  CHECK(passes("05.09", Operator::kGe, "04.00"));
  CHECK_FALSE(passes("02.14", Operator::kGe, "04.00"));
  CHECK_FALSE(passes("20", Operator::kEq, 20));
  CHECK(passes("20", Operator::kNe, 20));
  for (const Operator op : {Operator::kLt, Operator::kLe, Operator::kGt, Operator::kGe})
    CHECK_FALSE(passes("20", op, 20));
  CHECK(passes(true, Operator::kEq, true));
  CHECK_FALSE(passes(true, Operator::kLt, false));
}

TEST_CASE("A list holds any of its values", "[cube]") {
  CHECK(passes("b", Operator::kIn, {"a", "b"}));
  CHECK(passes(2, Operator::kIn, {1, 2.0}));
  CHECK_FALSE(passes("c", Operator::kIn, {"a", "b"}));
}

TEST_CASE("An item without the property never matches, not even 'is not'", "[cube]") {
  const auto item = ItemBuilder("i", "2020-01-01").property("null", nullptr).build();
  for (const Operator op : {Operator::kEq, Operator::kNe, Operator::kLt, Operator::kGe, Operator::kIn})
    for (const char* property : {"absent", "null"}) CHECK_FALSE(matches(item, {{property, op, Json::array({1}), {}}}));
}

TEST_CASE("Items are chosen by id and collection too", "[cube]") {
  stac::Item item = ItemBuilder("scene", "2020-01-01").property("id", "another").build();
  item.collection = "s2";
  const auto is = [&](const char* name, Operator op, const Json& value) {
    return matches(item, {{name, op, value, {}}});
  };
  CHECK(is("id", Operator::kEq, "scene"));
  CHECK_FALSE(is("id", Operator::kNe, "scene"));
  CHECK(is("id", Operator::kIn, {"other", "scene"}));
  CHECK(is("collection", Operator::kEq, "s2"));
  CHECK_FALSE(is("collection", Operator::kEq, "s1"));
  item.collection.clear();
  CHECK_FALSE(is("collection", Operator::kNe, "s1"));  // it has none
}

TEST_CASE("All conditions must hold, and none is none", "[cube]") {
  const PropertyFilter less{"eo:cloud_cover", Operator::kLt, 30, {}}, more{"eo:cloud_cover", Operator::kGt, 10, {}};
  CHECK(matches(cloudy(20), {less, more}));
  CHECK_FALSE(matches(cloudy(5), {less, more}));
  CHECK_FALSE(matches(cloudy(40), {less, more}));
  CHECK(matches(cloudy(5), {}));
}

TEST_CASE("A time range holds its begin and not its end", "[cube]") {
  const stac::Interval march = stac::parse_interval("2020-03");
  CHECK(in_range(ItemBuilder("i", "2020-03-01T00:00:00Z").build(), march));
  CHECK(in_range(ItemBuilder("i", "2020-03-31T23:59:59.999999Z").build(), march));
  CHECK_FALSE(in_range(ItemBuilder("i", "2020-04-01T00:00:00Z").build(), march));
  CHECK_FALSE(in_range(ItemBuilder("i", "2020-02-29T23:59:59.999999Z").build(), march));
}

TEST_CASE("An item of an interval takes part where the two intersect", "[cube]") {
  const auto item = [](const char* begin, const char* end) {
    stac::Item result = ItemBuilder("i", "2020-01-01").build();
    result.datetime.reset();
    result.start_datetime = stac::parse_instant(begin);
    if (*end) result.end_datetime = stac::parse_instant(end);
    return result;
  };
  const stac::Interval march = stac::parse_interval("2020-03");
  CHECK(in_range(item("2020-01-01", "2020-12-31"), march));
  CHECK(in_range(item("2020-02-01", "2020-03-01"), march));
  CHECK_FALSE(in_range(item("2020-02-01", "2020-02-29"), march));
  CHECK_FALSE(in_range(item("2020-04-01", "2020-05-01"), march));
  CHECK(in_range(item("2020-03-05", ""), march));
  CHECK_FALSE(in_range(item("2020-02-05", ""), march));
}

TEST_CASE("What conditions and range leave out is told, one line each", "[cube]") {
  std::vector<stac::Item> items;
  const auto add = [&](const char* when, const Json& cover) {
    items.push_back(ItemBuilder("i" + std::to_string(items.size()), when).property("eo:cloud_cover", cover).build());
  };
  add("2020-03-20", 10);
  add("2020-03-10", 20);
  add("2020-04-01", 10);
  add("2020-03-05", 50);
  add("2020-03-06", nullptr);
  Recipe recipe;
  std::vector<std::string> told;
  CHECK(select_items(recipe, items, told).size() == 5);
  CHECK(told.empty());
  recipe.filters = {{"eo:cloud_cover", Operator::kLt, 30, {}}, {"eo:cloud_cover", Operator::kGe, 0, {}}};
  recipe.time.range = stac::parse_interval("2020-03");
  const auto selected = select_items(recipe, items, told);
  REQUIRE(selected.size() == 2);
  CHECK(selected[0]->id == "i1");
  CHECK(selected[1]->id == "i0");
  CHECK(told ==
        std::vector<std::string>{"filter on 'eo:cloud_cover': 2 of 5 items left out, 1 of them without this property",
                                 "filter on 'eo:cloud_cover': 1 of 5 items left out, 1 of them without this property",
                                 "time range: 1 of 3 items left out"});
}
