// SPDX-License-Identifier: MIT
// Answers of the network: when they are asked for again, and when not.
#include <atomic>
#include <thread>

#include "driver/answer_cache.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::testing::thrown_by;

namespace {

/// A cache that counts how often it asks.
struct Asked {
  AnswerCache cache;
  int times = 0;

  std::shared_ptr<const Answer> get(const std::string& key, double now_s, double age_s = 60) {
    return cache.get(key, age_s, now_s, [this] {
      ++times;
      return stac::FoundItems();
    });
  }
};

}  // namespace

TEST_CASE("An answer is reused until it is too old", "[driver]") {
  Asked asked;
  const std::uint64_t first = asked.get("a", 0)->id;
  CHECK(asked.get("a", 59)->id == first);
  CHECK(asked.times == 1);
  CHECK(asked.get("a", 60)->id != first);
  CHECK(asked.get("b", 60)->id != first);
  CHECK(asked.times == 3);
  (void)asked.get("c", 0, 0);
  (void)asked.get("c", 0, 0);
  CHECK(asked.times == 5);
}

TEST_CASE("Who wants younger answers than the one before gets them", "[driver]") {
  Asked asked;
  const std::uint64_t first = asked.get("a", 0, 60)->id;
  CHECK(asked.get("a", 20, 30)->id == first);
  CHECK(asked.get("a", 20, 10)->id != first);
  CHECK(asked.times == 2);
}

TEST_CASE("An answer that somebody holds is not asked for again, however old", "[driver]") {
  Asked asked;
  auto held = asked.get("a", 0);
  CHECK(asked.get("a", 1000) == held);
  CHECK(asked.times == 1);
  held.reset();
  (void)asked.get("a", 1001);
  CHECK(asked.times == 2);
}

TEST_CASE("Only a few answers are kept that nobody holds", "[driver]") {
  Asked asked;
  const int many = static_cast<int>(AnswerCache::kMostIdle) + 3;
  for (int i = 0; i < many; ++i) (void)asked.get(std::to_string(i), i);
  CHECK(asked.times == many);
  int kept = 0;
  for (int i = 0; i < many; ++i) {
    const int before = asked.times;
    (void)asked.get(std::to_string(i), many);
    kept += asked.times == before ? 1 : 0;
  }
  CHECK(kept > 0);
  CHECK(kept <= static_cast<int>(AnswerCache::kMostIdle) + 1);
}

TEST_CASE("What fails is not kept, and threads that ask at once ask once", "[driver]") {
  Asked asked;
  (void)thrown_by(
      [&] { (void)asked.cache.get("a", 60, 0, []() -> stac::FoundItems { throw Error(ErrorCode::kIo, "gone"); }); });
  CHECK(asked.get("a", 0) != nullptr);

  AnswerCache cache;
  std::atomic<int> times{0};
  std::vector<std::shared_ptr<const Answer>> answers(8);
  std::vector<std::thread> threads;
  for (auto& answer : answers)
    threads.emplace_back([&] {
      answer = cache.get("a", 60, 0, [&times] {
        ++times;
        return stac::FoundItems();
      });
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(times == 1);
  for (const auto& answer : answers) CHECK(answer == answers.front());
}
