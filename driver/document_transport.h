// SPDX-License-Identifier: MIT
// A transport for every kind of document that an href may lead to: what is on the web goes to the web's transport,
// files and cloud storage are read as documents are. So that catalogues are crawled wherever their parts lie.
#pragma once

#include <cstddef>
#include <vector>

#include "stac/transport.h"

namespace stacvrt::driver {

/// Asks no trust policy: who makes the requests has done so (stac/href.h). One fetch() at a time.
class DocumentTransport final : public stac::Transport {
 public:
  explicit DocumentTransport(stac::Transport& web) : m_web(web) {}

  void fetch(std::vector<stac::HttpRequest> requests, const Answered& answered) override;

  /// A digest of the names and texts of all that was read, whatever the order of the answers.
  [[nodiscard]] std::size_t digest() const noexcept { return m_digest; }

 private:
  class Run;

  stac::Transport& m_web;
  std::size_t m_digest = 0;
};

}  // namespace stacvrt::driver
