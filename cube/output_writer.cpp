// SPDX-License-Identifier: MIT
#include "cube/output_writer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stacvrt::cube {

namespace {

using stac::DataType;

// The integer beside `nodata` on the side where the exact value lies, inside [low, high].
double beside(double nodata, double exact, const OutputRule& rule) {
  const double up = nodata + 1, down = nodata - 1;
  if (down < rule.low) return up;
  if (up > rule.high) return down;
  return exact < nodata ? down : up;
}

// To the nearest integer, ties to even, for what clamping keeps far below 2^51; a function of the C library would be
// called once per pixel.
double rounded(double value) {
  constexpr double kShift = 0x1.8p52;
  return (value + kShift) - kShift;
}

template <class T>
void write_integers(const OutputRule& rule, const double* results, std::size_t count, T* out) {
  const T empty = rule.nodata ? static_cast<T>(*rule.nodata) : T{};
  const bool spare_nodata = rule.nodata && !rule.is_count;
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = results[i] * rule.gain + rule.bias;
    const double value = std::clamp(rounded(std::clamp(exact, rule.low - 1, rule.high + 1)), rule.low, rule.high);
    out[i] = std::isnan(exact) ? empty : static_cast<T>(value);
    if (spare_nodata && out[i] == empty && !std::isnan(exact))
      out[i] = static_cast<T>(beside(*rule.nodata, exact, rule));
  }
}

template <class T>
void write_floats(const OutputRule& rule, const double* results, std::size_t count, T* out) {
  const T empty = rule.nodata ? static_cast<T>(*rule.nodata) : T{};
  const bool spare_nodata = rule.nodata && !std::isnan(*rule.nodata) && !rule.is_count;
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = results[i] * rule.gain + rule.bias;
    out[i] = std::isnan(exact) ? empty : static_cast<T>(std::clamp(exact, rule.low, rule.high));
    if (spare_nodata && out[i] == empty && !std::isnan(exact))
      out[i] = std::nextafter(empty, std::numeric_limits<T>::max());
  }
}

template <class T>
void write(const OutputRule& rule, const double* results, std::size_t count, T* out) {
  if constexpr (std::is_integral_v<T>)
    write_integers(rule, results, count, out);
  else
    write_floats(rule, results, count, out);
}

}  // namespace

OutputRule output_rule(const View& view, const OutputPlan& output, const OutputBand& band) {
  OutputRule rule;
  rule.type = view.type;
  rule.gain = band.gain;
  rule.bias = band.bias;
  rule.nodata = view.nodata;
  rule.is_count = output.reducer->kind == kernels::ResultKind::kCount;
  // A promoted dataset keeps what its own type can hold, even where the output alone would clip.
  rule.low = stac::lowest_value(view.type);
  rule.high = stac::highest_value(view.type);
  if (output.clamp && !rule.is_count) {
    // Between integers a limit would be cut to the integer outside, which may be nodata.
    const bool whole = stac::is_integer(view.type);
    rule.low = std::max(rule.low, whole ? std::ceil((*output.clamp)[0]) : (*output.clamp)[0]);
    rule.high = std::min(rule.high, whole ? std::floor((*output.clamp)[1]) : (*output.clamp)[1]);
  }
  return rule;
}

void write_results(const OutputRule& rule, const double* results, std::size_t count, std::byte* out, std::size_t at) {
  const auto to = [&]<class T>(T) { write(rule, results, count, reinterpret_cast<T*>(out) + at); };
  switch (rule.type) {
    case DataType::kUInt8:
      return to(std::uint8_t{});
    case DataType::kInt8:
      return to(std::int8_t{});
    case DataType::kUInt16:
      return to(std::uint16_t{});
    case DataType::kInt16:
      return to(std::int16_t{});
    case DataType::kUInt32:
      return to(std::uint32_t{});
    case DataType::kInt32:
      return to(std::int32_t{});
    case DataType::kFloat32:
      return to(float{});
    case DataType::kFloat64:
      return to(double{});
  }
}

}  // namespace stacvrt::cube
