// SPDX-License-Identifier: MIT
// A server of one thread on the loopback interface that gives scripted answers, byte by byte, and keeps what it was
// asked. It speaks just enough HTTP to find the end of a request.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stacvrt::stac::testing {

/// What a server sends to one request. After `close` or `reset` the connection ends.
struct Answer {
  std::string bytes;
  bool close = false;
  bool reset = false;
  int stall_ms = 0;  ///< before the first byte
};

/// "HTTP/1.1 <status>" with a body, its length and further header lines ("Name: value\r\n").
[[nodiscard]] Answer answer(const std::string& status, const std::string& body, const std::string& headers = {});

class LoopbackServer {
 public:
  /// Gives the answer to request number `index` (from 0) with the text `request`, head and body.
  using Script = std::function<Answer(int index, const std::string& request)>;

  explicit LoopbackServer(Script script);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path = "/") const;
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] int connections() const;

 private:
  void serve();
  bool read_from(int socket, std::string& buffer);
  bool send_answer(int socket, const Answer& given) const;

  Script m_script;
  int m_listener = -1, m_port = 0;
  int m_wake[2] = {-1, -1};
  mutable std::mutex m_mutex;
  std::vector<std::string> m_requests;
  int m_connections = 0;
  std::thread m_thread;
};

}  // namespace stacvrt::stac::testing
