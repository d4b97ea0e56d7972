# SPDX-License-Identifier: MIT
"""Programs that draw maps draw the same picture from a recipe as from its copy, at full resolution and from overviews."""
import shutil
from pathlib import Path

import pytest
from osgeo import gdal

import programs

pytestmark = pytest.mark.usefixtures("driver")

MAPFILE = """MAP
  NAME "summer"  EXTENT {extent}  SIZE {size}  UNITS METERS  IMAGECOLOR 255 0 255
  PROJECTION "init=epsg:32633" END
  OUTPUTFORMAT NAME "png24" DRIVER "AGG/PNG" MIMETYPE "image/png" IMAGEMODE RGB EXTENSION "png" END
  IMAGETYPE "png24"
  WEB METADATA "wms_title" "summer" "wms_srs" "EPSG:32633 EPSG:3857" "wms_enable_request" "*" END END
  LAYER
    NAME "summer" TYPE RASTER STATUS DEFAULT
    DATA "{data}"
    PROJECTION "init=epsg:32633" END
    PROCESSING "BANDS=1,2,3" PROCESSING "SCALE=0,2000"
  END
END
"""
VIEWS = {"full resolution": ("260500 4975200 263500 4977200", "300 200"), "overview": ("257980 4969800 268220 4980040", "320 320"),
         "between levels": ("258500 4970500 266500 4978500", "290 290")}


def mapfile(folder, data, extent, size):
    """A MapServer map of one layer; the copy lies beside nothing that could stand in for it."""
    path = Path(folder) / f"{Path(data).suffix[1:]}.map"
    path.write_text(MAPFILE.format(data=data, extent=extent, size=size))
    return path


@pytest.mark.parametrize("view", VIEWS)
def test_mapserver_draws(recipe, copy, tmp_path, view):
    map2img = programs.needed("map2img", "mapserver-bin")
    pictures = []
    for data in (recipe, copy):
        out = tmp_path / f"{Path(data).suffix[1:]}.png"
        programs.run(map2img, "-m", mapfile(tmp_path, data, *VIEWS[view]), "-o", out)
        pictures.append(programs.image(out))
    programs.assert_same_picture(*pictures)


def test_mapserver_serves_wms(recipe, copy, tmp_path):
    """The CGI program, as a web server calls it, in the web's projection."""
    mapserv = shutil.which("mapserv") or "/usr/lib/cgi-bin/mapserv"
    if not Path(mapserv).exists():
        pytest.skip("no mapserv: install cgi-mapserver")
    pictures = []
    for data in (recipe, copy):
        query = ("SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=summer&STYLES=&SRS=EPSG:3857&FORMAT=image/png"
                 "&BBOX=1331500,5599500,1337500,5603500&WIDTH=300&HEIGHT=200")
        # Since version 8 MapServer wants a file that says which maps it may serve.
        config = tmp_path / "mapserver.conf"
        config.write_text('CONFIG ENV MS_MAP_PATTERN "." END END')
        answer = programs.run(mapserv, text=False, REQUEST_METHOD="GET", QUERY_STRING=query, MAPSERVER_CONFIG_FILE=config,
                              MS_MAPFILE=mapfile(tmp_path, data, *VIEWS["overview"]))
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"image/png" in head, answer[:2000]
        out = tmp_path / f"wms-{Path(data).suffix[1:]}.png"
        out.write_bytes(body)
        pictures.append(programs.image(out))
    programs.assert_same_picture(*pictures)


def test_mapscript_draws(recipe, copy, tmp_path):
    mapscript = pytest.importorskip("mapscript", reason="no MapScript: install python3-mapscript")
    pictures = []
    for data in (recipe, copy):
        out = tmp_path / f"{Path(data).suffix[1:]}.png"
        mapscript.mapObj(str(mapfile(tmp_path, data, *VIEWS["overview"]))).draw().save(str(out))
        pictures.append(programs.image(out))
    programs.assert_same_picture(*pictures)


def test_gdal2tiles(recipe, copy, tmp_path):
    """It takes bytes, so both are stretched by a VRT first; two processes, each of which opens the recipe."""
    gdal2tiles = programs.needed("gdal2tiles.py", "gdal-bin")
    pictures = []
    for data in (recipe, copy):
        stretched, out = tmp_path / f"{Path(data).suffix[1:]}.vrt", tmp_path / Path(data).suffix[1:]
        gdal.Translate(str(stretched), data, options="-of VRT -ot Byte -scale 0 2000 1 255 -a_nodata 0 -b 1 -b 2 -b 3")
        programs.run(gdal2tiles, "-q", "-z", "11-13", "--processes=2", "-w", "none", stretched, out)
        tiles = {str(p.relative_to(out)): programs.image(p) for p in sorted(out.rglob("*.png"))}
        assert len(tiles) > 8, sorted(tiles)
        pictures.append(tiles)
    one, two = pictures
    assert one.keys() == two.keys()
    for name in one:
        assert (one[name] == two[name]).all(), name
    programs.assert_same_picture(*(max(p.values(), key=lambda tile: len(set(map(tuple, tile.reshape(-1, 3))))) for p in pictures))
