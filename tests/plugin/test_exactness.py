# SPDX-License-Identifier: MIT
"""Composites of the real series equal the reference pipeline within the documented tolerances.

Aligned cases bit for bit; reprojected, rescaled and interpolated ones but for rounding ties and pixel borders.
"""
import numpy as np
import pytest

import judge
import plugin_env
import recipes as r
import series
from gdal_io import open_recipe, pixels, read, subdataset
from oracle_bridge import grid_of, moments, near_border, oracle, percentile, scaling

pytestmark = pytest.mark.usefixtures("driver")


def opened_on_grid(path, recipe):
    """The open dataset, after its grid was found to be the one the recipe states."""
    ds, grid = open_recipe(path), grid_of(recipe)
    assert (ds.RasterXSize, ds.RasterYSize) == (grid.width, grid.height)
    want = grid.transform.to_gdal()
    np.testing.assert_allclose(ds.GetGeoTransform(), want, rtol=0, atol=1e-9 * abs(want[1]), err_msg="geotransform")
    return ds


def check_counts_and_median(path, recipe, exact):
    """Outputs median, count, total of one recipe: all integer, so they open in their own type."""
    got, truth, bands = pixels(opened_on_grid(path, recipe)), oracle(recipe), len(recipe["bands"])
    assert got.dtype == np.uint16 and len(got) == bands + 2
    if exact:
        judge.assert_same(got[bands], truth["count"].astype("uint16"), "count")
        judge.assert_same(got[bands + 1], truth["total"].astype("uint16"), "total")
        judge.assert_packed(got[:bands], truth["median"], "median")
        return
    border = near_border(recipe)
    judge.assert_count_close(got[bands], truth["count"], border, "count")
    judge.assert_count_close(got[bands + 1], truth["total"], border, "total")
    judge.assert_packed_close(got[:bands], truth["median"], border, "median")


def check_geomedian_and_mads(path, recipe):
    """Outputs geomedian, mad, count of one recipe: mixed types, so Float32, NaN and nothing rounded."""
    got, truth, bands = pixels(opened_on_grid(path, recipe)), oracle(recipe), len(recipe["bands"])
    assert got.dtype == np.float32 and len(got) == bands + 4
    scale, offset = scaling(recipe)
    samples = truth["samples"]
    distance = judge.assert_geomedian(got[:bands], truth["geomedian"], samples, scale, offset, "geomedian")
    mads = np.stack([truth["smad"], truth["emad"], truth["bcmad"]])
    judge.assert_mads(got[bands:bands + 3], mads, got[:bands], distance, samples, scale, offset, "mad")
    judge.assert_count_close(got[bands + 3], truth["count"], near_border(recipe), "count")
    integer = read(subdataset(path, "geomedian"))
    assert integer.dtype == np.uint16
    judge.assert_rounded_from(integer, got[:bands], "geomedian subdataset")
    judge.assert_same(read(subdataset(path, "mad")), got[bands:bands + 3], "mad subdataset")


GM = ("geomedian", "mad", "count")

