# SPDX-License-Identifier: MIT
"""Programs of other people read the same values from a recipe as GDAL does: one window of full resolution in each."""
import json
import re
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

import programs
from gdal_io import open_recipe, pixels, read

pytestmark = pytest.mark.usefixtures("driver")


def test_rasterio(recipe, window, expected):
    rasterio = pytest.importorskip("rasterio", reason="no rasterio: install python3-rasterio")
    x, y, width, height = window
    with rasterio.open(recipe) as source:
        assert (source.read(window=((y, y + height), (x, x + width))) == expected[0]).all()
        assert source.overviews(1) == [2, 4, 8] and source.nodata == 0
        assert [c.name for c in source.colorinterp] == ["red", "green", "blue"]


def test_rioxarray(recipe, window, expected):
    rioxarray = pytest.importorskip("rioxarray", reason="no rioxarray: install python3-rioxarray")
    x, y, width, height = window
    with rioxarray.open_rasterio(recipe) as array:
        part = array[:, y:y + height, x:x + width]
        assert (part.values == expected[0]).all() and part.dtype == "uint16"
        assert part.rio.bounds() == pytest.approx(expected[1]) and part.rio.crs.to_epsg() == 32633
        assert array.attrs["long_name"] == ("red", "green", "blue")
    with rioxarray.open_rasterio(recipe, chunks=256) if has_dask() else rioxarray.open_rasterio(recipe) as array:
        assert (array[:, y:y + height, x:x + width].values == expected[0]).all()


def has_dask():
    import importlib.util
    return importlib.util.find_spec("dask") is not None


def test_terra(recipe, window, expected, tmp_path):
    rscript = programs.needed("Rscript", "r-cran-terra")
    x, y, width, height = window
    # terra applies scale and offset; whether it does exactly is not the matter, so they are taken out again.
    code = f"""
      if (!requireNamespace("terra", quietly = TRUE)) quit(status = 77)
      composite <- terra::rast("{recipe}")
      terra::scoff(composite) <- NULL
      part <- terra::crop(composite, terra::ext({', '.join(repr(float(expected[1][i])) for i in (0, 2, 1, 3))}))
      part <- terra::subst(part, NA, 0)
      writeBin(as.integer(t(terra::values(part))), "{tmp_path}/values.bin")
      cat(names(part), terra::crs(composite, describe = TRUE)$code)
    """
    said = programs.run(rscript, "-e", code)
    assert said.split()[-4:] == ["red", "green", "blue", "32633"], said
    values = np.fromfile(tmp_path / "values.bin", "i4").reshape(height, width, 3).transpose(2, 0, 1)
    assert (values == expected[0]).all()


def test_grass(recipe, window, expected, tmp_path):
    """r.external links the recipe, r.out.bin writes what GRASS reads."""
    grass = programs.needed("grass", "grass-core")
    project = tmp_path / "project"
    home = {"HOME": tmp_path}  # GRASS keeps settings there
    programs.run(grass, "-c", recipe, "-e", project, **home)
    left, bottom, right, top = expected[1]
    script = tmp_path / "read.sh"
    script.write_text(f"""set -e
      r.external input="{recipe}" output=summer
      g.region n={top} s={bottom} w={left} e={right} res=10
      for band in 1 2 3; do r.out.bin input=summer.$band output={tmp_path}/$band.bin bytes=4 null=0 -i; done
      r.info -g summer.1
    """)
    said = programs.run(grass, project / "PERMANENT", "--exec", "sh", script, **home)
    assert "rows=1024" in said
    values = np.stack([np.fromfile(tmp_path / f"{band}.bin", "i4").reshape(window[3], window[2]) for band in (1, 2, 3)])
    assert (values == expected[0]).all()


def test_gdal_translate(recipe, window, expected, tmp_path):
    out = tmp_path / "window.tif"
    programs.run(programs.needed("gdal_translate", "gdal-bin"), "-q", "-srcwin", *window, recipe, out)
    assert (gdal.Open(str(out)).ReadAsArray() == expected[0]).all()


@pytest.mark.parametrize("named", ["recipe", "items"])
def test_gdal_translate_to_vrt_keeps_open_options(recipe, sample_items, tmp_path, named):
    options = ["DATETIME=2024-07", "OUTPUTS=median,count", "BANDS=red,nir"]
    source = recipe if named == "recipe" else f"STACVRT:{sample_items}"
    out = tmp_path / "july.vrt"
    programs.run(programs.needed("gdal_translate", "gdal-bin"), "-q", "-of", "VRT",
                 *[word for option in options for word in ("-oo", option)], source, out)
    kept = set(re.findall(r'<OOI key="([^"]+)">([^<]+)</OOI>', out.read_text()))
    assert kept == {tuple(option.split("=")) for option in options}
    values = read(source, *options)
    assert (pixels(gdal.Open(str(out))) == values).all() and values.shape[0] == 3 and values.any()


def test_a_vrt_follows_the_recipe(recipe, tmp_path):
    """What a VRT refers to is computed when it is read, so an edited recipe shows there, too."""
    edited, out = tmp_path / "edited.stacvrt", tmp_path / "edited.vrt"
    said = json.loads(Path(recipe).read_text())
    sums = []
    for rank in (10, 90):
        edited.write_text(json.dumps({**said, "outputs": [{"reduce": "percentile", "p": [rank]}]}))
        if rank == 10:
            programs.run(programs.needed("gdal_translate", "gdal-bin"), "-q", "-of", "VRT", edited, out)
        sums.append(int(pixels(gdal.Open(str(out)), 0, 0, 64, 64).sum(dtype="i8")))
    assert sums[0] < sums[1]


def test_gdallocationinfo(recipe, sample_items, expected, window):
    program = programs.needed("gdallocationinfo", "gdal-bin")
    x, y = window[0] + 20, window[1] + 30
    assert [int(v) for v in programs.run(program, "-valonly", recipe, x, y).split()] == expected[0][:, 30, 20].tolist()
    every = {item["id"]: item["properties"]["datetime"] for item in json.loads(Path(sample_items).read_text())["features"]}
    told = programs.run(program, "-xml", recipe, x, y)
    bands = re.findall(r'<BandReport band="(\d)">(.*?)</BandReport>', told, re.DOTALL)
    assert [number for number, _ in bands] == ["1", "2", "3"]
    for number, report in bands:
        assert f"<Value>{expected[0][int(number) - 1, 30, 20]}</Value>" in report
        listed = dict(re.findall(r'<Item id="([^"]+)" datetime="([^"]+)">', report))
        assert listed and set(listed) <= set(every)
        assert all(when[:19] == every[item][:19] for item, when in listed.items())
        assert re.search(r"<LocationInfo>.*<File[^>]*>[^<]+\.tif</File>", report, re.DOTALL)
    # A pixel that every date covers lists every item.
    ds = open_recipe(recipe, "OUTPUTS=total")
    total = int(pixels(ds, x, y, 1, 1)[0, 0, 0])
    assert len(listed) >= total > 8
