// SPDX-License-Identifier: MIT
// What the values of a mask mean: rules of a recipe, looked up instead of judged pixel by pixel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "cube/classes.h"
#include "kernels/lanes.h"
#include "stac/data_type.h"

namespace stacvrt::cube {

/// Immutable; items whose masks have the same rules and type share one.
class MaskTable {
 public:
  /// For a mask of pixel type `type`.
  MaskTable(MaskValues rules, stac::DataType type);

  [[nodiscard]] const MaskValues& rules() const { return m_rules; }
  [[nodiscard]] stac::DataType type() const { return m_type; }

  /// For `count` values of lane type `lane`, which holds the mask's type: known[i] is set to 0 where the value is
  /// no-data, bad[i] to whether it is excluded and known[i] is still 1.
  void apply(kernels::LaneType lane, const void* values, std::size_t count, std::uint8_t* bad,
             std::uint8_t* known) const;

 private:
  [[nodiscard]] std::uint8_t verdict(double value) const;

  MaskValues m_rules;
  stac::DataType m_type;
  std::vector<std::uint8_t> m_verdicts;  // of the values of an integer type; signed ones by their bits
};

/// The tables of a plan, each made once.
class MaskTables {
 public:
  std::shared_ptr<const MaskTable> get(const MaskValues& rules, stac::DataType type);

 private:
  std::vector<std::shared_ptr<const MaskTable>> m_tables;
};

}  // namespace stacvrt::cube
