// SPDX-License-Identifier: MIT
// The cache of computed tiles: least recently used first out, and each tile computed by one thread at a time.
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "cube/tile_cache.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt::cube;
using namespace std::chrono_literals;

std::shared_ptr<const Tile> tile_of(std::size_t bytes) {
  auto tile = std::make_shared<Tile>();
  tile->values.resize(bytes);
  return tile;
}

TileKey key_of(std::int64_t x, std::uint64_t view = 1) {
  return {view, 0, {x, 0, 1, 1}};
}

// Puts a tile of 10 bytes; whether it had to be computed.
bool put(TileCache& cache, const TileKey& key) {
  bool computed = false;
  cache.get(key, [&] {
    computed = true;
    return tile_of(10);
  });
  return computed;
}

// Holds threads back until it is opened.
struct Gate {
  void open() { m_promise.set_value(); }
  void wait() { m_future.wait(); }

 private:
  std::promise<void> m_promise;
  std::shared_future<void> m_future = m_promise.get_future().share();
};

// Eight threads ask for one key while the first of them is still computing; what each of them got, null for failures.
struct Crowd {
  std::atomic<int> computed{0};
  std::atomic<int> failed{0};
  std::vector<std::shared_ptr<const Tile>> tiles{8};

  void run(TileCache& cache, bool fail) {
    Gate gate;
    std::atomic<int> asking{0};
    const auto compute = [&]() -> std::shared_ptr<const Tile> {
      ++computed;
      gate.wait();
      if (fail) throw std::runtime_error("no tile");
      return tile_of(10);
    };
    std::vector<std::thread> threads;
    for (auto& tile : tiles)
      threads.emplace_back([&] {
        ++asking;
        try {
          tile = cache.get(key_of(5), compute);
        } catch (const std::runtime_error&) {
          ++failed;
        }
      });
    while (asking < 8 || computed < 1) std::this_thread::yield();
    // All are on their way into get(); give those that are not yet waiting the time to.
    std::this_thread::sleep_for(50ms);
    gate.open();
    for (std::thread& thread : threads) thread.join();
  }
};

}  // namespace

TEST_CASE("A tile is computed once and then found", "[cube]") {
  TileCache cache(100);
  CHECK(cache.peek(key_of(1)) == nullptr);
  CHECK(put(cache, key_of(1)));
  CHECK_FALSE(put(cache, key_of(1)));
  REQUIRE(cache.peek(key_of(1)));
  CHECK(cache.peek(key_of(1))->values.size() == 10);
}

TEST_CASE("View, window and area all tell tiles apart", "[cube]") {
  TileCache cache(1000);
  for (const TileKey& key : {TileKey{1, 2, {3, 4, 5, 6}}, TileKey{9, 2, {3, 4, 5, 6}}, TileKey{1, 9, {3, 4, 5, 6}},
                             TileKey{1, 2, {9, 4, 5, 6}}, TileKey{1, 2, {3, 9, 5, 6}}, TileKey{1, 2, {3, 4, 9, 6}},
                             TileKey{1, 2, {3, 4, 5, 9}}})
    CHECK(put(cache, key));
}

TEST_CASE("The least recently used tile goes first", "[cube]") {
  TileCache cache(30);
  for (int x = 0; x < 3; ++x) put(cache, key_of(x));
  CHECK_FALSE(put(cache, key_of(0)));  // used again
  put(cache, key_of(3));
  CHECK(cache.peek(key_of(1)) == nullptr);
  CHECK(cache.peek(key_of(0)) != nullptr);
  CHECK(cache.peek(key_of(2)) != nullptr);
  CHECK(cache.peek(key_of(3)) != nullptr);
}

TEST_CASE("A tile larger than the cache is handed out and not kept", "[cube]") {
  TileCache cache(30);
  put(cache, key_of(0));
  CHECK(cache.get(key_of(1), [] { return tile_of(31); })->values.size() == 31);
  CHECK(cache.peek(key_of(1)) == nullptr);
}

TEST_CASE("A smaller capacity forgets at once, and a tile in use stays alive", "[cube]") {
  TileCache cache(30);
  const auto held = cache.get(key_of(0), [] { return tile_of(10); });
  put(cache, key_of(1));
  cache.set_capacity(10);
  CHECK(cache.capacity() == 10);
  CHECK(cache.peek(key_of(0)) == nullptr);
  CHECK(cache.peek(key_of(1)) != nullptr);
  CHECK(held->values.size() == 10);
}

TEST_CASE("Threads that ask for a tile being computed share that one", "[cube]") {
  TileCache cache(100);
  Crowd crowd;
  crowd.run(cache, false);
  CHECK(crowd.computed == 1);
  for (const auto& tile : crowd.tiles) CHECK((tile && tile == crowd.tiles[0]));
}

TEST_CASE("A failure reaches all who wait, and the next one tries again", "[cube]") {
  TileCache cache(100);
  Crowd crowd;
  crowd.run(cache, true);
  CHECK(crowd.failed == 8);
  CHECK(crowd.computed == 1);
  CHECK(cache.peek(key_of(5)) == nullptr);
  CHECK(put(cache, key_of(5)));
}
