// SPDX-License-Identifier: MIT
#include "driver/task_scope.h"

#include <array>
#include <string>
#include <utility>

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

namespace {

// Network settings that keep one slow or failing request from stalling a tile; a value the user has set stands.
constexpr std::array<std::pair<const char*, const char*>, 5> kNetworkDefaults{
    {{"GDAL_HTTP_MAX_RETRY", "3"},
     {"GDAL_HTTP_CONNECTTIMEOUT", "10"},
     {"GDAL_HTTP_LOW_SPEED_TIME", "30"},
     {"GDAL_HTTP_LOW_SPEED_LIMIT", "1000"},
     {"GDAL_INGESTED_BYTES_AT_OPEN", "32768"}}};

using Configuration = std::shared_ptr<const CPLStringList>;

class TaskScope {
 public:
  explicit TaskScope(const Configuration& configuration) : m_previous(CPLGetThreadLocalConfigOptions(), TRUE) {
    CPLSetThreadLocalConfigOptions(configuration->List());
    CPLPushErrorHandler(CPLQuietErrorHandler);
    CPLErrorReset();
  }
  ~TaskScope() {
    CPLPopErrorHandler();
    CPLSetThreadLocalConfigOptions(m_previous.List());
  }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

 private:
  CPLStringList m_previous;
};

}  // namespace

cube::RequestContext make_request_context(int threads) {
  auto configuration = std::make_shared<CPLStringList>(CPLGetThreadLocalConfigOptions(), TRUE);
  for (const auto& [key, value] : kNetworkDefaults)
    if (CPLGetConfigOption(key, nullptr) == nullptr) configuration->SetNameValue(key, value);
  cube::RequestContext context;
  context.threads = threads;
  context.enter_task = [configuration = Configuration(std::move(configuration))]() -> std::shared_ptr<void> {
    return std::make_shared<TaskScope>(configuration);
  };
  return context;
}

std::string last_gdal_error(const std::string& otherwise) {
  std::string text = CPLGetLastErrorMsg();
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.empty() ? otherwise : text;
}

}  // namespace stacvrt::driver
