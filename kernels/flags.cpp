// SPDX-License-Identifier: MIT
// One pass over values and flags, as fast as memory gives them. Knows nodata as a number, not where it was declared.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/flags.cpp"
#include "kernels/flags.h"

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The part of clear_integers that fills whole vectors; returns how many values that are.
std::size_t clear_whole_integers(const std::uint16_t* values, std::size_t count, std::uint16_t nodata,
                                 std::uint8_t* flags) {
  const hn::ScalableTag<std::uint16_t> d;
  const hn::RebindToSigned<decltype(d)> d_signed;
  const hn::Rebind<std::uint8_t, decltype(d)> d_flag;
  const auto none = hn::Set(d, nodata);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto unknown = hn::Eq(hn::LoadU(d, values + i), none);
    const auto known = hn::IfThenZeroElse(unknown, hn::PromoteTo(d, hn::LoadU(d_flag, flags + i)));
    hn::StoreU(hn::DemoteTo(d_flag, hn::BitCast(d_signed, known)), d_flag, flags + i);
  }
  return i;
}

/// The same for Float32; a nodata of NaN is no value.
std::size_t clear_whole_floats(const float* values, std::size_t count, float nodata, std::uint8_t* flags) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> d_signed;
  const hn::RebindToUnsigned<decltype(d)> d_unsigned;
  const hn::Rebind<std::uint8_t, decltype(d)> d_flag;
  const auto none = hn::Set(d, nodata);
  const auto exponent = hn::Set(d_unsigned, 0x7F800000U);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto value = hn::LoadU(d, values + i);
    const auto bits = hn::BitCast(d_unsigned, value);
    const auto infinite = hn::Eq(hn::And(bits, exponent), exponent);
    const auto unknown =
        hn::Or(hn::MaskFromVec(hn::BitCast(d, hn::VecFromMask(d_unsigned, infinite))), hn::Eq(value, none));
    const auto known = hn::PromoteTo(d_unsigned, hn::LoadU(d_flag, flags + i));
    const auto kept = hn::IfThenZeroElse(hn::RebindMask(d_unsigned, unknown), known);
    hn::StoreU(hn::DemoteTo(d_flag, hn::BitCast(d_signed, kept)), d_flag, flags + i);
  }
  return i;
}

/// The part of apply_verdicts that fills whole vectors of values below 16, which are classes in most masks: one shuffle
/// of bytes looks them up. Stops before the first vector that has a greater one.
std::size_t apply_small_verdicts([[maybe_unused]] const std::uint16_t* values, [[maybe_unused]] std::size_t count,
                                 [[maybe_unused]] const std::uint8_t* verdicts, [[maybe_unused]] std::uint8_t* bad,
                                 [[maybe_unused]] std::uint8_t* known) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint16_t> d;
  const hn::Repartition<std::uint8_t, decltype(d)> d_byte;
  const hn::RebindToSigned<decltype(d)> d_signed;
  const hn::Rebind<std::uint8_t, decltype(d)> d_flag;
  const auto table = hn::LoadDup128(d_byte, verdicts);
  const auto one = hn::Set(d, std::uint16_t{1});
  const auto store = [&](auto flags, std::uint8_t* to)
                         HWY_ATTR { hn::StoreU(hn::DemoteTo(d_flag, hn::BitCast(d_signed, flags)), d_flag, to); };
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto value = hn::LoadU(d, values + i);
    if (!hn::AllFalse(d, hn::Gt(value, hn::Set(d, std::uint16_t{15})))) break;
    const auto verdict = hn::BitCast(d, hn::TableLookupBytes(table, hn::BitCast(d_byte, value)));
    const auto nodata = hn::And(hn::ShiftRight<1>(hn::And(verdict, hn::Set(d, std::uint16_t{0xFF}))), one);
    const auto still = hn::AndNot(nodata, hn::PromoteTo(d, hn::LoadU(d_flag, known + i)));
    store(still, known + i);
    store(hn::And(hn::And(verdict, one), still), bad + i);
  }
#endif
  return i;
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(clear_whole_integers);
HWY_EXPORT(clear_whole_floats);
HWY_EXPORT(apply_small_verdicts);

namespace {

void clear_integers(const std::uint16_t* values, std::size_t count, std::uint16_t nodata,
                    std::uint8_t* flags) noexcept {
  for (std::size_t i = STACVRT_DISPATCH(clear_whole_integers)(values, count, nodata, flags); i < count; ++i)
    if (values[i] == nodata) flags[i] = 0;
}

void clear_floats(const float* values, std::size_t count, float nodata, std::uint8_t* flags) noexcept {
  for (std::size_t i = STACVRT_DISPATCH(clear_whole_floats)(values, count, nodata, flags); i < count; ++i)
    if (!std::isfinite(values[i]) || values[i] == nodata) flags[i] = 0;
}

/// Whether an integer type holds `value`.
template <class T>
bool holds(double value) {
  return value == std::floor(value) && value >= std::numeric_limits<T>::lowest() &&
         value <= std::numeric_limits<T>::max();
}

}  // namespace

void clear_unknown(LaneType type, const void* values, std::size_t count, std::optional<double> nodata,
                   std::uint8_t* flags) noexcept {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  switch (type) {
    case LaneType::kUInt16:
      if (nodata && holds<std::uint16_t>(*nodata))
        clear_integers(static_cast<const std::uint16_t*>(values), count, static_cast<std::uint16_t>(*nodata), flags);
      return;
    case LaneType::kInt16:
      // Equality does not see the sign.
      if (nodata && holds<std::int16_t>(*nodata))
        clear_integers(static_cast<const std::uint16_t*>(values), count,
                       static_cast<std::uint16_t>(static_cast<std::int16_t>(*nodata)), flags);
      return;
    case LaneType::kFloat32:
      clear_floats(static_cast<const float*>(values), count,
                   nodata && std::isfinite(*nodata) ? static_cast<float>(*nodata) : kNone, flags);
      return;
  }
}

// Pointers and not vectors of bytes: a byte that is stored might be part of a vector's own pointer, and the compiler
// would go on byte by byte.
void keep_where(std::uint8_t* flags, const std::uint8_t* where, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) flags[i] = static_cast<std::uint8_t>(flags[i] & where[i]);
}

void drop_where(std::uint8_t* flags, const std::uint8_t* where, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) flags[i] = static_cast<std::uint8_t>(flags[i] & (where[i] ^ 1));
}

void add_where(std::uint8_t* flags, const std::uint8_t* where, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) flags[i] = static_cast<std::uint8_t>(flags[i] | where[i]);
}

bool any_of(const std::uint8_t* flags, std::size_t count) noexcept {
  return count > 0 && std::memchr(flags, 1, count) != nullptr;
}

void apply_verdicts(const std::uint16_t* values, std::size_t count, const std::uint8_t* verdicts, std::size_t size,
                    std::uint8_t* bad, std::uint8_t* known) noexcept {
  constexpr std::size_t kRun = 256;  // of values looked up one by one after a greater one
  for (std::size_t i = 0; i < count;) {
    i += STACVRT_DISPATCH(apply_small_verdicts)(values + i, count - i, verdicts, bad + i, known + i);
    for (const std::size_t end = std::min(count, i + kRun); i < end; ++i) {
      const std::uint8_t verdict = verdicts[values[i] & (size - 1)];
      known[i] = static_cast<std::uint8_t>(known[i] & ((verdict / kNodataVerdict) ^ 1));
      bad[i] = static_cast<std::uint8_t>(verdict & kBadVerdict & known[i]);
    }
  }
}

}  // namespace stacvrt::kernels
#endif
