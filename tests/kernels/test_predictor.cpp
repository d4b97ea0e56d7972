// SPDX-License-Identifier: MIT
// TIFF's horizontal predictor against the sum written out.
#include <vector>

#include "kernels/predictor.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"

TEST_CASE("Differences become values, row by row and modulo 65536", "[kernels]") {
  using namespace stacvrt;
  test::in_every_target([] {
    for (const std::size_t width : {0U, 1U, 7U, 8U, 9U, 31U, 64U, 515U})
      for (const std::size_t rows : {0U, 1U, 3U, 4U, 5U, 9U}) {
        std::vector<std::uint16_t> values(width * rows + 1), wanted;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint16_t>(i * 40503U + 17U);
        wanted = values;
        for (std::size_t row = 0; row < rows; ++row)
          for (std::size_t i = 1; i < width; ++i)
            wanted[row * width + i] = static_cast<std::uint16_t>(wanted[row * width + i] + wanted[row * width + i - 1]);
        kernels::accumulate_rows(values.data(), width, rows);
        if (values != wanted) FAIL(width << " x " << rows);
      }
  });
}
