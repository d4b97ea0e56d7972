// SPDX-License-Identifier: MIT
// The side table of places: nearest enclosing entry, replacement of what lies below, pointers with escapes.
#include "cube/recipe_places.h"
#include "tests/catch.h"

using stacvrt::Where;
using stacvrt::cube::RecipePlaces;

TEST_CASE("A value without a place of its own has that of the nearest enclosing one", "[cube]") {
  RecipePlaces places;
  places.put("", {"r.stacvrt", {}, {}});
  places.put("/grid/bounds", {"open option BOUNDS", {}, {}});
  CHECK(places.find("/grid/bounds/2", {}).document == "open option BOUNDS");
  CHECK(places.find("/grid/bounds/2", {}).pointer == "/2");
  CHECK(places.find("/grid/crs", {}).document == "r.stacvrt");
  CHECK(places.find("/grid/crs", {}).pointer == "/grid/crs");
  CHECK(places.find("/grid/bounds2", {}).document == "r.stacvrt");
  CHECK(RecipePlaces().find("/a", {"fallback", {}, {}}).document == "fallback");
}

TEST_CASE("A new place covers what lies below it and nothing beside it", "[cube]") {
  RecipePlaces places;
  places.put("/mask/asset", {"a", {}, {}});
  places.put("/mask-b", {"b", {}, {}});
  places.put("/mask", {"c", {}, {}});
  CHECK(places.find("/mask/asset", {}).document == "c");
  CHECK(places.find("/mask-b", {}).document == "b");
}

TEST_CASE("Places are taken over with all that lies below", "[cube]") {
  RecipePlaces from;
  from.put("", {"preset", {}, {}});
  from.put("/time/range", {"preset", {}, "/time"});
  RecipePlaces places;
  places.put("/time/range/0", {"old", {}, {}});
  places.take("/time", from);
  CHECK(places.find("/time/windows", {}).pointer == "/time/windows");
  CHECK(places.find("/time/range/0", {}).document == "preset");
  CHECK(places.find("/time/range/0", {}).pointer == "/time/0");
}

TEST_CASE("Tokens of pointers are escaped", "[cube]") {
  CHECK(stacvrt::cube::pointer_token("eo:cloud/x~y") == "eo:cloud~1x~0y");
}
