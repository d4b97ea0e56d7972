# SPDX-License-Identifier: MIT
"""Compares pixels with the tolerances of the numerical definitions; every failure says which pixels differ and by how much.

Pure NumPy on (band, y, x) arrays: knows neither driver nor files.
"""
import numpy as np
import pytest

_reference = pytest.importorskip("reference", reason="no float64 reference: set STACVRT_SHARED_DIR")
mads64, objective = _reference.mads64, _reference.objective

TIE_DN = 1e-3
FRACTION = 1e-3
NOISE_DN = 1e-9


def bits_differ(got, want):
    """Where two arrays of one type differ; NaN equals NaN."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"shape {got.shape} instead of {want.shape}"
    assert got.dtype == want.dtype, f"type {got.dtype} instead of {want.dtype}"
    differ = got != want
    if got.dtype.kind == "f":
        differ &= ~(np.isnan(got) & np.isnan(want))
    return differ


def describe(got, want, wrong, what, most=6):
    """One text: how many pixels of which bands differ, where they lie, the largest difference, the first few."""
    where = np.argwhere(wrong)
    with np.errstate(all="ignore"):
        gap = np.abs(np.asarray(got, float) - np.asarray(want, float))
    finite = gap[wrong][np.isfinite(gap[wrong])]
    low, high = where.min(0), where.max(0)
    lines = [f"{what}: {len(where)} of {wrong.size} values differ ({len(where) / wrong.size:.2e}), "
             f"largest difference {finite.max() if finite.size else 'valid against nodata'}",
             f"  bands {sorted(set(where[:, 0].tolist()))}, rows {low[-2]}..{high[-2]}, columns {low[-1]}..{high[-1]}"]
    lines += [f"  band {b} row {r} column {c}: got {got[b, r, c]}, expected {want[b, r, c]}" for b, r, c in where[:most]]
    return "\n".join(lines)


def _planes(a):
    a = np.asarray(a)
    return a[None] if a.ndim == 2 else a


def assert_same(got, want, what):
    """Bit for bit, types included."""
    got, want = _planes(got), _planes(want)
    wrong = bits_differ(got, want)
    assert not wrong.any(), describe(got, want, wrong, what)


def packed(want, dtype="uint16", nodata=0):
    """Float DN to the integer output: half to even, clamped, never nodata where valid."""
    info = np.iinfo(dtype)
    whole = np.clip(np.rint(want), info.min, info.max)
    whole = np.where(whole == nodata, nodata + 1, whole)
    return np.where(np.isfinite(want), whole, nodata).astype(dtype)


def assert_packed(got, want, what):
    """Integer output that must equal the packed expectation in every pixel."""
    got = _planes(got)
    assert_same(got, packed(_planes(want), got.dtype), what)


def at_ties(want):
    """`want` with values that a tie's own rounding noise has moved (weights of a regular shift give exact ties by the
    hundred, and float64 misses them by 1e-12) put back on the tie, where half to even decides."""
    tie = np.floor(want) + 0.5
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(want - tie) <= NOISE_DN, tie, want)


def assert_packed_close(got, want, border, what):
    """Integer output of something reprojected, rescaled or interpolated: a pixel may differ only where the exact value is
    within 1e-3 DN of a rounding tie (then by 1) or its centre lies on a source pixel's border, in at most 1e-3 of all."""
    got, want = _planes(got), at_ties(_planes(want))
    expected = packed(want, got.dtype)
    wrong = bits_differ(got, expected)
    with np.errstate(invalid="ignore"):
        tie = np.abs(want - np.floor(want) - 0.5) <= TIE_DN
    by_one = np.abs(got.astype(float) - expected.astype(float)) <= 1
    unexplained = wrong & ~(tie & by_one) & ~border
    assert not unexplained.any(), describe(got, expected, unexplained, f"{what}, neither a rounding tie nor a pixel border")
    assert wrong.mean() <= FRACTION, describe(got, expected, wrong, f"{what}, more than {FRACTION} of the pixels")


def assert_rounded_from(got, floats, what):
    """Integer output of the same computation as `floats` (Float32, unrounded): its nearest integer, either one at a tie to
    within 1e-3 DN (midpoints of two samples are ties, and Float32 has moved them), nodata exactly where NaN."""
    got, floats = _planes(got), _planes(floats)
    limits = np.iinfo(got.dtype)
    with np.errstate(invalid="ignore"):
        off = np.abs(got - np.clip(floats.astype(float), 1, limits.max)) > 0.5 + TIE_DN
    wrong = np.where(np.isnan(floats), got != 0, off | (got == 0))
    assert not wrong.any(), describe(got, floats, wrong, f"{what}, not the rounded value")


