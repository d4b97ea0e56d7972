# SPDX-License-Identifier: MIT
"""Opening and reading through GDAL's Python bindings, with errors collected as text, and running GDAL's programs.

The only module of the tests besides the tests themselves that imports osgeo.
"""
import contextlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from osgeo import gdal


@contextlib.contextmanager
def collected_errors():
    """Yields a list that receives the text of every CPLError of class failure raised meanwhile."""
    errors = []

    def note(level, _number, text):
        if level >= gdal.CE_Failure:
            errors.append(text)
    gdal.PushErrorHandler(note)
    try:
        yield errors
    finally:
        gdal.PopErrorHandler()


def subdataset(path, name):
    return f'STACVRT:"{path}":{name}'


def open_recipe(name, *options):
    """An open dataset of our driver; fails with GDAL's messages."""
    with collected_errors() as errors:
        ds = gdal.OpenEx(str(name), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, open_options=list(options))
    assert ds is not None, f"{name} does not open: {errors}"
    assert ds.GetDriver().ShortName == "STACVRT", f"{name} was opened by {ds.GetDriver().ShortName}"
    return ds


def least_budget(name, threads):
    """Open options with the fewest megabytes that let so many threads open it."""
    megabytes = int(open_recipe(name).GetMetadataItem("MEMORY_MINIMUM", "STACVRT")) // 1_000_000
    while megabytes < 4000:
        options = [f"MEMORY={megabytes}MB", f"THREADS={threads}"]
        with collected_errors():
            if megabytes and gdal.OpenEx(str(name), gdal.OF_RASTER, open_options=options):
                return options
        megabytes += 1
    raise AssertionError(f"{name} opens with no budget")


def pixels(ds, *window):
    """(band, y, x), whole or of a window (xoff, yoff, xsize, ysize); fails with GDAL's messages."""
    with collected_errors() as errors:
        data = ds.ReadAsArray(*window)
    assert data is not None and not errors, f"reading {ds.GetDescription()} {window or 'whole'} failed: {errors}"
    return data if data.ndim == 3 else data[None]


def read(name, *options):
    return pixels(open_recipe(name, *options))


def failure(name, *options, config=None):
    """The messages of an open, or of the first read after it, that must fail."""
    for key, value in (config or {}).items():
        gdal.SetConfigOption(key, value)
    try:
        with collected_errors() as errors:
            ds = gdal.OpenEx(str(name), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, open_options=list(options))
            data = ds.ReadAsArray(0, 0, min(ds.RasterXSize, 64), min(ds.RasterYSize, 64)) if ds else None
    finally:
        for key in config or {}:
            gdal.SetConfigOption(key, None)
    assert data is None, f"{name} opened and gave pixels, with errors {errors}"
    assert errors, f"{name} failed without a message"
    return "\n".join(errors)


def run(*command, fails=False):
    """Standard output of a GDAL program; asserts its success, or with `fails` its failure and gives standard error."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)
    shown = f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    if fails:
        assert done.returncode != 0, f"should have failed: {shown}"
        return done.stderr + done.stdout
    assert done.returncode == 0 and "ERROR" not in done.stderr, shown
    return done.stdout


def in_child(tmp_path, action, path, env=None, **job):
    """Runs child_read.py in a process of its own, so that no cache of this one helps. Returns (array or None, facts)."""
    import os
    out = Path(tmp_path) / f"child-{len(list(Path(tmp_path).iterdir()))}.npy"
    spec = json.dumps({"action": action, "path": str(path), "out": str(out), **job})
    done = subprocess.run([sys.executable, str(Path(__file__).with_name("child_read.py")), spec], capture_output=True,
                          text=True, timeout=600, env={**os.environ, **(env or {})})
    assert done.returncode == 0, f"child {spec} with {env} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    facts = json.loads(done.stdout.splitlines()[-1])
    return (np.load(out) if out.exists() else None), facts
