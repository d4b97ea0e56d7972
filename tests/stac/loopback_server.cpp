// SPDX-License-Identifier: MIT
#include "tests/stac/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <stdexcept>

namespace stacvrt::stac::testing {

namespace {

// Bytes of the first whole request in `buffer`; 0 while it is not whole.
std::size_t request_size(const std::string& buffer) {
  const std::size_t head = buffer.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  const std::size_t length = buffer.find("Content-Length: ");
  const std::size_t body =
      length < head ? static_cast<std::size_t>(std::atoi(buffer.c_str() + length + 16)) : std::size_t{0};
  return buffer.size() < head + 4 + body ? 0 : head + 4 + body;
}

}  // namespace

Answer answer(const std::string& status, const std::string& body, const std::string& headers) {
  Answer given;
  given.bytes =
      "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return given;
}

LoopbackServer::LoopbackServer(Script script) : m_script(std::move(script)) {
  m_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (m_listener < 0 || bind(m_listener, generic, size) != 0 || listen(m_listener, 64) != 0 ||
      getsockname(m_listener, generic, &size) != 0 || pipe(m_wake) != 0)
    throw std::runtime_error("no socket on the loopback interface");
  m_port = ntohs(address.sin_port);
  m_thread = std::thread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
  close(m_wake[1]);
  m_thread.join();
  close(m_listener);
  close(m_wake[0]);
}

std::string LoopbackServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(m_port) + path;
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::lock_guard lock(m_mutex);
  return m_requests;
}

int LoopbackServer::connections() const {
  const std::lock_guard lock(m_mutex);
  return m_connections;
}

void LoopbackServer::serve() {
  std::map<int, std::string> open;  // socket: what came and is not answered
  while (true) {
    std::vector<pollfd> watched{{m_wake[0], POLLIN, 0}, {m_listener, POLLIN, 0}};
    for (const auto& [socket, buffer] : open) watched.push_back({socket, POLLIN, 0});
    poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) break;
    if (watched[1].revents != 0) {
      open[accept(m_listener, nullptr, nullptr)];
      const std::lock_guard lock(m_mutex);
      ++m_connections;
    }
    for (std::size_t i = 2; i < watched.size(); ++i) {
      if (watched[i].revents == 0 || read_from(watched[i].fd, open[watched[i].fd])) continue;
      close(watched[i].fd);
      open.erase(watched[i].fd);
    }
  }
  for (const auto& [socket, buffer] : open) close(socket);
}

// False when the connection is through.
bool LoopbackServer::read_from(int socket, std::string& buffer) {
  char bytes[65536];
  const ssize_t got = recv(socket, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  buffer.append(bytes, static_cast<std::size_t>(got));
  for (std::size_t size = request_size(buffer); size > 0; size = request_size(buffer)) {
    const std::string request = buffer.substr(0, size);
    buffer.erase(0, size);
    int index = 0;
    {
      const std::lock_guard lock(m_mutex);
      index = static_cast<int>(m_requests.size());
      m_requests.push_back(request);
    }
    if (!send_answer(socket, m_script(index, request))) return false;
  }
  return true;
}

bool LoopbackServer::send_answer(int socket, const Answer& given) const {
  if (given.stall_ms > 0) {
    pollfd wake{m_wake[0], POLLIN, 0};  // a test that is through does not wait
    poll(&wake, 1, given.stall_ms);
  }
  for (std::size_t sent = 0; sent < given.bytes.size();) {
    const ssize_t now = send(socket, given.bytes.data() + sent, given.bytes.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) return false;
    sent += static_cast<std::size_t>(now);
  }
  if (given.reset) {
    const linger at_once{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  return !given.close && !given.reset;
}

}  // namespace stacvrt::stac::testing
