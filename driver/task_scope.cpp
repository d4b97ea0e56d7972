// SPDX-License-Identifier: MIT
#include "driver/task_scope.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "driver/gdal_compat.h"
#include "stac/url.h"

namespace stacvrt::driver {

namespace {

// Network settings that keep one slow or failing request from stalling a tile; a value the user has set stands.
constexpr std::array<std::pair<const char*, const char*>, 4> kNetworkDefaults{
    {{"GDAL_HTTP_CONNECTTIMEOUT", "10"},
     {"GDAL_HTTP_LOW_SPEED_TIME", "30"},
     {"GDAL_HTTP_LOW_SPEED_LIMIT", "1000"},
     {"GDAL_INGESTED_BYTES_AT_OPEN", "32768"}}};

using Configuration = std::shared_ptr<const CPLStringList>;
using State = std::shared_ptr<const RequestState>;

thread_local State t_request;

void CPL_STDCALL quiet_but_for_debug(CPLErr level, CPLErrorNum, const char* text) {
  if (level == CE_Debug) show_debug(text);
}

class TaskScope {
 public:
  TaskScope(const Configuration& configuration, State request)
      : m_previous(CPLGetThreadLocalConfigOptions(), TRUE), m_outer(std::exchange(t_request, std::move(request))) {
    CPLSetThreadLocalConfigOptions(configuration->List());
    CPLPushErrorHandler(quiet_but_for_debug);
    CPLErrorReset();
  }
  ~TaskScope() {
    CPLPopErrorHandler();
    CPLSetThreadLocalConfigOptions(m_previous.List());
    t_request = std::move(m_outer);
  }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

 private:
  CPLStringList m_previous;
  State m_outer;
};

// Where the URL that begins at `at` ends in a message.
std::size_t end_of_url(const std::string& text, std::size_t at) {
  return std::min(text.find_first_of(" \t\r\n'\"`<>)", at), text.size());
}

}  // namespace

State current_request() {
  return t_request ? t_request : std::make_shared<const RequestState>(RequestState{Patience::configured(), {}, {}});
}

bool is_cancelled() {
  return t_request && t_request->cancelled && t_request->cancelled();
}

RequestScope::RequestScope(std::shared_ptr<const RemoteAccess> access) : m_previous(t_request) {
  RequestState state = *current_request();
  state.access = std::move(access);
  t_request = std::make_shared<const RequestState>(std::move(state));
}

RequestScope::RequestScope(std::function<bool()> cancelled) : m_previous(t_request) {
  RequestState state = *current_request();
  state.cancelled = std::move(cancelled);
  t_request = std::make_shared<const RequestState>(std::move(state));
}

RequestScope::~RequestScope() {
  t_request = std::move(m_previous);
}

cube::RequestContext make_request_context(int threads) {
  auto configuration = std::make_shared<CPLStringList>(CPLGetThreadLocalConfigOptions(), TRUE);
  for (const auto& [key, value] : kNetworkDefaults)
    if (CPLGetConfigOption(key, nullptr) == nullptr) configuration->SetNameValue(key, value);
  State request = current_request();
  // Retries are ours: they can be stopped, and know of more that may pass.
  configuration->SetNameValue("GDAL_HTTP_MAX_RETRY", "0");
  cube::RequestContext context;
  context.threads = threads;
  context.cancelled = request->cancelled;
  context.enter_task = [configuration = Configuration(std::move(configuration)), request]() -> std::shared_ptr<void> {
    return std::make_shared<TaskScope>(configuration, request);
  };
  return context;
}

std::string last_gdal_error(const std::string& otherwise) {
  std::string text = CPLGetLastErrorMsg();
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.empty() ? otherwise : text;
}

void show_debug(const char* text) {
  CPLDefaultErrorHandler(CE_Debug, CPLE_None, without_url_secrets(text).c_str());
}

std::string without_url_secrets(const std::string& text) {
  std::string clean;
  std::size_t done = 0;
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", done)) {
    std::size_t begin = at;
    while (begin > done && (std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0)) --begin;
    const std::size_t end = end_of_url(text, at);
    clean += text.substr(done, begin - done) + stac::redacted(text.substr(begin, end - begin));
    done = end;
  }
  return clean + text.substr(done);
}

}  // namespace stacvrt::driver
