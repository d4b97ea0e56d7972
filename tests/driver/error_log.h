// SPDX-License-Identifier: MIT
// What GDAL is told while it lives: a test can see that an error was raised once, with which number, and that nothing
// was printed.
#pragma once

#include <string>
#include <vector>

#include "driver/gdal_compat.h"

namespace stacvrt::driver::testing {

/// Collects this thread's CPLErrors instead of printing them.
class ErrorLog {
 public:
  struct Entry {
    CPLErr level;
    CPLErrorNum number;
    std::string message;
  };

  ErrorLog() { CPLPushErrorHandlerEx(&ErrorLog::add, this); }
  ~ErrorLog() {
    CPLPopErrorHandler();
    CPLErrorReset();
  }
  ErrorLog(const ErrorLog&) = delete;
  ErrorLog& operator=(const ErrorLog&) = delete;

  [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
  /// All messages, one a line.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Entry& entry : m_entries) all += entry.message + "\n";
    return all;
  }

 private:
  static void CPL_STDCALL add(CPLErr level, CPLErrorNum number, const char* message) {
    static_cast<ErrorLog*>(CPLGetErrorHandlerUserData())->m_entries.push_back({level, number, message});
  }

  std::vector<Entry> m_entries;
};

}  // namespace stacvrt::driver::testing
