# SPDX-License-Identifier: MIT
"""The comparisons themselves can fail: each passes on the oracle's own answer and refuses the smallest wrong one.

Needs no plugin: what is judged here is the judge.
"""
import numpy as np
import pytest

import judge
import recipes
from oracle_bridge import moments, near_border, oracle, percentile, scaling


@pytest.fixture(scope="module")
def crop(wl_items):
    made = recipes.recipe(wl_items, recipes.S2_BANDS, recipes.WL_CROP, recipes.SCL_CLEAN, outputs=["geomedian", "mad"])
    return made, oracle(made)


def test_packing_rounds_half_to_even_clamps_and_keeps_valid_off_nodata():
    want = np.array([[[0.5, 1.5, 2.5, -3.0, 0.2, 70000.0, np.nan]]])
    assert judge.packed(want).tolist() == [[[1, 2, 2, 1, 1, 65535, 0]]]


def test_one_wrong_pixel_is_named(crop):
    _, truth = crop
    got = judge.packed(truth["median"])
    judge.assert_packed(got, truth["median"], "median")
    got[2, 7, 11] += 1
    with pytest.raises(AssertionError, match="1 of .* values differ.*\n.*\n  band 2 row 7 column 11"):
        judge.assert_packed(got, truth["median"], "median")


def test_an_interpolated_result_may_differ_at_ties_only(crop):
    _, truth = crop
    border = np.zeros(truth["count"].shape, bool)
    with np.errstate(invalid="ignore"):
        tie = np.argwhere(np.abs(truth["median"] - np.floor(truth["median"]) - 0.5) <= 1e-3)
        plain = np.argwhere(np.abs(truth["median"] - np.rint(truth["median"])) < 0.1)
    got = judge.packed(truth["median"])
    b, r, c = tie[0]
    got[b, r, c] = np.floor(truth["median"][b, r, c]) if got[b, r, c] > truth["median"][b, r, c] else got[b, r, c] + 1
    judge.assert_packed_close(got, truth["median"], border, "median")
    b, r, c = plain[0]
    got[b, r, c] += 1
    with pytest.raises(AssertionError, match="neither a rounding tie nor a pixel border"):
        judge.assert_packed_close(got, truth["median"], border, "median")


def test_too_many_ties_are_refused(crop):
    _, truth = crop
    got, want = judge.packed(np.full((1, 50, 50), 100.0)), np.full((1, 50, 50), 100.5002)
    with pytest.raises(AssertionError, match="more than 0.001"):
        judge.assert_packed_close(got, want, np.zeros((50, 50), bool), "median")


def test_geomedian_and_mads_pass_on_the_reference_and_fail_beside_it(crop):
    made, truth = crop
    scale, offset = scaling(made)
    mads = np.stack([truth["smad"], truth["emad"], truth["bcmad"]])
    got = truth["geomedian"].astype("float32")
    distance = judge.assert_geomedian(got, truth["geomedian"], truth["samples"], scale, offset, "geomedian")
    judge.assert_mads(mads.astype("float32"), mads, got, distance, truth["samples"], scale, offset, "mad")
    r, c = np.argwhere(truth["count"] == 2)[0]
    off = got.copy()
    off[:, r, c] += 0.02
    with pytest.raises(AssertionError, match="beyond the tolerance"):
        judge.assert_geomedian(off, truth["geomedian"], truth["samples"], scale, offset, "geomedian")
    r, c = np.argwhere(truth["count"] == 4)[0]
    off = got.copy()
    off[:, r, c] += 20
    with pytest.raises(AssertionError, match="beyond the tolerance"):
        judge.assert_geomedian(off, truth["geomedian"], truth["samples"], scale, offset, "geomedian")
    swapped = mads[[1, 0, 2]].astype("float32")
    with pytest.raises(AssertionError, match="smad"):
        judge.assert_mads(swapped, mads, got, distance, truth["samples"], scale, offset, "mad")


def test_the_cases_hold_what_they_are_meant_to_show(crop, s2_items, landsat_items):
    """Sample numbers, masks and borders: a case without clouds or without n >= 7 would show nothing."""
    _, truth = crop
    assert (truth["count"] < truth["total"]).any() and (truth["count"] > 0).any()
    both = dict(items=s2_items, bands=["red"], mask=recipes.SCL_CLEAN)
    clear, wins = (oracle(recipes.recipe(grid=recipes.OVERLAP_ON_WL, fuse=f, **both)) for f in ("clear-first", "cloud-wins"))
    assert (clear["count"] > wins["count"]).any(), "the fuse rules do not differ on this grid"
    landsat = oracle(recipes.recipe(landsat_items, ["red"], recipes.LANDSAT_GRID, recipes.BQA))
    assert (landsat["count"] >= 7).any() and (landsat["count"] < landsat["total"]).any()
    reprojected = recipes.recipe(s2_items, ["red"], recipes.EQUAL_AREA, recipes.SCL)
    assert oracle(reprojected)["total"].max() == 5 and (oracle(reprojected)["total"] > 0).mean() > 0.9
    assert near_border(reprojected).mean() < 1e-3


def test_percentile_50_is_the_median_and_moments_agree_with_numpy(crop):
    _, truth = crop
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(percentile(truth["samples"], 50), truth["median"])
        mean, stddev, low, high = moments(truth["samples"])
        some = truth["count"] > 0
        np.testing.assert_allclose(mean[:, some], np.nanmean(truth["samples"], 0)[:, some], rtol=1e-14)
        np.testing.assert_allclose(stddev[:, some], np.nanstd(truth["samples"], 0)[:, some], rtol=1e-12)
        np.testing.assert_array_equal(low[:, some], np.nanmin(truth["samples"], 0)[:, some])
        np.testing.assert_array_equal(high[:, some], np.nanmax(truth["samples"], 0)[:, some])


def test_rounding_is_judged_against_the_unrounded_values():
    floats = np.array([[[10.4, 10.5, 0.2, np.nan, 70000.0]]], "float32")
    for good in ([10, 10, 1, 0, 65535], [10, 11, 1, 0, 65535]):
        judge.assert_rounded_from(np.array([[good]], "uint16"), floats, "rounded")
    for bad in ([11, 10, 1, 0, 65535], [10, 10, 0, 0, 65535], [10, 10, 1, 1, 65535], [10, 10, 1, 0, 4464]):
        with pytest.raises(AssertionError, match="1 of 5 values differ"):
            judge.assert_rounded_from(np.array([[bad]], "uint16"), floats, "rounded")
