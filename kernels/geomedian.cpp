// SPDX-License-Identifier: MIT
// The geometric median of lane groups: some of Weiszfeld's iterations with Anderson acceleration for all lanes at once,
// then Newton's with a certificate, a test of the nearest sample, and double precision for the lanes that are left.
// Knows nothing of MADs but that they want the centred samples afterwards.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/geomedian.cpp"
#include "kernels/geomedian.h"

#include <cmath>

#include "hwy/foreach_target.h"  // before the kernels
#include "kernels/geomedian_finish.h"
#include "kernels/geomedian_newton-inl.h"
#include "kernels/geomedian_passes-inl.h"
#include "kernels/workspace_state.h"

#ifndef STACVRT_GEOMEDIAN_CONSTANTS
#define STACVRT_GEOMEDIAN_CONSTANTS
namespace stacvrt::kernels {

// Weiszfeld's step pull / weight minimises a quadratic that lies above the objective; anything below twice the step
// descends too, and somewhat more is faster.
constexpr float kRelaxation = 1.25F;
// Steps of the vectorised iterations. A plain step costs 24 operations per sample of 6 bands, Newton's 58 and a system
// to solve, so the plain ones come first, until a step of kCoarse epsilon or for kMostPlainSteps; most lanes then need
// one or two of Newton's. Lanes that are left after kNewtonBeforeSample may have their minimum at a sample.
constexpr std::uint32_t kMostPlainSteps = 6;
constexpr float kCoarse = 32.0F;
constexpr std::uint32_t kMostNewtonSteps = 6;
constexpr std::uint32_t kNewtonBeforeSample = 3;
// The certificate, Solver::is_certain: the greatest relative change of the Hessian along a step, the flatness beyond
// which single precision has no Hessian, the distance from the minimiser in epsilon, the excess of the objective (half
// of what is promised), and the rounding error of a sum of unit vectors per sample.
constexpr float kMostChange = 0.25F;
constexpr float kMostFlatness = 100.0F;
constexpr float kError = 6.0F;
constexpr float kExcess = 5e-7F;
constexpr float kGradientRounding = 3e-7F;
// Objectives that differ by less than this are equal in single precision.
constexpr float kObjectiveRounding = 1e-6F;
// Two directions of the iteration's memory count as one below this squared sine.
constexpr float kLeastAngle = 1e-4F;
// A step so much longer than the one before (squared) means that the memory misleads.
constexpr float kSetback = 4.0F;
constexpr std::uint32_t kMostFinishSteps = 200;
constexpr double kFinish = 0.01;  // last Newton step in epsilon

}  // namespace stacvrt::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

HWY_INLINE Float load_samples(const float* from) {
  return hn::Load(Floats(), from);
}
template <typename T>
HWY_INLINE Float load_samples(const T* from) {
  const hn::Rebind<std::int32_t, Floats> d32;
  return hn::ConvertTo(Floats(), hn::PromoteTo(d32, hn::Load(hn::Rebind<T, Floats>(), from)));
}

/// All zeros where a lane has fewer than `least` samples.
HWY_INLINE auto at_least(const Part& part, float least) {
  return hn::Ge(part.counts, hn::Set(Floats(), least));
}

/// Values near the mean whose differences to samples are exact: whole numbers among whole numbers.
template <typename T>
HWY_INLINE Float representable(Float mean) {
  return std::is_integral_v<T> ? hn::Round(mean) : mean;
}

/// Calls each(k, counted) for every slot, where counted(v) is v with zeros where slot k is beyond a lane's samples.
template <class Each>
HWY_INLINE void for_slots(const Part& part, const Each& each) {
  for (std::size_t k = 0; k < part.common; ++k) each(k, [](Float v) HWY_ATTR { return v; });
  for (std::size_t k = part.common; k < part.slots; ++k) {
    const auto mask = hn::Lt(hn::Set(Floats(), static_cast<float>(k)), part.counts);
    each(k, [&](Float v) HWY_ATTR { return hn::IfThenElseZero(mask, v); });
  }
}

