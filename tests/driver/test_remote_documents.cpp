// SPDX-License-Identifier: MIT
// Which documents of the network are read again, and when.
#include <atomic>
#include <thread>
#include <vector>

#include "driver/remote_documents.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;

namespace {

// A source whose text changes with every reading.
struct Source {
  int readings = 0;
  std::size_t size = 10;
  Document operator()() {
    ++readings;
    return {std::string(size, static_cast<char>('a' + readings)), "there", {}};
  }
};

}  // namespace

TEST_CASE("A document is young for its age, then read again", "[driver]") {
  RemoteDocuments documents;
  Source source;
  const auto text_at = [&](double now) { return documents.get("k", 60, now, std::ref(source)).text[0]; };
  CHECK(text_at(1000) == 'b');
  CHECK(text_at(1059.9) == 'b');
  CHECK(text_at(1060) == 'c');
  CHECK(source.readings == 2);
}

TEST_CASE("An age of nothing reads every time", "[driver]") {
  RemoteDocuments documents;
  Source source;
  for (int i = 0; i < 3; ++i) (void)documents.get("k", 0, 1000, std::ref(source));
  CHECK(source.readings == 3);
}

TEST_CASE("What somebody holds is not read again, small or packed", "[driver]") {
  for (const std::size_t size : {std::size_t{10}, std::size_t{3} << 20}) {
    RemoteDocuments documents;
    Source source;
    source.size = size;
    auto held = documents.get("k", 60, 1000, std::ref(source));
    Document again = documents.get("k", 60, 9000, std::ref(source));
    CHECK(again.text == held.text);
    CHECK(again.location == "there");
    CHECK(source.readings == 1);
    CHECK(documents.get("other", 60, 9000, std::ref(source)).text != held.text);
    held.hold.reset();
    CHECK(documents.get("k", 60, 9000, std::ref(source)).text == again.text);
    again.hold.reset();
    CHECK(documents.get("k", 60, 9000, std::ref(source)).text != held.text);
  }
}

TEST_CASE("A failure is not kept", "[driver]") {
  RemoteDocuments documents;
  Source source;
  CHECK_THROWS(documents.get("k", 60, 1000, []() -> Document { throw Error(ErrorCode::kIo, "no"); }));
  CHECK(documents.get("k", 60, 1000, std::ref(source)).text[0] == 'b');
}

TEST_CASE("Threads that ask at once get one reading", "[driver]") {
  RemoteDocuments documents;
  std::atomic<int> readings{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      (void)documents.get("k", 60, 1000, [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ++readings;
        return Document{"x", "there", {}};
      });
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(readings == 1);
}
