// SPDX-License-Identifier: MIT
#include "driver/search_progress.h"

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

void SearchProgress::operator()(std::size_t documents, std::size_t items) {
  const Clock::time_point now = Clock::now();
  if (documents == 1 || now - m_told >= std::chrono::seconds(1)) {
    m_told = now;
    CPLDebug("STACVRT", "looking for items: %zu documents read, %zu items so far", documents, items);
  }
  if (m_has_complained || now - m_start < kPatience) return;
  m_has_complained = true;
  CPLError(
      CE_None, CPLE_None,
      "STACVRT: still looking for items, %zu found in %zu documents; the open option SNAPSHOT keeps them in a file",
      items, documents);
}

}  // namespace stacvrt::driver