# (items, keyword arguments of the recipe): one CRS, one scale and offset, no interpolation.
EXACT = {
    "one tile, SCL and cleanup": ("wl", dict(bands=r.S2_BANDS, grid=r.WL_GRID, mask=r.SCL_CLEAN)),
    "one tile, SCL without cleanup": ("wl", dict(bands=r.S2_BANDS, grid=r.WL_GRID, mask=r.SCL)),
    "one tile, classes by value": ("wl", dict(bands=["red"], grid=r.WL_CROP, mask={"asset": "scl", "exclude": [3, 8, 9, 10]})),
    "one tile, all cleanup steps": ("wl", dict(bands=["red"], grid=r.WL_CROP, mask={**r.SCL, "cleanup": [
        ["closing", 3], ["opening", 1.5], ["erosion", 1], ["dilation", 4]]})),
    "one tile, cloud probability": ("wl", dict(bands=r.S2_BANDS, grid=r.WL_GRID, mask=r.CLOUD_PROBABILITY)),
    "one tile, probability with cleanup": ("wl", dict(bands=["nir"], grid=r.WL_CROP,
                                                      mask={**r.CLOUD_PROBABILITY, "cleanup": r.CLEANUP})),
    "one tile, no mask": ("wl", dict(bands=r.S2_BANDS, grid=r.WL_GRID)),
    "one tile, bands by name and common name": ("wl", dict(bands=["B08", "red"], grid=r.WL_CROP, mask=r.SCL)),
    "one tile, part of the range": ("wl", dict(bands=["red"], grid=r.WL_CROP, mask=r.SCL,
                                               time={"range": "2023-08-13/2023-08-18"})),
    "two tiles half a pixel apart, clear first": ("s2", dict(bands=r.S2_BANDS, grid=r.OVERLAP_ON_WL, mask=r.SCL_CLEAN,
                                                             fuse="clear-first")),
    "two tiles half a pixel apart, cloud wins": ("s2", dict(bands=r.S2_BANDS, grid=r.OVERLAP_ON_WL, mask=r.SCL_CLEAN,
                                                            fuse="cloud-wins")),
    "two tiles half a pixel apart, no cleanup": ("s2", dict(bands=["red", "nir"], grid=r.OVERLAP_ON_WL, mask=r.SCL)),
    "two tiles half a pixel apart, not grouped": ("s2", dict(bands=["red", "nir"], grid=r.OVERLAP_ON_WL, mask=r.SCL_CLEAN,
                                                             group="none")),
    "Landsat on the first scene's grid": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.LANDSAT_GRID, mask=r.BQA)),
    "Landsat, bits by shift and length": ("landsat", dict(bands=["red"], grid=r.LANDSAT_GRID, mask={
        "asset": "bqa", "bits": {"shift": 5, "length": 2, "values": [2, 3]}})),
    "Landsat with pan, basis is pan's": ("landsat", dict(bands=["red", "pan"], grid=r.LANDSAT_PAN_GRID, mask=r.BQA)),
    "Landsat with pan on the coarse grid": ("landsat", dict(bands=["red", "pan"], grid=r.LANDSAT_GRID, mask=r.BQA)),
}

# The same, reprojected or interpolated.
CLOSE = {
    "two tiles half a pixel apart, bilinear": ("s2", dict(bands=r.S2_BANDS, grid=r.OVERLAP_ON_WL, mask=r.SCL_CLEAN,
                                                          resampling="bilinear")),
    "equal area, nearest, clear first": ("s2", dict(bands=r.S2_BANDS, grid=r.EQUAL_AREA, mask=r.SCL_CLEAN)),
    "equal area, nearest, cloud wins": ("s2", dict(bands=r.S2_BANDS, grid=r.EQUAL_AREA, mask=r.SCL_CLEAN, fuse="cloud-wins")),
    "equal area, bilinear, clear first": ("s2", dict(bands=r.S2_BANDS, grid=r.EQUAL_AREA, mask=r.SCL_CLEAN,
                                                     resampling="bilinear")),
    "equal area, bilinear, cloud wins": ("s2", dict(bands=r.S2_BANDS, grid=r.EQUAL_AREA, mask=r.SCL_CLEAN,
                                                    resampling="bilinear", fuse="cloud-wins")),
    "equal area, bilinear, no cleanup": ("s2", dict(bands=["red"], grid=r.EQUAL_AREA, mask=r.SCL, resampling="bilinear")),
    "equal area, bilinear, cloud probability": ("s2", dict(bands=["red"], grid=r.EQUAL_AREA, mask=r.CLOUD_PROBABILITY,
                                                           resampling="bilinear")),
    "Landsat in Albers, nearest": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.ALBERS, mask=r.BQA)),
    "Landsat in Albers, bilinear": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.ALBERS, mask=r.BQA, resampling="bilinear")),
    "Landsat on the first scene's grid, bilinear": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.LANDSAT_GRID, mask=r.BQA,
                                                                    resampling="bilinear")),
    "sample, mask at half the resolution, two UTM zones": ("sample", dict(bands=r.S2_BANDS, grid=r.SAMPLE_CROP,
                                                                          mask=r.SCL_CLEAN)),
    "sample, bilinear": ("sample", dict(bands=r.S2_BANDS, grid=r.SAMPLE_CROP, mask=r.SCL_CLEAN, resampling="bilinear")),
    "Landsat with pan, bilinear": ("landsat", dict(bands=["red", "pan"], grid=r.ALBERS, mask=r.BQA, resampling="bilinear")),
}

GEOMEDIANS = {
    "one tile": ("wl", dict(bands=r.S2_BANDS, grid=r.WL_CROP, mask=r.SCL_CLEAN)),
    "one tile, no mask": ("wl", dict(bands=r.S2_BANDS, grid=r.WL_CROP)),
    "two tiles, ten observations": ("s2", dict(bands=r.S2_BANDS, grid=r.OVERLAP_ON_WL, group="none")),
    "equal area, bilinear": ("s2", dict(bands=r.S2_BANDS, grid=r.EQUAL_AREA, mask=r.SCL_CLEAN, resampling="bilinear")),
    "Landsat on the first scene's grid": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.LANDSAT_GRID, mask=r.BQA)),
    "Landsat in Albers, bilinear": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.ALBERS, mask=r.BQA, resampling="bilinear")),
    "sample, mask at half the resolution, two UTM zones": ("sample", dict(bands=r.S2_BANDS, grid=r.SAMPLE_CROP,
                                                                          mask=r.SCL_CLEAN)),
}


