// SPDX-License-Identifier: MIT
// The transport against servers that fail on purpose.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "stac/curl_transport.h"
#include "stac/http_headers.h"
#include "tests/catch.h"
#include "tests/stac/loopback_server.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using stacvrt::stac::testing::Answer;
using stacvrt::stac::testing::answer;
using stacvrt::stac::testing::LoopbackServer;
using stacvrt::testing::thrown_by;

namespace {

// Settings that do not depend on whose machine it is, and retry quickly.
HttpSettings quick() {
  HttpSettings settings;
  settings.netrc = false;
  settings.retry_delay_s = 0.01;
  settings.retry_time_s = 5;
  return settings;
}

CurlTransport transport_with(const HttpSettings& settings, TransportLimits limits = {}) {
  return CurlTransport([settings](const std::string&) { return settings; }, limits);
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = request.home = url;
  request.where = {"r.stacvrt", {}, "/items"};
  return request;
}

HttpResponse fetch_one(Transport& transport, const HttpRequest& request) {
  HttpResponse result;
  int answers = 0;
  transport.fetch({request}, [&](const HttpRequest&, HttpResponse response) {
    ++answers;
    result = std::move(response);
    return std::vector<HttpRequest>();
  });
  CHECK(answers == 1);
  return result;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("An answer is handed over whole, with its headers and where it came from", "[stac]") {
  LoopbackServer server([](int, const std::string&) { return answer("200 OK", "{\"a\": 1}", "X-Mark:  yes \r\n"); });
  CurlTransport transport = transport_with(quick());
  const HttpResponse response = fetch_one(transport, get(server.url("/a.json?b=c")));
  CHECK(response.body == "{\"a\": 1}");
  CHECK(response.url == server.url("/a.json?b=c"));
  CHECK(find_header(response.headers, "x-mark") == "yes");
  const std::string asked = server.requests().at(0);
  CHECK(asked.starts_with("GET /a.json?b=c HTTP/1.1\r\n"));
  CHECK(contains(asked, "Accept-Encoding: gzip\r\n"));
}

TEST_CASE("What an answer leads to is fetched too, on the same connection", "[stac]") {
  LoopbackServer server([](int index, const std::string&) { return answer("200 OK", std::to_string(index)); });
  CurlTransport transport = transport_with(quick());
  std::string bodies;
  transport.fetch({get(server.url("/1"))}, [&](const HttpRequest&, const HttpResponse& response) {
    bodies += response.body;
    return bodies.size() < 4 ? std::vector{get(server.url("/more"))} : std::vector<HttpRequest>();
  });
  (void)fetch_one(transport, get(server.url("/again")));
  CHECK(bodies == "0123");
  CHECK(server.connections() == 1);
}

TEST_CASE("Transient failures of each kind are asked for again", "[stac]") {
  const std::vector<std::pair<const char*, Answer>> failures{
      {"503", answer("503 Busy", "busy")},
      {"429", answer("429 Slow down", "", "Retry-After: 0\r\n")},
      {"reset", {"", false, true, 0}},
      {"reset within the body", {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false, true, 0}},
      {"cut off", {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true, false, 0}},
      {"chunks cut off", {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", true, false, 0}},
      {"nothing", {"", true, false, 0}}};
  for (const auto& [name, failure] : failures) {
    INFO(name);
    LoopbackServer server([&failure = failure](int index, const std::string&) {
      return index < 2 ? failure : answer("200 OK", "whole");
    });
    CurlTransport transport = transport_with(quick());
    CHECK(fetch_one(transport, get(server.url())).body == "whole");
    CHECK(server.requests().size() == 3);
  }
}

TEST_CASE("A server that stays silent is given up and asked again", "[stac]") {
  LoopbackServer server([](int index, const std::string&) {
    Answer given = answer("200 OK", "whole");
    given.stall_ms = index == 0 ? 2000 : 0;
    given.close = true;
    return given;
  });
  HttpSettings settings = quick();
  settings.timeout_s = 1;
  settings.max_retries = 8;
  CurlTransport transport = transport_with(settings);
  CHECK(fetch_one(transport, get(server.url())).body == "whole");
  CHECK(server.requests().size() >= 2);
}

TEST_CASE("Retries end, and the error says after how many attempts and what the server said", "[stac]") {
  LoopbackServer server(
      [](int, const std::string&) { return answer("503 Busy", "maintenance", "Content-Type: text/plain\r\n"); });
  HttpSettings settings = quick();
  settings.max_retries = 2;
  CurlTransport transport = transport_with(settings);
  const Error error = thrown_by([&] { (void)fetch_one(transport, get(server.url("/x?key=secretsecret"))); });
  CHECK(error.code() == ErrorCode::kIo);
  CHECK_THAT(error.what(), ContainsSubstring(server.url("/x?...")) && ContainsSubstring("503: maintenance") &&
                               ContainsSubstring("after 3 attempts") && ContainsSubstring("r.stacvrt, at /items") &&
                               !ContainsSubstring("secret"));
  CHECK(server.requests().size() == 3);
}

TEST_CASE("A server that asks for more patience than there is is not asked again", "[stac]") {
  LoopbackServer server([](int, const std::string&) { return answer("429 No", "", "Retry-After: 3600\r\n"); });
  CurlTransport transport = transport_with(quick());
  CHECK_THAT(thrown_by([&] { (void)fetch_one(transport, get(server.url())); }).what(),
             ContainsSubstring("429 (too many requests)") && ContainsSubstring("come back in 3600 s"));
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Refusals fail at once, with the server's words and without our secrets", "[stac]") {
  for (const auto& [status, code] :
       {std::pair("403 Forbidden", ErrorCode::kIo), std::pair("404 Not Found", ErrorCode::kNotFound)}) {
    LoopbackServer server([status = status](int, const std::string&) {
      return answer(status, R"({"description": "not for Bearer t0ken-of-mine"})", "Content-Type: application/json\r\n");
    });
    HttpSettings settings = quick();
    settings.credentials.bearer = "t0ken-of-mine";
    CurlTransport transport = transport_with(settings);
    const Error error = thrown_by([&] { (void)fetch_one(transport, get(server.url())); });
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), ContainsSubstring(std::string(status).substr(0, 3)) &&
                                 ContainsSubstring("not for Bearer ***") && !ContainsSubstring("t0ken"));
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("Another origin never sees credentials, cookies or custom headers", "[stac]") {
  LoopbackServer second([](int, const std::string&) { return answer("200 OK", "there"); });
  const std::string location = second.url("/there");
  LoopbackServer first([&](int, const std::string& request) {
    if (contains(request, "GET /back")) return answer("200 OK", "back");
    return answer("302 Found", "", "Location: " + location + "\r\n");
  });
  HttpSettings settings = quick();
  settings.credentials.headers = {{"X-Key", "geheim"}, {"Authorization", "Basic geheim"}};
  settings.credentials.user_password = "user:geheim";
  settings.credentials.cookie = "session=geheim";
  HttpRequest request = get(first.url());
  request.headers = {{"X-Link", "geheim"}, {"Accept", "application/geo+json"}};
  CurlTransport transport = transport_with(settings);
  const HttpResponse response = fetch_one(transport, request);
  CHECK(response.body == "there");
  CHECK(response.url == location);
  for (const char* part : {"X-Key: geheim", "Authorization: Basic geheim", "session=geheim", "X-Link: geheim"})
    CHECK(contains(first.requests().at(0), part));
  const std::string there = second.requests().at(0);
  CHECK_FALSE(contains(there, "geheim"));
  CHECK_FALSE(contains(there, "Authorization"));
  CHECK_FALSE(contains(there, "Cookie"));
  CHECK(contains(there, "Accept: application/geo+json\r\n"));
}

TEST_CASE("Coming back from elsewhere does not bring credentials back", "[stac]") {
  std::string first_url;
  LoopbackServer second(
      [&](int, const std::string&) { return answer("302 Found", "", "Location: " + first_url + "back\r\n"); });
  LoopbackServer first([&](int index, const std::string&) {
    return index == 0 ? answer("302 Found", "", "Location: " + second.url() + "\r\n") : answer("200 OK", "back");
  });
  first_url = first.url();
  HttpSettings settings = quick();
  settings.credentials.bearer = "geheim";
  CurlTransport transport = transport_with(settings);
  CHECK(fetch_one(transport, get(first.url())).body == "back");
  CHECK(contains(first.requests().at(0), "Authorization: Bearer geheim\r\n"));
  CHECK_FALSE(contains(first.requests().at(1), "Authorization"));
}

TEST_CASE("A request that is not at home carries only what was bound to its URL", "[stac]") {
  LoopbackServer server([](int, const std::string&) { return answer("401 No", ""); });
  HttpSettings settings = quick();
  settings.credentials.bearer = "geheim";
  settings.bound.headers = {{"X-Bound", "here"}};
  CurlTransport transport = transport_with(settings);
  HttpRequest request = get(server.url());
  request.home = "http://127.0.0.1:1/";
  request.headers = {{"X-Link", "geheim"}};
  CHECK_THAT(thrown_by([&] { (void)fetch_one(transport, request); }).what(),
             ContainsSubstring("given for another server"));
  CHECK_FALSE(contains(server.requests().at(0), "geheim"));
  CHECK(contains(server.requests().at(0), "X-Bound: here\r\n"));
}

TEST_CASE("Entries of netrc go to their hosts, its default only home", "[stac]") {
  const std::string file = std::filesystem::temp_directory_path() / ("netrc-" + std::to_string(getpid()));
  LoopbackServer server([](int, const std::string&) { return answer("200 OK", "x"); });
  HttpSettings settings = quick();
  settings.netrc = true;
  settings.netrc_file = file;
  HttpRequest away = get(server.url());
  away.home.clear();
  const auto is_authorised_with = [&](const char* netrc, const HttpRequest& request) {
    std::ofstream(file) << netrc;
    CurlTransport transport = transport_with(settings);
    (void)fetch_one(transport, request);
    return contains(server.requests().back(), "Authorization: Basic ");
  };
  CHECK(is_authorised_with("machine 127.0.0.1 login u password p\n", away));
  CHECK_FALSE(is_authorised_with("machine other login u password p\ndefault login u password p\n", away));
  CHECK(is_authorised_with("machine other login u password p\ndefault login u password p\n", get(server.url())));
  unlink(file.c_str());
}

TEST_CASE("A POST keeps its body through 307 and becomes a GET by 303", "[stac]") {
  LoopbackServer server([](int index, const std::string&) {
    if (index == 0) return answer("307 Temporary", "", "Location: /second\r\n");
    if (index == 1) return answer("303 See Other", "", "Location: third\r\n");
    return answer("200 OK", "done");
  });
  CurlTransport transport = transport_with(quick());
  HttpRequest request = get(server.url("/first"));
  request.method = "POST";
  request.body = R"({"limit": 1})";
  CHECK(fetch_one(transport, request).url == server.url("/third"));
  const auto asked = server.requests();
  for (const std::size_t i : {0U, 1U}) {
    CHECK(asked.at(i).starts_with("POST "));
    CHECK(asked.at(i).ends_with("\r\n\r\n{\"limit\": 1}"));
    CHECK(contains(asked.at(i), "Content-Type: application/json\r\n"));
  }
  CHECK(asked.at(2).starts_with("GET /third "));
  CHECK_FALSE(contains(asked.at(2), "Content-"));
}

TEST_CASE("Redirects are refused to other schemes, and after ten", "[stac]") {
  LoopbackServer server([](int, const std::string& request) {
    return answer("301 Moved", "",
                  contains(request, "GET /loop") ? "Location: /loop\r\n" : "Location: file:///etc/passwd\r\n");
  });
  CurlTransport transport = transport_with(quick());
  const Error file = thrown_by([&] { (void)fetch_one(transport, get(server.url())); });
  CHECK(file.code() == ErrorCode::kRefused);
  CHECK_THAT(file.what(), ContainsSubstring("'file:///etc/passwd'"));
  CHECK_THAT(thrown_by([&] { (void)fetch_one(transport, get(server.url("/loop"))); }).what(),
             ContainsSubstring("redirects more than 10 times"));
  CHECK(server.requests().size() == 12);
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "x"})
    CHECK(thrown_by([&] { (void)fetch_one(transport, get(url)); }).code() == ErrorCode::kRefused);
}

TEST_CASE("Too much is not read: bodies, headers, errors without end", "[stac]") {
  LoopbackServer server([](int, const std::string& request) {
    if (contains(request, "/headers")) {
      std::string many;
      for (int i = 0; i < 5000; ++i) many += "X-" + std::to_string(i) + ": " + std::string(60, 'x') + "\r\n";
      return answer("200 OK", "x", many);
    }
    Answer given = answer(contains(request, "/error") ? "404 No" : "200 OK", std::string(200'000, 'x'),
                          "Content-Type: text/plain\r\n");
    given.close = true;
    return given;
  });
  TransportLimits limits;
  limits.answer.body_bytes = 100'000;
  CurlTransport transport = transport_with(quick(), limits);
  CHECK(thrown_by([&] { (void)fetch_one(transport, get(server.url())); }).code() == ErrorCode::kTooLarge);
  CHECK(thrown_by([&] { (void)fetch_one(transport, get(server.url("/headers"))); }).code() == ErrorCode::kTooLarge);
  CHECK(thrown_by([&] { (void)fetch_one(transport, get(server.url("/error"))); }).code() == ErrorCode::kNotFound);
}

TEST_CASE("Headers with line breaks are not sent, whoever gives them", "[stac]") {
  LoopbackServer server([](int, const std::string&) { return answer("200 OK", "x"); });
  HttpRequest request = get(server.url());
  request.headers = {{"X-A", "b\r\nX-Injected: 1"}};
  CurlTransport plain = transport_with(quick());
  CHECK(thrown_by([&] { (void)fetch_one(plain, request); }).code() == ErrorCode::kRefused);
  HttpSettings settings = quick();
  settings.credentials.bearer = "b\r\nX-Injected: 1";
  CurlTransport bearer = transport_with(settings);
  CHECK(thrown_by([&] { (void)fetch_one(bearer, get(server.url())); }).code() == ErrorCode::kRefused);
  CHECK(server.requests().empty());
}

TEST_CASE("A user who wants to stop stops it, and what the caller throws comes back", "[stac]") {
  LoopbackServer server([](int, const std::string& request) {
    Answer given = answer("200 OK", "x");
    given.stall_ms = contains(request, "/slow") ? 20'000 : 0;
    return given;
  });
  std::atomic<int> polls{0};
  HttpSettings settings = quick();
  CurlTransport prompt = transport_with(settings);
  CHECK_THROWS_AS(prompt.fetch({get(server.url())},
                               [](const HttpRequest&, const HttpResponse&) -> std::vector<HttpRequest> {
                                 throw std::out_of_range("mine");
                               }),
                  std::out_of_range);
  settings.cancelled = [&] { return ++polls > 2; };
  CurlTransport transport = transport_with(settings);
  CHECK(thrown_by([&] { (void)fetch_one(transport, get(server.url("/slow"))); }).code() == ErrorCode::kCancelled);
}

TEST_CASE("Many threads fetch at once, and a forked child on connections of its own", "[stac]") {
  LoopbackServer server([](int, const std::string& request) { return answer("200 OK", request.substr(0, 8)); });
  CurlTransport transport = transport_with(quick());
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      std::vector<HttpRequest> requests;
      for (int i = 0; i < 20; ++i)
        requests.push_back(get(server.url("/" + std::to_string(t) + "/" + std::to_string(i % 10))));
      transport.fetch(requests, [&](const HttpRequest& request, const HttpResponse& response) {
        right += request.url.ends_with(response.body.substr(4)) ? 1 : 0;
        return std::vector<HttpRequest>();
      });
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 120);
  const int before = server.connections();
  const pid_t child = fork();
  if (child == 0) {
    int status = 1;
    try {
      transport.fetch({get(server.url("/c/1"))}, [&](const HttpRequest&, const HttpResponse& response) {
        status = response.body == "GET /c/1" ? 0 : 2;
        return std::vector<HttpRequest>();
      });
    } catch (...) {
      status = 3;
    }
    _exit(status);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(server.connections() == before + 1);
  CHECK(fetch_one(transport, get(server.url("/p/1"))).body == "GET /p/1");
  CHECK(server.connections() == before + 1);
}
