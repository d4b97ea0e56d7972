# SPDX-License-Identifier: MIT
"""The program that people start: QGIS's window, on a screen of its own, shows the mosaic in natural colours.

STACVRT_QGIS_PICTURES=<folder> keeps the screenshots; the README's is qgis-recipe.png of them in 200 colours (HACKING.md).
"""
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from gdal_io import subdataset

pytest.importorskip("qgis.core", reason="no PyQGIS: install python3-qgis, qgis-providers")
import desktop as d  # noqa: E402
import map_view as m  # noqa: E402
from qgis.core import QgsProject, QgsReferencedRectangle  # noqa: E402

pytestmark = [pytest.mark.usefixtures("qgis"),
              pytest.mark.skipif(not shutil.which("qgis"), reason="no desktop QGIS: install qgis"),
              pytest.mark.skipif(bool(d.missing()), reason=f"no screen to show it on: install {' '.join(d.missing())}")]

# Stretches differ a little: QGIS samples the copy's full resolution and the recipe's overviews. The right pictures have
# 0.92 and 0.95, each other's 0.76 and 0.72; colours in another order lower it by little, so they are looked at apart.
LIKE = 0.85
PICTURES = os.environ.get("STACVRT_QGIS_PICTURES")


@pytest.fixture
def screen(tmp_path):
    folder = tmp_path / "desktop"
    folder.mkdir()
    with d.Desktop(folder) as desktop:
        yield desktop


def show(screen, argument):
    screen.start("qgis", "--nologo", "--noversioncheck", "--profiles-path", screen.folder / "profile", argument)


def assert_shown(screen, copy, name):
    """The map on the screen is that of the GeoTIFF `copy`, drawn without windows in QGIS's default style."""
    expected = m.layer(copy)

    def found(picture):
        area = d.map_area(picture)
        if area is None or min(area[2:]) < 250 or not 0.97 < area[2] / area[3] < 1.03:
            return 0.0
        drawn = m.draw(expected, m.View(expected.width() / area[2], area[2:]))
        drawn[(drawn == m.BACKGROUND.getRgb()[:3]).all(-1)] = 255  # no data: the canvas is white
        shown = d.cut(picture, area)
        alike = d.likeness(shown, drawn)
        return alike if alike > d.likeness(shown, drawn[..., ::-1]) else 0.0
    picture = screen.wait_for(lambda now: found(now) > LIKE)
    kept = Path(PICTURES or screen.folder) / f"qgis-{name}.png"
    kept.parent.mkdir(parents=True, exist_ok=True)
    m.save(picture, kept)
    assert found(picture) > LIKE, f"likeness {found(picture):.2f}, area {d.map_area(picture)}: {kept}; {screen.said('qgis')}"
    land = d.cut(picture, d.map_area(picture))
    assert len(np.unique(land.reshape(-1, 3), axis=0)) > 5000
    print(f"{kept}: likeness {found(picture):.3f}, {land.shape[1]} x {land.shape[0]} pixels of map")


def test_a_recipe_file_on_the_command_line(screen, sample, tmp_path):
    """QGIS adds its outputs as layers, the first on top."""
    copy = tmp_path / "copy.tif"
    gdal.Translate(str(copy), subdataset(sample, "geomedian"))
    show(screen, sample)
    assert_shown(screen, copy, "recipe")


def test_a_source_with_options_in_a_project(screen, sample_items, tmp_path):
    """QGIS takes names with a prefix for missing files on its command line, so they come in projects."""
    options = ["BANDS=red,green,blue", "PRESET=sentinel-2-geomad", "OUTPUTS=median", "DATETIME=2024-07/2024-08"]
    copy = tmp_path / "copy.tif"
    gdal.Translate(str(copy), gdal.OpenEx(f"STACVRT:{sample_items}", open_options=options))
    made = m.layer(m.with_options(f"STACVRT:{sample_items}", *options), "July and August")
    project = QgsProject()
    project.addMapLayer(made)
    project.setCrs(made.crs())
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(made.extent(), made.crs()))
    path = tmp_path / "project.qgs"
    assert project.write(str(path))
    show(screen, path)
    assert_shown(screen, copy, "project")
