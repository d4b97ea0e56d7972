// SPDX-License-Identifier: MIT
#include "cube/observation_store.h"

namespace stacvrt::cube {

void ObservationSlot::open() {
  if (!values.empty()) return;
  // Values of invalid pixels are never looked at, so they need no initial value.
  values.resize(bands * pixels * kernels::lane_size(lane));
  valid.assign(pixels, 0);
}

void ObservationSlot::close() {
  values = {};
  valid = {};
}

}  // namespace stacvrt::cube
