# SPDX-License-Identifier: MIT
"""QGIS without windows: recipes as layers, what QGIS asks of them, and pictures of them beside pictures of copies.

A copy is a GeoTIFF written by gdal_translate. Where it also has the driver's own overviews, QGIS must draw the same
picture bit for bit at every scale; where its overviews are averages of the full resolution, a similar one.
"""
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

import plugin_env
import recipes as r
from gdal_io import open_recipe, pixels, subdataset

pytest.importorskip("qgis.core", reason="no PyQGIS: install python3-qgis, qgis-providers")
import map_view as m  # noqa: E402
from map_view import View  # noqa: E402
from qgis.core import (QgsMultiBandColorRenderer, QgsProject, QgsProviderRegistry, QgsRaster,  # noqa: E402
                       QgsRasterBandStats, QgsRasterLayer)

pytestmark = pytest.mark.usefixtures("qgis")

NATURAL, STRETCH = (1, 2, 3), (0.0, 0.2)  # red, green, blue; reflectance, for QGIS applies scale and offset
NATURAL_BANDS = ["red", "green", "blue", "nir"]
SCALES = (0.5, 1, 2, 4, 8)
PICTURES = os.environ.get("STACVRT_QGIS_PICTURES")  # a folder that gets every picture drawn by `compare`


@pytest.fixture(scope="module")
def recipes(tmp_path_factory, sample_items, sample):
    """{name: recipe file}: the sample's geometric median with MADs and count (Float32), and the real series (UInt16)."""
    made = {"sample": sample}
    if plugin_env.S2.is_dir():
        path = tmp_path_factory.mktemp("real") / "s2.stacvrt"
        path.write_text(json.dumps(r.recipe(plugin_env.S2 / "items.json", NATURAL_BANDS, mask=r.SCL, outputs=["median"])))
        made["sentinel-2"] = str(path)
    return made


@pytest.fixture(scope="module", params=["sample", "sentinel-2"])
def drawn(request, recipes, tmp_path_factory):
    """(name, layer of the recipe, layer of a copy with its overviews, layer of a copy with averages), all in one style."""
    if request.param not in recipes:
        pytest.skip(f"no shared data at {plugin_env.SHARED}: set STACVRT_SHARED_DIR")
    recipe, folder = recipes[request.param], tmp_path_factory.mktemp("copies")
    own, average = (m.materialised(recipe, folder / f"{kind}.tif", kind) for kind in ("own", "AVERAGE"))
    yield request.param, *(m.stretched(m.layer(source), NATURAL, *STRETCH) for source in (recipe, own, average))


