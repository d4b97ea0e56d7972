// SPDX-License-Identifier: MIT
#include "driver/make_access.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "driver/gdal_compat.h"
#include "driver/process.h"
#include "driver/task_scope.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kService = "https://planetarycomputer.microsoft.com";

stac::Instant now() {
  using Micros = std::chrono::microseconds;
  return std::chrono::duration_cast<Micros>(std::chrono::system_clock::now().time_since_epoch()).count();
}

stac::HttpResponse answer_to(stac::Transport& transport, stac::HttpRequest request) {
  stac::HttpResponse answer;
  transport.fetch({std::move(request)}, [&](const stac::HttpRequest&, stac::HttpResponse response) {
    answer = std::move(response);
    return std::vector<stac::HttpRequest>();
  });
  return answer;
}

FetchText fetcher(stac::Transport* transport) {
  if (transport) return [transport](const std::string& url) { return fetch_text(*transport, url); };
  return [](const std::string&) -> std::string {
    throw Error(ErrorCode::kUnsupported, "SIGN=planetary_computer: this build cannot ask for tokens");
  };
}

// The transport of whatever process this is by now. GDAL's retries are off in threads that read, the transport's are
// not.
class ProcessTransport final : public stac::Transport {
 public:
  void fetch(std::vector<stac::HttpRequest> requests, const Answered& answered) override {
    const std::string retries = std::to_string(current_request()->patience.retries);
    const CPLConfigOptionSetter patience("GDAL_HTTP_MAX_RETRY", retries.c_str(), false);
    Process::get().transport.fetch(std::move(requests), answered);
  }
};

// One for all datasets, so that a container's token is fetched once.
std::shared_ptr<Signing> planetary_computer(stac::Transport* transport) {
  static std::mutex mutex;
  static auto& made = *new std::map<std::pair<std::string, stac::Transport*>, std::shared_ptr<Signing>>;
  const std::string endpoint = CPLGetConfigOption("STACVRT_PC_TOKENS", "");
  const std::lock_guard lock(mutex);
  auto& signing = made[{endpoint, transport}];
  if (!signing) signing = std::make_shared<PlanetaryComputer>(endpoint, fetcher(transport), now);
  return signing;
}

std::shared_ptr<Signing> signing_of(const Settings& settings, const std::vector<std::string>& named,
                                    stac::Transport* transport) {
  SigningSetup setup;
  setup.text = settings.sign;
  setup.of_planetary_computer = std::any_of(
      named.begin(), named.end(), [](const std::string& url) { return origin_of(url) == origin_of(kService); });
  setup.planetary_computer = [transport] { return planetary_computer(transport); };
  setup.value_of = [](const std::string& name) { return std::string(CPLGetConfigOption(name.c_str(), "")); };
  return make_signing(setup);
}

}  // namespace

std::string signing_identity(const Settings& settings) {
  const std::size_t name = settings.sign.find_last_of(":=");
  if (name == std::string::npos) return settings.sign;
  const char* const value = CPLGetConfigOption(settings.sign.substr(name + 1).c_str(), "");
  return settings.sign + "=" + std::to_string(std::hash<std::string>{}(value));
}

std::string fetch_text(stac::Transport& transport, const std::string& url) {
  stac::HttpRequest request;
  request.url = url;
  return answer_to(transport, std::move(request)).body;
}

std::string final_url(stac::Transport& transport, const std::string& url, const std::string& header) {
  stac::HttpRequest request;
  request.url = request.home = url;
  request.range = "0-0";
  if (const std::size_t colon = header.find(": "); colon != std::string::npos)
    request.headers.emplace_back(header.substr(0, colon), header.substr(colon + 2));
  return answer_to(transport, std::move(request)).url;
}

std::shared_ptr<const RemoteAccess> make_access(const Settings& settings, const std::vector<std::string>& named,
                                                stac::Transport* transport) {
  FinalUrl end;
  if (transport)
    end = [transport](const std::string& url, const std::string& header) { return final_url(*transport, url, header); };
  return std::make_shared<const RemoteAccess>(TrustedOrigins(named, settings.credentials_for),
                                              signing_of(settings, named, transport), std::move(end));
}

stac::Transport& pixel_transport() {
  static auto& transport = *new ProcessTransport;
  return transport;
}

}  // namespace stacvrt::driver