def assert_count_close(got, want, border, what):
    """Counts of something reprojected: equal but where a pixel's centre lies on a source pixel's border."""
    got, want = _planes(got), _planes(want)
    wrong = np.asarray(got, float) != want
    unexplained = wrong & ~border
    assert not unexplained.any(), describe(got, want, unexplained, f"{what}, not at a pixel border")
    assert wrong.mean() <= FRACTION, describe(got, want, wrong, f"{what}, more than {FRACTION} of the pixels")


def assert_ulps(got, want, ulps, what):
    """Float32 within so many units in the last place of the float64 expectation; NaN exactly where expected."""
    got, want = _planes(got), _planes(want)
    assert got.dtype == np.float32, f"{what}: type {got.dtype} instead of float32"
    with np.errstate(all="ignore"):
        off = np.abs(got.astype(float) - want) > ulps * np.spacing(np.abs(want).astype("float32")).astype(float)
    wrong = (np.isnan(got) != np.isnan(want)) | off
    assert not wrong.any(), describe(got, want, wrong, f"{what}, more than {ulps} ulp")


def assert_geomedian(got, want, samples, scale, offset, what):
    """Unrounded geomedian (band, y, x) in DN against the reference, by the number of samples; returns its distance from
    the reference in DN (y, x), NaN where no sample is, infinite where the reference is no optimum."""
    n = np.isfinite(samples[:, 0]).sum(0)
    wrong = np.broadcast_to(np.isfinite(got).all(0) != (n > 0), got.shape)
    assert not wrong.any(), describe(got, want, wrong, f"{what}, validity")
    distance = np.sqrt(((got.astype(float) - want) ** 2).sum(0))
    bands = len(got)
    flat = lambda a: (a.reshape(bands, -1).T * scale + offset)
    X = samples.transpose(2, 3, 1, 0).reshape(-1, bands, len(samples)) * scale + offset
    with np.errstate(all="ignore"):
        best, here = objective(X, flat(want)), objective(X, flat(got.astype(float)))
        excess = ((here - best) / best).reshape(n.shape)
    excess[~np.isfinite(excess)] = 0                        # all samples equal: the distance judges
    few, some, many = (n == 1) | (n == 2), (n >= 3) & (n <= 6), n >= 7
    bad = (few & (distance > 0.01)) | (some & (distance > 0.5) & (excess > 1e-6)) | (many & (excess > 1e-6))
    wrong = np.broadcast_to(bad, got.shape)
    assert not bad.any(), describe(got, want, wrong, f"{what}, beyond the tolerance for its number of samples "
                                   f"(n {sorted(set(n[bad].tolist()))}, distance up to {distance[bad].max()} DN, "
                                   f"excess up to {excess[bad].max()})")
    # A reference that has got stuck beside a sample, a worse objective than the driver's, is not where the optimum is.
    stuck = excess < -1e-9
    assert stuck.mean() <= 5e-3, f"{what}: the reference is no optimum in {stuck.sum()} of {stuck.size} pixels"
    if many.any():
        far = many & (distance > 0.1) & ~stuck
        assert far.sum() <= 1e-3 * many.sum(), describe(
            got, want, np.broadcast_to(far, got.shape), f"{what}, n >= 7 and more than 0.1 DN away in {far.sum()} of {many.sum()}")
    return np.where(stuck, np.inf, distance)


def assert_mads(got, want, geomedian, distance, samples, scale, offset, what):
    """SMAD, EMAD, BCMAD (3, y, x) Float32 against the reference where the geomedian is within 0.1 DN of it, and against
    the definitions evaluated about the driver's own geomedian everywhere."""
    assert got.dtype == np.float32, f"{what}: type {got.dtype} instead of float32"
    bands = len(geomedian)
    X = samples.transpose(2, 3, 1, 0).reshape(-1, bands, len(samples)) * scale + offset
    own = mads64(X, geomedian.astype(float).reshape(bands, -1).T * scale + offset).T.reshape(3, *distance.shape)
    own = np.stack([own[1], own[0] / scale, own[2]])
    near = ~(distance > 0.1)
    for k, (name, limit) in enumerate((("smad", 2e-5), ("emad", 0.1), ("bcmad", 2e-5))):
        for reference, where, about in ((want[k], near, "reference"), (own[k], True, "own geomedian")):
            with np.errstate(invalid="ignore"):
                wrong = (np.isnan(got[k]) != np.isnan(reference)) | (np.abs(got[k] - reference) > limit)
            wrong = (wrong & where)[None]
            assert not wrong.any(), describe(got[k][None], reference[None], wrong,
                                             f"{what}, {name} about the {about}, more than {limit}")
