# SPDX-License-Identifier: MIT
"""Where the plugin, the shared data and the oracle are, and the environment of child processes.

Must not import osgeo or rasterio: conftest.py calls `prepare` before they load, because GDAL reads GDAL_DRIVER_PATH once.
"""
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = Path(os.environ.get("STACVRT_SHARED_DIR") or ROOT.parent / "shared").resolve()
SERIES = SHARED / "data" / "series"
S2 = SERIES / "s2-l2a-33T"
LANDSAT = SERIES / "landsat8-l1-ny-013032"
TILED = SHARED / "data" / "tiled-assets" / "s2-l2a-33TWL-20230818"
PLUGIN_NAME = "gdal_STACVRT.so"


def plugin_dir():
    """The folder with the built plugin, or None."""
    named = os.environ.get("STACVRT_PLUGIN_DIR")
    return Path(named).resolve() if named and (Path(named) / PLUGIN_NAME).is_file() else None


def why_no_plugin():
    named = os.environ.get("STACVRT_PLUGIN_DIR")
    if not named:
        return f"STACVRT_PLUGIN_DIR is not set: name the folder that holds {PLUGIN_NAME}"
    return f"STACVRT_PLUGIN_DIR={named} holds no {PLUGIN_NAME}"


def prepare():
    """Point GDAL of this process and of its children at our plugin only; make the oracle importable."""
    # One folder and no other: the system's own plugin folder may hold an installed copy of this driver.
    os.environ["GDAL_DRIVER_PATH"] = str(plugin_dir() or "disable")
    os.environ["PROJ_NETWORK"] = "OFF"
    for name in ("GDAL_SKIP", "GDAL_CACHEMAX", "STACVRT_LOCAL_PATHS", "STACVRT_MEMORY"):
        os.environ.pop(name, None)
    for folder in (SHARED / "oracle", HERE):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