def compare(name, view, picture, expected):
    """The pictures are of land, not of the background, and equal."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        m.save(picture, Path(PICTURES) / f"{name}-{view.scale}{view.crs.replace(':', '-')}.png")
    land = (picture != m.BACKGROUND.getRgb()[:3]).any(-1)
    assert len(np.unique(picture[land], axis=0)) > 500, "hardly any colours: is this a picture of land?"
    different = (picture != expected).any(-1)
    assert not different.any(), f"{different.sum()} of {different.size} pixels of the picture differ"


@pytest.mark.parametrize("scale", SCALES)
def test_pictures_equal_those_of_a_copy_with_the_same_overviews(drawn, scale):
    name, recipe, own, _ = drawn
    view = View(scale)
    compare(name, view, m.draw(recipe, view), m.draw(own, view))


@pytest.mark.parametrize("view", [View(1, crs="EPSG:3857"), View(3, crs="EPSG:3857"), View(1.7), View(1, (257, 181), (0.95, 0.9))])
def test_pictures_reprojected_between_levels_and_over_the_edge_are_equal_too(drawn, view):
    name, recipe, own, _ = drawn
    compare(name, view, m.draw(recipe, view), m.draw(own, view))


def test_the_painters_picture_is_the_canvas_picture(drawn):
    _, recipe, _, _ = drawn
    for view in (View(1), View(4)):
        assert (m.draw_by_painter(recipe, view) == m.draw(recipe, view)).all()


# A composite of averages is not the average of composites, and classes are thinned where pixels are averaged. The mean
# of all pixels, though, must stay: a sixtieth of the range allows for rims of clouds, whose dilation by a fixed length on the
# ground ends where it falls below a pixel. What single pixels keep in common with the average depends on how much of the picture
# is finer than the level. The sample's files have levels 2 and 4, the real ones 2; beyond that pixels are picked, not averaged.
LIKENESS = {"sample": {2: 0.99, 4: 0.97, 8: 0.85}, "sentinel-2": {2: 0.85, 4: 0.75}}


def test_pictures_from_overviews_are_like_those_of_averages(drawn):
    name, recipe, _, average = drawn
    assert (m.draw(recipe, View(1)) == m.draw(average, View(1))).all(), "no overview plays a part at full resolution"
    for scale, likeness in LIKENESS[name].items():
        view = View(scale, (120, 90))
        one, two = (m.draw(drawn_layer, view).astype(float) for drawn_layer in (recipe, average))
        land = (one != m.BACKGROUND.getRgb()[:3]).any(-1) & (two != m.BACKGROUND.getRgb()[:3]).any(-1)
        assert land.mean() > 0.5
        alike = np.corrcoef(one[land].ravel(), two[land].ravel())[0, 1]
        bias = (one - two)[land].mean()
        assert alike > likeness and abs(bias) < 255 / 60, f"scale {scale}: correlation {alike:.3f}, bias {bias:.2f} of 255"


def test_open_options_belong_to_the_source(sample, sample_items):
    july = m.layer(m.with_options(sample, "DATETIME=2024-07", "OUTPUTS=median,count", "BANDS=red,nir"))
    assert [july.bandName(b + 1) for b in range(july.bandCount())] == ["Band 1: red", "Band 2: nir", "Band 3: count"]
    bare = m.layer(m.with_options(f"STACVRT:{sample_items}", "PRESET=sentinel-2-geomad", "BANDS=red,green,blue",
                                  "OUTPUTS=geomedian"))
    assert [bare.bandName(b + 1) for b in range(bare.bandCount())] == ["Band 1: red", "Band 2: green", "Band 3: blue"]
    part = m.layer(m.with_options(subdataset(sample, "count"), "DATETIME=2024-07"))
    assert part.bandCount() == 1
    for made, source, options in ((july, sample, ["DATETIME=2024-07", "OUTPUTS=median,count", "BANDS=red,nir"]),
                                  (part, subdataset(sample, "count"), ["DATETIME=2024-07"])):
        point = made.extent().center()
        found = made.dataProvider().identify(point, QgsRaster.IdentifyFormatValue).results()
        assert found == pytest.approx(values_at(open_recipe(source, *options), point))


def test_a_recipe_that_cannot_be_opened_is_no_layer(tmp_path):
    wrong = tmp_path / "wrong.stacvrt"
    wrong.write_text('{"type": "STACVRT", "version": 1, "itms": "items.json"}')
    assert not QgsRasterLayer(str(wrong), "wrong", "gdal").isValid()


def values_at(ds, point):
    """{band: value at the point, in the scale of the band}, as GDAL reads it."""
    left, width, _, top, _, height = ds.GetGeoTransform()
    column, row = int((point.x() - left) // width), int((point.y() - top) // height)
    values = {}
    for number in range(1, ds.RasterCount + 1):
        band = ds.GetRasterBand(number)
        values[number] = float(band.ReadAsArray(column, row, 1, 1)[0, 0]) * (band.GetScale() or 1) + (band.GetOffset() or 0)
    return values


def test_identify_gives_the_values_of_gdal(recipes):
    for recipe in recipes.values():
        made, ds = m.layer(recipe), open_recipe(recipe)
        extent, seen = made.extent(), 0
        for x, y in ((0.5, 0.5), (0.31, 0.77), (0.6, 0.35), (0.999, 0.999)):
            point = extent.center()
            point.set(extent.xMinimum() + x * extent.width(), extent.yMinimum() + y * extent.height())
            found = made.dataProvider().identify(point, QgsRaster.IdentifyFormatValue).results()
            want = values_at(ds, point)
            want = {b: v for b, v in want.items() if found[b] is not None}  # no data
            assert {b: found[b] for b in want} == pytest.approx(want)
            seen += len(want)
        assert seen > 8


def test_natural_colours_are_the_default(recipes, sample_items):
    """QGIS shows the first three bands, which recipes begin with; and it knows their colours."""
    for source in (*recipes.values(), str(Path(sample_items).with_name("median-monthly.stacvrt"))):
        made = m.layer(source)
        renderer, provider = made.renderer(), made.dataProvider()
        assert isinstance(renderer, QgsMultiBandColorRenderer), source
        shown = [provider.colorInterpretation(b) for b in (renderer.redBand(), renderer.greenBand(), renderer.blueBand())]
        assert shown == [QgsRaster.RedBand, QgsRaster.GreenBand, QgsRaster.BlueBand], source
        assert 0 <= renderer.redContrastEnhancement().minimumValue() < renderer.redContrastEnhancement().maximumValue() < 0.4


def test_the_default_style_does_not_compute_the_full_resolution(sample, tmp_path):
    """QGIS samples the layer for its stretch; the driver answers that from an overview."""
    recipe = Path(sample).with_name("statistics.stacvrt")  # new to the process, so that nothing is computed yet
    recipe.write_text(json.dumps({**json.loads(Path(sample).read_text()), "title": "never opened before"}))
    try:
        renderer = m.layer(recipe).renderer()
        assert renderer.redContrastEnhancement().maximumValue() > 0
        assert open_recipe(recipe).GetMetadataItem("TILES_COMPUTED", "STACVRT_STATISTICS") == "0"
    finally:
        recipe.unlink()


def test_outputs_and_windows_are_offered_as_sublayers(sample):
    def offered(source):
        return {s.name(): s.uri() for s in QgsProviderRegistry.instance().querySublayers(source) if s.providerKey() == "gdal"}
    assert offered(sample) == {name: subdataset(sample, name) for name in ("geomedian", "mad", "count")}
    monthly = str(Path(sample).with_name("median-monthly.stacvrt"))
    months = [f"2024-{month:02}" for month in range(5, 10)]
    names = ["median", "count", *months, *(f"{output}@{month}" for output in ("median", "count") for month in months)]
    assert offered(monthly) == {name: subdataset(monthly, name) for name in names}
    made = m.layer(monthly)  # kept: a provider dies with its layer
    listed = [s.split("!!::!!")[0] for s in made.dataProvider().subLayers()]
    assert listed == [subdataset(monthly, name) for name in names]


def test_a_window_is_a_layer_of_its_own_dates(sample):
    monthly = str(Path(sample).with_name("median-monthly.stacvrt"))
    whole, july = m.layer(monthly), m.layer(subdataset(monthly, "2024-07"))
    assert july.bandCount() * 5 == whole.bandCount() == 25
    first = next(b for b in range(1, 26) if "2024-07" in whole.bandName(b))
    every = open_recipe(monthly)  # kept: a band dies with its dataset
    bands = [every.GetRasterBand(first + b).ReadAsArray(300, 300, 40, 40) for b in range(5)]
    own = pixels(open_recipe(subdataset(monthly, "2024-07")), 300, 300, 40, 40)
    assert (own == np.stack(bands)).all()
    view = View(1)
    one = m.draw(m.stretched(july, (1, 2, 3), *STRETCH), view)
    two = m.draw(m.stretched(whole, (first, first + 1, first + 2), *STRETCH), view)
    june = m.draw(m.stretched(m.layer(subdataset(monthly, "2024-06")), (1, 2, 3), *STRETCH), view)
    assert (one == two).all() and (one != june).any(-1).mean() > 0.5


def test_provenance_is_in_the_layers_properties(recipes):
    for recipe in recipes.values():
        told = m.layer(recipe).htmlMetadata()
        facts = open_recipe(recipe).GetMetadata_Dict()
        for key in ("ITEMS", "OBSERVATIONS", "TIME_RANGE"):
            assert f"{key}={facts[key]}" in told, key
        assert "STACVRT" in told and "STAC Virtual Raster Composites" in told
        assert re.search(r"REDUCER=(geomedian|median)\b", told) and "WINDOW_START=" in told


def test_statistics_leave_no_file_beside_the_recipe(sample):
    before = sorted(os.listdir(Path(sample).parent))
    made = m.layer(sample)
    made.dataProvider().bandStatistics(1, QgsRasterBandStats.All, made.extent(), 10000)
    made.dataProvider().histogram(1, 100)
    del made
    assert sorted(os.listdir(Path(sample).parent)) == before


def test_an_edited_recipe_is_seen_at_the_next_open(sample_items, tmp_path):
    path = tmp_path / "edited.stacvrt"

    def write(rank):
        path.write_text(json.dumps(r.recipe(sample_items, ["red", "green", "blue"], r.SAMPLE_CROP,
                                            outputs=[{"reduce": "percentile", "p": [rank]}])))
        made = m.stretched(m.layer(path), NATURAL, *STRETCH)
        return made, m.draw(made, View(0.5)).mean()
    old, dark = write(5)
    new, bright = write(95)  # while the first is still open
    assert bright > dark + 20
    assert m.draw(old, View(0.5)).mean() == dark, "what is open stays what it was"
    old.dataProvider().reloadData()
    assert m.draw(old, View(0.5)).mean() == bright, "QGIS's reload opens again"


def test_a_project_keeps_sources_with_options(sample, sample_items, tmp_path):
    sources = [sample, m.with_options(sample, "DATETIME=2024-07"), subdataset(sample, "mad"),
               m.with_options(f"STACVRT:{sample_items}", "BANDS=red,green,blue", "OUTPUTS=median")]
    project = QgsProject()
    for source in sources:
        project.addMapLayer(m.layer(source))
    kept = {made.source(): made.bandCount() for made in project.mapLayers().values()}
    for name in ("layers.qgs", "layers.qgz"):
        assert project.write(str(tmp_path / name))
        again = QgsProject()
        assert again.read(str(tmp_path / name))
        layers = again.mapLayers().values()
        assert all(made.isValid() for made in layers), [made.source() for made in layers if not made.isValid()]
        assert {made.source(): made.bandCount() for made in layers} == kept


def test_the_file_dialog_knows_recipes():
    filters = QgsProviderRegistry.instance().fileRasterFilters()
    assert re.search(r"STAC Virtual Raster Composites \(\*\.stacvrt", filters)
