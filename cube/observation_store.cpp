// SPDX-License-Identifier: MIT
#include "cube/observation_store.h"

namespace stacvrt::cube {

void ObservationSlot::open() {
  if (values) return;
  // Values of invalid pixels are never looked at, so they need no initial value.
  values = std::make_unique_for_overwrite<std::byte[]>(bands * pixels * kernels::lane_size(lane));
  valid.assign(pixels, 0);
}

}  // namespace stacvrt::cube