/// copy = (sample - origin) * scale / scale of the first band, 0 where not counted; origin = about the mean; y = mean
/// of copy. The geomedian is no farther from the mean than the samples are on average from the geomedian, so rounding
/// of numbers relative to the mean cannot raise the objective by more than its own relative size.
template <typename T>
void centre(const LaneGroup& group, const Physical& physical, const Part& part, std::size_t lane, float* copy,
            float* origin, float* y) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const Float inverse_count = hn::Div(hn::Set(d, 1.0F), hn::Max(part.counts, hn::Set(d, 1.0F)));
  for (std::size_t b = 0; b < group.bands; ++b) {
    const T* const samples = static_cast<const T*>(group.samples) + b * kLanes + lane;
    const std::size_t stride = group.bands * kLanes;
    Float sum = hn::Zero(d);
    for_slots(part, [&](std::size_t k, auto counted)
                        HWY_ATTR { sum = hn::Add(sum, counted(load_samples(samples + k * stride))); });
    const Float middle = representable<T>(hn::Mul(sum, inverse_count));
    hn::Store(middle, d, origin + b * kLanes);
    const Float weight = hn::Set(d, static_cast<float>(physical.scale[b] / physical.scale[0]));
    sum = hn::Zero(d);
    for_slots(part, [&](std::size_t k, auto counted) HWY_ATTR {
      const Float value = counted(hn::Mul(hn::Sub(load_samples(samples + k * stride), middle), weight));
      hn::Store(value, d, copy + (k * group.bands + b) * lanes);
      sum = hn::Add(sum, value);
    });
    hn::Store(hn::Mul(sum, inverse_count), d, y + b * kLanes);
  }
}

/// The lanes of one part, in single precision. Arrays are [band][kLanes] at the part's first lane.
class Solver {
 public:
  using Mask = decltype(hn::Lt(Float(), Float()));

  /// `memory`: solver_rows(bands) times [kLanes].
  Solver(const Part& part, float* y, float* memory, float epsilon)
      : m_part(part), m_pass(pass_for(part.bands)), m_newton(newton_step_for(part.bands)), m_y(y), m_epsilon(epsilon) {
    float** const rows[] = {&m_pull,     &m_step,     &m_nearest,  &m_fallback, &m_residual,
                            &m_turns[0], &m_turns[1], &m_moves[0], &m_moves[1]};
    static_assert(sizeof rows / sizeof rows[0] == kSolverVectors);
    for (float** row : rows) {
      *row = memory;
      memory += part.bands * kLanes;
    }
    m_matrix = memory;
  }

  /// Returns the lanes whose y is not known to be good enough.
  Mask solve(std::uint32_t max_iterations) {
    Mask open = at_least(m_part, 3.0F);  // of one or two samples the mean is the minimiser
    if (none(open)) return open;
    const std::uint32_t plain = HWY_MIN(max_iterations, kMostPlainSteps);
    Mask far = open;  // m_nearest is scratch here: m_step is the step before, which accelerate() wants
    for (std::uint32_t i = 0; i < plain && !none(far); ++i) {
      far = hn::AndNot(accelerate(i, m_pass(m_part, {m_y, m_pull, m_nearest}), far), far);
    }
    const std::uint32_t most = HWY_MIN(max_iterations - plain, kMostNewtonSteps);
    for (std::uint32_t i = 0; i < most && !none(open); ++i) {
      if (i == kNewtonBeforeSample) open = hn::AndNot(settle_on_sample(open), open);
      open = hn::AndNot(improve(open), open);
    }
    if (most > 0) take_back(open);
    return open;
  }

 private:
  static bool none(Mask mask) { return hn::AllFalse(Floats(), mask); }
  [[nodiscard]] Float row(const float* rows, std::size_t b) const { return hn::Load(Floats(), rows + b * kLanes); }

