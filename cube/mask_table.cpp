// SPDX-License-Identifier: MIT
#include "cube/mask_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/flags.h"

namespace stacvrt::cube {

namespace {

using kernels::kBadVerdict;
using kernels::kNodataVerdict;

bool contains(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool any_bits(const std::vector<MaskValues::Bits>& rules, std::int64_t value) {
  return std::any_of(rules.begin(), rules.end(), [value](const MaskValues::Bits& rule) {
    return contains(rule.values, (value >> rule.shift) & ((std::int64_t{1} << rule.length) - 1));
  });
}

}  // namespace

MaskTable::MaskTable(MaskValues rules, stac::DataType type) : m_rules(std::move(rules)), m_type(type) {
  if (!stac::is_integer(type)) return;
  const std::size_t size = stac::data_type_size(type) == 1 ? 256 : 65536;
  const bool is_signed = stac::lowest_value(type) < 0;
  for (std::size_t bits = 0; bits < size; ++bits) {
    const auto value = static_cast<double>(bits);
    m_verdicts.push_back(verdict(is_signed && bits >= size / 2 ? value - static_cast<double>(size) : value));
  }
}

// `value` is a class, a bit field or a probability; a fraction belongs to no class and has no bits.
std::uint8_t MaskTable::verdict(double value) const {
  const bool whole = value == std::floor(value) && std::abs(value) < 9e15;
  const auto integer = whole ? static_cast<std::int64_t>(value) : 0;
  const bool bad = (m_rules.below && value < *m_rules.below) || (m_rules.above && value > *m_rules.above) ||
                   (whole && (contains(m_rules.exclude, integer) || any_bits(m_rules.bits, integer))) ||
                   (m_rules.has_keep && !(whole && contains(m_rules.keep, integer)));
  const bool nodata = whole && (contains(m_rules.nodata, integer) || any_bits(m_rules.nodata_bits, integer));
  return static_cast<std::uint8_t>((bad ? kBadVerdict : 0) | (nodata ? kNodataVerdict : 0));
}

void MaskTable::apply(kernels::LaneType lane, const void* values, std::size_t count, std::uint8_t* bad,
                      std::uint8_t* known) const {
  if (lane == kernels::LaneType::kFloat32) {
    const auto* const floats = static_cast<const float*>(values);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t found = verdict(static_cast<double>(floats[i]));
      if ((found & kNodataVerdict) != 0) known[i] = 0;
      bad[i] = static_cast<std::uint8_t>(found & kBadVerdict & known[i]);
    }
    return;
  }
  // Signed bytes arrive widened: their lowest bits are what the table goes by.
  kernels::apply_verdicts(static_cast<const std::uint16_t*>(values), count, m_verdicts.data(), m_verdicts.size(), bad,
                          known);
}

std::shared_ptr<const MaskTable> MaskTables::get(const MaskValues& rules, stac::DataType type) {
  const auto found = std::find_if(m_tables.begin(), m_tables.end(),
                                  [&](const auto& table) { return table->type() == type && table->rules() == rules; });
  if (found != m_tables.end()) return *found;
  m_tables.push_back(std::make_shared<const MaskTable>(rules, type));
  return m_tables.back();
}

}  // namespace stacvrt::cube
