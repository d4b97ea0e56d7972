// SPDX-License-Identifier: MIT
// Tiles ahead of a host that reads in order: the right ones, and none for hosts that do not.
#include <chrono>
#include <thread>

#include "tests/catch.h"
#include "tests/driver/scene.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;
using namespace std::chrono_literals;

namespace {

// Waits until that many tiles are computed, but not for ever; what they are then, and a moment later.
int tiles_after_waiting(GDALDataset& dataset, int wanted) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (tiles_computed(dataset) < wanted && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(50ms);
  return tiles_computed(dataset);
}

void read_part(GDALDataset& dataset, int x, int y, int width, int height) {
  (void)read(dataset, {x, y, width, height, {1}, GDT_Float32});
}

}  // namespace

// The scene's grid has 2 x 2 tiles of 512.
TEST_CASE("After two blocks of a row the first of the next row is computed", "[driver]") {
  const Scene scene;
  forget_everything();
  const auto dataset = open(scene.recipe(R"(["median"])"), {{"THREADS", "2"}});
  REQUIRE(dataset->GetRasterXSize() > 512);
  read_part(*dataset, 0, 0, 512, 512);
  CHECK(tiles_after_waiting(*dataset, 1) == 1);  // one read alone says nothing of the next
  read_part(*dataset, 512, 0, dataset->GetRasterXSize() - 512, 512);
  CHECK(tiles_after_waiting(*dataset, 3) == 3);
  read_part(*dataset, 0, 512, 512, dataset->GetRasterYSize() - 512);
  CHECK(tiles_after_waiting(*dataset, 4) == 4);
}

TEST_CASE("After two strips across the grid the tiles below are computed", "[driver]") {
  const Scene scene;
  forget_everything();
  const auto dataset = open(scene.recipe(R"(["median"])"), {{"THREADS", "2"}});
  read_part(*dataset, 0, 0, dataset->GetRasterXSize(), 16);
  CHECK(tiles_after_waiting(*dataset, 2) == 2);
  read_part(*dataset, 0, 16, dataset->GetRasterXSize(), 16);
  CHECK(tiles_after_waiting(*dataset, 4) == 4);
}

TEST_CASE("Nothing is computed ahead of jumps, of one thread, or of memory for one tile", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(R"(["median"])");
  {
    forget_everything();
    const auto dataset = open(recipe, {{"THREADS", "2"}});
    read_part(*dataset, 512, 512, 10, 10);
    read_part(*dataset, 0, 0, 10, 10);
    CHECK(tiles_after_waiting(*dataset, 2) == 2);
  }
  const std::string least = std::to_string(open(recipe, {{"THREADS", "2"}})->engine().least_budget());
  for (const cube::OptionList& options :
       {cube::OptionList{{"THREADS", "1"}}, cube::OptionList{{"THREADS", "2"}, {"MEMORY", least}}}) {
    forget_everything();
    const auto dataset = open(recipe, options);
    read_part(*dataset, 0, 0, 10, 10);
    read_part(*dataset, 512, 0, 10, 10);
    CHECK(tiles_after_waiting(*dataset, 2) == 2);
  }
}

TEST_CASE("A dataset may be closed, and everything forgotten, while tiles are computed ahead", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(R"(["median"])");
  for (int round = 0; round < 5; ++round) {
    forget_everything();
    const auto dataset = open(recipe, {{"THREADS", "2"}});
    read_part(*dataset, 0, 0, 10, 10);
    read_part(*dataset, 512, 0, 10, 10);
  }
  forget_everything();
}