@pytest.fixture
def build(request, write_recipe):
    """(path, recipe) of a case of the tables above."""
    def make(case, **more):
        which, arguments = case
        recipe = r.recipe(request.getfixturevalue(f"{which}_items"), **arguments, **more)
        return write_recipe(recipe), recipe
    return make


@pytest.mark.parametrize("case", EXACT)
def test_aligned_composites_equal_the_reference_bit_for_bit(build, case):
    check_counts_and_median(*build(EXACT[case]), exact=True)


@pytest.mark.parametrize("case", CLOSE)
def test_resampled_composites_equal_the_reference_but_for_ties_and_borders(build, case):
    check_counts_and_median(*build(CLOSE[case]), exact=False)


@pytest.mark.parametrize("case", GEOMEDIANS)
def test_geomedians_and_mads_are_within_tolerance(build, case):
    check_geomedian_and_mads(*build(GEOMEDIANS[case], outputs=GM))


@pytest.mark.parametrize("series_name", ["S2", "LANDSAT"])
def test_stac_1_1_items_give_the_bytes_of_1_0(write_recipe, shared, series_name):
    folder = getattr(plugin_env, series_name)
    bands, grid, mask = ((r.S2_BANDS, r.EQUAL_AREA, r.SCL_CLEAN) if series_name == "S2"
                         else (r.LANDSAT_BANDS, r.LANDSAT_GRID, r.BQA))
    made = [read(write_recipe(r.recipe(folder / f, bands, grid, mask, [*GM, "median"], "bilinear"), f"{n}.stacvrt"))
            for n, f in enumerate(("items.json", "items-stac11.json"))]
    assert np.isfinite(made[0]).any()
    judge.assert_same(made[1], made[0], "STAC 1.1 against 1.0")


def test_order_statistics_and_means_equal_numpy(build):
    outputs = ["min", {"reduce": "percentile", "p": [10, 50, 90]}, "mean", "max"]
    path, recipe = build(EXACT["one tile, SCL and cleanup"], outputs=outputs)
    samples, bands = oracle(recipe)["samples"], len(recipe["bands"])
    mean, _, low, high = moments(samples)
    want = [low, percentile(samples, 10), percentile(samples, 50), percentile(samples, 90), mean, high]
    got = read(path)
    assert got.dtype == np.uint16 and len(got) == 6 * bands
    for k, name in enumerate(("min", "percentile 10", "percentile 50", "percentile 90", "mean", "max")):
        judge.assert_packed(got[k * bands:(k + 1) * bands], want[k], name)


def test_standard_deviation_is_within_two_ulp(build):
    path, recipe = build(EXACT["one tile, SCL and cleanup"], outputs=["stddev"])
    judge.assert_ulps(read(path), moments(oracle(recipe)["samples"])[1], 2, "stddev")


def test_promoted_means_are_not_rounded(build):
    path, recipe = build(EXACT["one tile, SCL and cleanup"], outputs=["mean", "median", "stddev"])
    truth, bands = oracle(recipe), len(recipe["bands"])
    got = read(path)
    judge.assert_ulps(got[:bands], moments(truth["samples"])[0], 2, "mean")
    judge.assert_same(got[bands:2 * bands], truth["median"].astype("float32"), "median")


def test_items_of_different_scale_and_offset_are_harmonised(build, write_recipe, tmp_path, shared):
    items = series.items_of(plugin_env.S2, lambda i: "33TWL" in i["id"])
    odd = {1: (1.3e-4, -0.0777), 3: (0.7e-4, -0.1)}
    mixed = [series.rewrite_scaled(i, r.S2_BANDS, *odd[n], tmp_path / "px") if n in odd else i for n, i in enumerate(items)]
    recipe = r.recipe(series.write(mixed, tmp_path / "mixed.json"), r.S2_BANDS, r.WL_CROP, r.SCL_CLEAN)
    assert scaling(recipe) == (1e-4, 0), "output scale and offset are those of most items"
    path = write_recipe(recipe)
    check_counts_and_median(path, recipe, exact=False)
    ds = open_recipe(path)
    assert (ds.GetRasterBand(1).GetScale(), ds.GetRasterBand(1).GetOffset()) == (1e-4, 0)
    with_geomedian = {**recipe, "outputs": list(GM)}
    check_geomedian_and_mads(write_recipe(with_geomedian, "gm.stacvrt"), with_geomedian)


