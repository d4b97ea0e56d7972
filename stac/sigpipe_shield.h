// SPDX-License-Identifier: MIT
// TLS libraries write to sockets that a server has closed, and the system answers with SIGPIPE, which ends a program
// that does not expect it. A plugin may not change what the program does with signals, only what its thread receives.
#pragma once

#include <csignal>
#include <ctime>

namespace stacvrt::stac {

/// No SIGPIPE reaches this thread while it lives. Nests.
class SigpipeShield {
 public:
  SigpipeShield() {
    sigset_t pending;
    sigpending(&pending);
    m_was_pending = sigismember(&pending, SIGPIPE) == 1;
    const sigset_t pipe = sigpipe();
    pthread_sigmask(SIG_BLOCK, &pipe, &m_before);
  }
  ~SigpipeShield() {
    if (!m_was_pending) {
      const sigset_t pipe = sigpipe();
      const timespec now{};
      sigtimedwait(&pipe, nullptr, &now);
    }
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
  }
  SigpipeShield(const SigpipeShield&) = delete;
  SigpipeShield& operator=(const SigpipeShield&) = delete;

 private:
  static sigset_t sigpipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
  }

  sigset_t m_before;
  bool m_was_pending;
};

}  // namespace stacvrt::stac