  /// One step of Anderson's acceleration with a memory of two for the open lanes. With residuals r_i = R(y_i) - y_i of
  /// the relaxed Weiszfeld map R, turns t_i = r_i - r_(i-1) and moves m_i = R(y_i) - R(y_(i-1)):
  ///   y += r - c_1 m_i - c_2 m_(i-1),  c minimising |r - c_1 t_i - c_2 t_(i-1)|^2.
  /// Returns the lanes whose plain step was short already.
  Mask accelerate(std::uint32_t i, Float weight, Mask open) {
    const Floats d;
    const Float zero = hn::Zero(d);
    float* const turn = m_turns[i % 2];
    float* const move = m_moves[i % 2];
    const float* const old_turn = m_turns[1 - i % 2];
    const float* const old_move = m_moves[1 - i % 2];
    const Float factor = hn::Div(hn::Set(d, kRelaxation), weight);
    Float rr = zero, tt = zero, to = zero, rt = zero, ro = zero;
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      const Float r = hn::Mul(row(m_pull, b), factor);
      rr = hn::MulAdd(r, r, rr);
      if (i > 0) {
        const Float t = hn::Sub(r, row(m_residual, b));
        hn::Store(t, d, turn + b * kLanes);
        hn::Store(hn::Add(row(m_step, b), t), d, move + b * kLanes);
        tt = hn::MulAdd(t, t, tt);
        rt = hn::MulAdd(r, t, rt);
        if (i > 1) {
          to = hn::MulAdd(t, row(old_turn, b), to);
          ro = hn::MulAdd(r, row(old_turn, b), ro);
        }
      }
      hn::Store(r, d, m_residual + b * kLanes);
    }
    Float c1 = zero, c2 = zero;
    if (i > 0) {
      const Float oo = i > 1 ? m_old_square : zero;
      const Float determinant = hn::NegMulAdd(to, to, hn::Mul(tt, oo));
      const auto two = hn::Gt(determinant, hn::Mul(hn::Set(d, kLeastAngle), hn::Mul(tt, oo)));
      const Float both1 = hn::Div(hn::NegMulAdd(ro, to, hn::Mul(rt, oo)), determinant);
      const Float both2 = hn::Div(hn::NegMulAdd(rt, to, hn::Mul(ro, tt)), determinant);
      const Float one = hn::IfThenElseZero(hn::Gt(tt, zero), hn::Div(rt, tt));
      const auto trust = hn::Le(rr, hn::Mul(hn::Set(d, kSetback), m_last_square));
      c1 = hn::IfThenElseZero(trust, hn::IfThenElse(two, both1, one));
      c2 = hn::IfThenElseZero(hn::And(trust, two), both2);
    }
    m_old_square = tt;
    m_last_square = rr;
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      Float step = row(m_residual, b);
      if (i > 0) step = hn::NegMulAdd(c1, row(move, b), step);
      if (i > 1) step = hn::NegMulAdd(c2, row(old_move, b), step);
      hn::Store(step, d, m_step + b * kLanes);
      hn::Store(hn::Add(row(m_y, b), hn::IfThenElseZero(open, step)), d, m_y + b * kLanes);
    }
    return hn::Le(rr, hn::Set(d, kCoarse * m_epsilon * kCoarse * m_epsilon));
  }

  /// One step of Newton's method for the open lanes; returns those that it finishes. Where the objective rose, the step
  /// before is taken back: Weiszfeld's in its place descends always.
  Mask improve(Mask open) {
    const Floats d;
    const NewtonSums sums = m_newton(m_part, {m_y, m_pull, m_step, m_matrix});
    const Mask worse = hn::Gt(sums.objective, hn::Mul(m_last_objective, hn::Set(d, 1 + kObjectiveRounding)));
    Float square = hn::Zero(d), decrement = hn::Zero(d);
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      square = hn::MulAdd(row(m_step, b), row(m_step, b), square);
      decrement = hn::MulAdd(row(m_pull, b), row(m_step, b), decrement);
    }
    const Mask finished = hn::AndNot(worse, hn::And(open, is_certain(sums, square, decrement)));
    const Float factor = hn::Div(hn::Set(d, kRelaxation), sums.weight);
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      const Float y = row(m_y, b);
      const Float stepped = hn::IfThenElse(worse, row(m_fallback, b), hn::Add(y, row(m_step, b)));
      hn::Store(hn::IfThenElse(open, stepped, y), d, m_y + b * kLanes);
      hn::Store(hn::IfThenElse(worse, row(m_fallback, b), hn::MulAdd(row(m_pull, b), factor, y)), d,
                m_fallback + b * kLanes);
    }
    m_last_objective = hn::IfThenElse(worse, m_last_objective, sums.objective);
    return finished;
  }

  /// Nothing is known of a last step that nobody judged.
  void take_back(Mask open) {
    const Floats d;
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      hn::Store(hn::IfThenElse(open, row(m_fallback, b), row(m_y, b)), d, m_y + b * kLanes);
    }
  }

  /// Whether y + s is good enough where `pull` and H belong to y, s = H^-1 pull (m_step). Let w be the greatest w_t, l
  /// the least eigenvalue of H, h_t = w_t (I - u u^T) the share of one sample in H. Along s, with q the part of a
  /// vector v across u, h_t[v,v] = w_t |q|^2 changes by at most w_t^2 |s| (|q|^2 + 2 |v| |q|), which for the sum gives
  ///   |dH[v,v]| <= w |s| (1 + 2 sqrt(sum w_t / l)) H[v,v] = change H[v,v]
  /// (Cauchy and Schwarz, sum w_t^3 <= w^2 sum w_t, and |v|^2 <= H[v,v] / l). The change of the mean Hessian between y
  /// and y + s is half of that to first order, which at kMostChange leaves room for the growth of w on the way. Hence,
  /// in the norm of H^-1, the gradient at y + s is at most `change` times that at y, whose square is pull . s, and the
  /// objective is at most (change^2 pull . s) / (2 (1 - change)) above its minimum, whose distance is at most
  /// change sqrt(pull . s / l) / (1 - change), beside what rounding of the gradient makes of l.
  [[nodiscard]] Mask is_certain(const NewtonSums& sums, Float square, Float decrement) const {
    const Floats d;
    const Float length = hn::Sqrt(square);
    const Float twice = hn::MulAdd(hn::Set(d, 2.0F), sums.flatness, hn::Set(d, 1.0F));
    const Float change = hn::Mul(hn::Mul(length, sums.heaviest), twice);
    const Float reach = hn::Mul(hn::Sqrt(hn::Div(decrement, sums.weight)), sums.flatness);
    const Float blur = hn::Mul(m_part.counts, hn::Set(d, kGradientRounding));
    const Float rounding = hn::Div(hn::Mul(blur, hn::Mul(sums.flatness, sums.flatness)), sums.weight);
    const Mask sound =
        hn::And(hn::Le(change, hn::Set(d, kMostChange)), hn::Le(sums.flatness, hn::Set(d, kMostFlatness)));
    const Mask near = hn::Le(hn::MulAdd(change, reach, rounding), hn::Set(d, kError * m_epsilon));
    const Float excess = hn::Mul(hn::Mul(change, change), decrement);
    const Mask low = hn::Le(excess, hn::Mul(sums.objective, hn::Set(d, kExcess)));
    return hn::And(sound, hn::And(near, low));
  }

  /// Sets y to the sample nearest it in the `candidates` whose minimiser it is, which it returns: where the pull of the
  /// others is at most the number of samples there. Those weigh kGreatestWeight each in the pass and pull nowhere.
  Mask settle_on_sample(Mask candidates) {
    const Floats d;
    find_nearest(m_part, m_y, m_nearest);
    const Float weight = m_pass(m_part, {m_nearest, m_pull, m_step});
    const Float here = hn::Mul(weight, hn::Set(d, (1 + 1e-5F) / kGreatestWeight));
    Float square = hn::Zero(d);
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      square = hn::MulAdd(row(m_pull, b), row(m_pull, b), square);
    }
    const Mask settled = hn::And(candidates, hn::Le(square, hn::Mul(here, here)));
    for (std::size_t b = 0; b < m_part.bands; ++b) {
      hn::Store(hn::IfThenElse(settled, row(m_nearest, b), row(m_y, b)), d, m_y + b * kLanes);
    }
    return settled;
  }

  const Part& m_part;
  const Pass m_pass;
  const NewtonStep m_newton;
  float* const m_y;
  const float m_epsilon;
  float* m_pull = nullptr;
  float* m_step = nullptr;
  float* m_nearest = nullptr;
  float* m_fallback = nullptr;
  float* m_residual = nullptr;
  float* m_turns[2] = {};
  float* m_moves[2] = {};
  float* m_matrix = nullptr;
  Float m_old_square = hn::Zero(Floats());            // of the turn before
  Float m_last_square = hn::Zero(Floats());           // of the residual before
  Float m_last_objective = hn::Set(Floats(), 3e38F);  // at the point before
};