@pytest.mark.parametrize("properties, declared, offset", [
    ({"earthsearch:boa_offset_applied": True, "s2:processing_baseline": "05.09"}, -0.1, 0),
    ({"s2:processing_baseline": "03.01"}, -0.1, 0),
    ({"s2:processing_baseline": "04.00"}, -0.1, -0.1),
    ({"s2:processing_baseline": "05.09"}, -0.05, -0.05),
    ({"s2:processing_baseline": "05.09"}, None, -0.1),
])
def test_sentinel_2_offsets_follow_the_stated_precedence(write_recipe, tmp_path, shared, properties, declared, offset):
    item = series.items_of(plugin_env.S2, lambda i: i["id"] == "S2A_33TWL_20230815_0_L2A")[0]
    for key in ("earthsearch:boa_offset_applied", "s2:processing_baseline"):
        item["properties"].pop(key)
    item["properties"].update(properties)
    meta = item["assets"]["red"]["raster:bands"][0]
    del meta["offset"]
    if declared is not None:
        meta["offset"] = declared
    ds = open_recipe(write_recipe(r.recipe(series.write([item], tmp_path / "one.json"), ["red"], r.WL_CROP, outputs=["median"])))
    assert ds.GetRasterBand(1).GetOffset() == pytest.approx(offset, abs=1e-12)
    assert ds.GetRasterBand(1).GetScale() == pytest.approx(1e-4, rel=1e-12)


def test_output_rounds_half_to_even_clamps_and_keeps_valid_off_nodata(write_recipe, tmp_path, shared):
    plain = [[1, 2, 3, 0, 0, 0, 100]]
    other = [[2, 3, 4, 0, 0, 0, 0]]
    shifted = [[0, 0, 0, 1, 60000, 500, 0]]       # at 2e-4, -0.1: -998, 119000, 0 in output DN
    items = [series.synthetic_item(tmp_path, "a", "2020-01-01T00:00:00Z", {"red": plain}),
             series.synthetic_item(tmp_path, "b", "2020-01-02T00:00:00Z", {"red": other}),
             series.synthetic_item(tmp_path, "c", "2020-01-03T00:00:00Z", {"red": shifted}, scale=2e-4, offset=-0.1)]
    recipe = r.recipe(series.write(items, tmp_path / "items.json"), ["red"], outputs=["median", "count"])
    got = read(write_recipe(recipe))
    assert got[0, 0].tolist() == [2, 2, 4, 1, 65535, 1, 100]
    assert got[1, 0].tolist() == [2, 2, 2, 1, 1, 1, 1]


def test_the_default_grid_is_the_union_on_the_pixels_of_the_earliest_item(write_recipe, s2_items):
    ds = open_recipe(write_recipe(r.recipe(s2_items, ["red"], mask=r.SCL)))
    assert ds.GetGeoTransform() == (504780, 120, 0, 5135340, 0, -120)
    assert (ds.RasterXSize, ds.RasterYSize) == (800, 671)
    assert ds.GetSpatialRef().GetAuthorityCode(None) == "32633"


def test_windows_are_composites_of_their_own_observations(write_recipe, landsat_items):
    base = dict(bands=["red", "nir08"], grid=r.LANDSAT_GRID, mask=r.BQA, outputs=["median", "count"])
    path = write_recipe(r.recipe(landsat_items, time={"range": "2018-01-01/2018-12-31", "windows": "P1M"}, **base))
    for month, last in (("2018-04", 30), ("2018-12", 31), ("2018-07", 31)):
        recipe = r.recipe(landsat_items, time={"range": f"{month}-01/{month}-{last}"}, **base)
        truth = oracle(recipe)
        judge.assert_packed(read(subdataset(path, f"median@{month}")), truth["median"], f"median of {month}")
        judge.assert_same(read(subdataset(path, f"count@{month}")), truth["count"].astype("uint16"), f"count of {month}")


def test_a_filter_selects_items(write_recipe, s2_items, wl_items):
    arguments = (["red"], r.WL_CROP, r.SCL)
    filtered = write_recipe(r.recipe(s2_items, *arguments, filter={"grid:code": {"eq": "MGRS-33TWL"}}), "filtered.stacvrt")
    judge.assert_same(read(filtered), read(write_recipe(r.recipe(wl_items, *arguments))), "filter against subset")
