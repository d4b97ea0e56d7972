# SPDX-License-Identifier: MIT
"""Versions of one acquisition, seen from outside: which pixels count, and that gdalinfo tells.

Made of real items of the Sentinel-2 series; a reprocessed one holds other numbers, so that one sees which was read.
"""
import copy

import numpy as np
import pytest
import rasterio

import plugin_env
import series
from gdal_io import open_recipe, pixels

pytestmark = pytest.mark.usefixtures("driver")

PLAIN = ("BANDS=red", "OUTPUTS=median,count")


@pytest.fixture
def original(shared):
    """One item with what Earth Search says of its processing."""
    item = next(i for i in series.items_of(plugin_env.S2) if i["id"] == "S2A_33TWL_20230818_0_L2A")
    item["properties"].update({"grid:code": "MGRS-33TWL", "platform": "sentinel-2a", "s2:product_type": "S2MSI2A",
                               "s2:datatake_id": "GS2A_20230818T100031_042595_N05.09",
                               "s2:processing_baseline": "05.09"})
    item["collection"] = "sentinel-2-l2a"
    return item


def reprocessed(item, folder, name, change, **properties):
    """A version of an item whose red is `change` of the original's."""
    item = copy.deepcopy(item)
    with rasterio.open(item["assets"]["red"]["href"]) as src:
        values, profile = src.read(1), src.profile
    path = folder / f"{name}.tif"
    with rasterio.open(path, "w", **{**profile, "driver": "GTiff"}) as out:
        out.write(change(values).astype("uint16"), 1)
    item["id"] = name
    item["assets"]["red"]["href"] = str(path)
    item["properties"].update({key.replace("__", ":"): value for key, value in properties.items()})
    return item


def red(item):
    with rasterio.open(item["assets"]["red"]["href"]) as src:
        return src.read(1)


def brighter(values):
    return np.where(values > 0, values + 1000, 0)


def opened(tmp_path, items, *options):
    ds = open_recipe(f"STACVRT:{series.write(items, tmp_path / 'items.json')}", *PLAIN, *options)
    return ds, pixels(ds), ds.GetMetadata("STACVRT")


def lines(metadata, prefix):
    return [value for key, value in metadata.items() if key.startswith(prefix)]


def test_the_newest_processing_is_read_and_the_older_one_told_of(original, tmp_path):
    new = reprocessed(original, tmp_path, "S2A_33TWL_20230818_1_L2A", brighter, s2__processing_baseline="05.10")
    for items in ([original, new], [new, original]):
        ds, data, metadata = opened(tmp_path, items)
        assert ds.GetMetadataItem("ITEMS") == "1"
        assert np.array_equal(data[0], red(new))
        left_out = lines(metadata, "LEFT_OUT")
        assert len(left_out) == 1 and original["id"] in left_out[0] and "baseline 05.10 after 05.09" in left_out[0]


def test_all_versions_count_where_the_user_says_so(original, tmp_path):
    new = reprocessed(original, tmp_path, "S2A_33TWL_20230818_1_L2A", brighter, s2__processing_baseline="05.10")
    ds, data, metadata = opened(tmp_path, [original, new], "DUPLICATES=KEEP", "GROUP=none")
    assert ds.GetMetadataItem("ITEMS") == "2" and ds.GetMetadataItem("OBSERVATIONS") == "2"
    assert data[1].max() == 2 and not lines(metadata, "LEFT_OUT")


def test_parts_of_an_acquisition_are_one_observation_and_the_newer_one_lies_on_top(original, tmp_path):
    """Two datastrips: the north, and the south with a strip of overlap."""
    rows = red(original).shape[0]
    def north(values):
        return np.where(np.arange(rows)[:, None] < rows // 2 + 20, values, 0)
    def south(values):
        return np.where(np.arange(rows)[:, None] >= rows // 2, brighter(values), 0)
    a = reprocessed(original, tmp_path, "S2A_33TWL_20230818_0_L2A", north, s2__sequence="0")
    b = reprocessed(original, tmp_path, "S2A_33TWL_20230818_1_L2A", south, s2__sequence="1")
    for item, low, high in ((a, 45.6, 46.1), (b, 45.3, 45.7)):
        item["geometry"] = {"type": "Polygon",
                            "coordinates": [[[15, low], [16, low], [16, high], [15, high], [15, low]]]}
    want = np.where(red(b) > 0, red(b), red(a))
    for group in ("solar_day", "none"):
        ds, data, metadata = opened(tmp_path, [a, b], f"GROUP={group}")
        assert ds.GetMetadataItem("ITEMS") == "2" and ds.GetMetadataItem("OBSERVATIONS") == "1"
        assert np.array_equal(data[0], want) and data[1].max() == 1
        assert any("parts of one acquisition" in line for line in lines(metadata, "DECISION"))


def test_neighbours_of_one_pass_all_count(shared):
    ds = open_recipe(f"STACVRT:{plugin_env.S2 / 'items.json'}", *PLAIN)
    assert ds.GetMetadataItem("ITEMS") == "10" and not lines(ds.GetMetadata("STACVRT"), "LEFT_OUT")


def test_an_item_of_two_documents_counts_once(original, tmp_path, write_recipe):
    documents = [series.write([original], tmp_path / name / "items.json") for name in ("a", "b")]
    ds = open_recipe(write_recipe({"type": "STACVRT", "version": 1, "items": documents}), *PLAIN)
    assert ds.GetMetadataItem("ITEMS") == "1"
    assert any("listed more than once" in line for line in lines(ds.GetMetadata("STACVRT"), "LEFT_OUT"))