void centre_any(const LaneGroup& group, const Physical& physical, const Part& part, std::size_t lane, float* copy,
                float* origin, float* y) {
  switch (group.type) {
    case LaneType::kUInt16:
      return centre<std::uint16_t>(group, physical, part, lane, copy, origin, y);
    case LaneType::kInt16:
      return centre<std::int16_t>(group, physical, part, lane, copy, origin, y);
    case LaneType::kFloat32:
      return centre<float>(group, physical, part, lane, copy, origin, y);
  }
}

/// One lane in double precision; y [band] with stride kLanes, in and out.
void finish_lane(const LaneSamples& samples, double epsilon, std::uint32_t max_iterations, double* scratch, float* y) {
  double* const point = scratch + finish_scratch(samples.bands);
  bool finite = true;
  for (std::size_t b = 0; b < samples.bands; ++b) {
    point[b] = static_cast<double>(y[b * kLanes]);
    finite = finite && std::isfinite(point[b]);
  }
  if (!finite) std::fill_n(point, samples.bands, 0.0);  // about the mean
  finish_geomedian(samples, kFinish * epsilon, HWY_MIN(max_iterations, kMostFinishSteps), point, scratch);
  for (std::size_t b = 0; b < samples.bands; ++b) y[b * kLanes] = static_cast<float>(point[b]);
}

/// Fills State::copy, origin and centred_geomedian.
void solve_group(const ReduceArguments& arguments, Workspace::State& state) {
  const Floats d;
  const LaneGroup& group = arguments.group;
  const double epsilon = arguments.epsilon / arguments.physical.scale[0];
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    float* const copy = state.copy + std::size_t{group.slots} * group.bands * lane;
    float* const y = state.centred_geomedian + lane;
    const Part part = part_of_group(group, lane, copy);
    centre_any(group, arguments.physical, part, lane, copy, state.origin + lane, y);
    if (group.bands == 1) continue;  // the caller's matter
    Solver solver(part, y, state.iterates, static_cast<float>(epsilon));
    const auto left = solver.solve(arguments.max_iterations);
    if (hn::AllFalse(d, left)) continue;
    HWY_ALIGN float flags[kLanes];
    hn::Store(hn::IfThenElseZero(left, hn::Set(d, 1.0F)), d, flags);
    for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
      if (flags[i] == 0.0F) continue;
      const LaneSamples samples = {copy + i, group.bands * hn::Lanes(d), hn::Lanes(d), group.counts[lane + i],
                                   group.bands};
      finish_lane(samples, epsilon, arguments.max_iterations, state.finish, y + i);
    }
  }
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>
#include <limits>

#include "kernels/dispatch.h"
#include "kernels/order.h"

namespace stacvrt::kernels {

HWY_EXPORT(solve_group);

void prepare_geomedian(const ReduceArguments& arguments, Workspace& workspace) noexcept {
  const LaneGroup& group = arguments.group;
  Workspace::State& state = workspace.state();
  assert(group.slots <= state.max_slots && group.bands <= state.max_bands);
  if (state.geomedian_ready) return;
  state.geomedian_ready = true;
  if (group.slots == 0) {
    std::fill_n(state.geomedian, group.bands * kLanes, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  STACVRT_DISPATCH(solve_group)(arguments, state);
  if (group.bands == 1) {  // on a line the minimiser is the median
    reduce_median(arguments, workspace, state.geomedian);
    for (std::size_t i = 0; i < kLanes; ++i) {
      state.centred_geomedian[i] = static_cast<float>(state.geomedian[i] - static_cast<double>(state.origin[i]));
    }
    return;
  }
  for (std::size_t b = 0; b < group.bands; ++b) {
    const double weight = arguments.physical.scale[0] / arguments.physical.scale[b];
    for (std::size_t i = b * kLanes; i < (b + 1) * kLanes; ++i) {
      const double value =
          static_cast<double>(state.origin[i]) + static_cast<double>(state.centred_geomedian[i]) * weight;
      state.geomedian[i] = group.counts[i % kLanes] == 0 ? std::numeric_limits<double>::quiet_NaN() : value;
    }
  }
}

void reduce_geomedian(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  prepare_geomedian(arguments, workspace);
  std::copy_n(workspace.state().geomedian, std::size_t{arguments.group.bands} * kLanes, out);
}

}  // namespace stacvrt::kernels
#endif
