# SPDX-License-Identifier: MIT
"""The acquisitions of the sample series, and the rendering of one into the arrays of its assets.

Decides dates, skies, grids and what of a grid was seen; knows nothing of files or JSON.
"""
import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from osgeo import gdal, osr

from scene.land import Land
from scene.noise import random_stream
from scene.sky import NO_DATA, Sky, Weather, sun_vector

SEED = 20240501
BANDS = ("blue", "green", "red", "nir")
RESOLUTION_M = 10
CLASSES_RESOLUTION_M = 20
# Pixels of scene around the grid: clouds, shadows and the neighbouring zone's turned grid reach into it.
MARGIN_PX = 64


@dataclass(frozen=True)
class Grid:
    """Pixels of RESOLUTION_M, north up. Even sizes and origins: the classes' 20 m pixels cover 2 x 2 each."""
    tile: str
    epsg: int
    left: int
    top: int
    size_px: int

    def transform(self, resolution=RESOLUTION_M):
        return [float(resolution), 0.0, float(self.left), 0.0, float(-resolution), float(self.top)]

    def bounds(self):
        """left, bottom, right, top"""
        extent = self.size_px * RESOLUTION_M
        return self.left, self.top - extent, self.left + extent, self.top


# On the meridian of 12 degrees east, where two UTM zones meet; tile grids begin where Sentinel-2's do. The second grid
# is turned by 4 degrees against the first and lies wholly within it.
HOME = Grid("33TTK", 32633, 257980, 4980040, 1024)
NEIGHBOUR = Grid("32TQQ", 32632, 732220, 4979620, 940)
WORLD = Grid("", HOME.epsg, HOME.left - MARGIN_PX * RESOLUTION_M, HOME.top + MARGIN_PX * RESOLUTION_M,
             HOME.size_px + 2 * MARGIN_PX)
LATITUDE_DEG, LONGITUDE_DEG = 44.888, 12.0

WHOLE = ((0, 0), (1, 0), (1, 1), (0, 1))
SWATH = ((0.44, 0), (1, 0), (1, 1), (0.22, 1))   # the orbit's edge, inclined as Sentinel-2's
NORTH = ((0, 0), (1, 0), (1, 0.58), (0, 0.58))   # a datastrip ends and the next begins, with an overlap
SOUTH = ((0, 0.46), (1, 0.46), (1, 1), (0, 1))


@dataclass(frozen=True)
class Acquisition:
    """One item. Items of one `sky` saw the same clouds; `seen` is a convex polygon, clockwise in shares of the grid."""
    time: datetime
    sky: int
    weather: Weather
    grid: Grid = HOME
    sequence: int = 0
    seen: tuple = WHOLE

    @property
    def id(self):
        return f"SYN_{self.grid.tile}_{self.time:%Y%m%d}_{self.sequence}_L2A"

    @property
    def day(self):
        return self.time.timetuple().tm_yday

    def sun(self):
        """Azimuth and elevation in degrees at the scene, to a thousandth."""
        declination = math.radians(23.44 * math.sin(2 * math.pi * (284 + self.day) / 365))
        solar_hour = self.time.hour + self.time.minute / 60 + LONGITUDE_DEG / 15
        hour_angle, latitude = math.radians(15 * (solar_hour - 12)), math.radians(LATITUDE_DEG)
        sine = (math.sin(latitude) * math.sin(declination) +
                math.cos(latitude) * math.cos(declination) * math.cos(hour_angle))
        azimuth = math.atan2(-math.sin(hour_angle) * math.cos(declination),
                             math.cos(latitude) * math.sin(declination) -
                             math.sin(latitude) * math.cos(declination) * math.cos(hour_angle))
        return round(math.degrees(azimuth) % 360, 3), round(math.degrees(math.asin(sine)), 3)


def _at(month, day, second=24):
    return datetime(2024, month, day, 10, 6, second)


_TWO_STRIPS = Weather(cover=0.48, largest=300, base_m=1100)
_TWICE = Weather(cover=0.58, largest=150, base_m=1000, haze=0.006)
ACQUISITIONS = (
    Acquisition(_at(5, 3), 1, Weather(cover=0.27, largest=110, base_m=900)),
    Acquisition(_at(5, 13), 2, Weather(cover=0.70, largest=420, base_m=1100)),
    Acquisition(_at(5, 23), 3, Weather(cover=0.10, largest=70, base_m=800)),
    Acquisition(_at(6, 2), 4, _TWO_STRIPS, seen=NORTH),
    Acquisition(_at(6, 2, 38), 4, _TWO_STRIPS, sequence=1, seen=SOUTH),
    Acquisition(_at(6, 12), 5, Weather(cover=0.82, largest=360, base_m=1000, haze=0.008)),
    Acquisition(_at(6, 22), 6, Weather(cover=0.09, largest=260, base_m=1000, cirrus=0.20)),
    Acquisition(_at(7, 2), 7, Weather(cover=0.33, largest=170, base_m=1000), seen=SWATH),
    Acquisition(_at(7, 12), 8, Weather(cover=0.045, largest=50, base_m=800)),
    Acquisition(_at(7, 22), 9, _TWICE),
    Acquisition(_at(7, 22, 31), 9, _TWICE, sequence=1),
    Acquisition(_at(8, 1), 10, Weather(cover=0.22, largest=130, base_m=900), grid=NEIGHBOUR),
    Acquisition(_at(8, 11), 11, Weather(cover=0.44, largest=64, base_m=1000)),
    Acquisition(_at(8, 21), 12, Weather(cover=0.30, largest=320, base_m=1100, cirrus=0.15, haze=0.005)),
    Acquisition(_at(9, 5), 13, Weather(cover=0.17, largest=90, base_m=800)),
)


def _seen(polygon, size):
    """True for pixels of a `size` x `size` grid whose centres lie in the polygon."""
    y, x = np.mgrid[0:size, 0:size] + 0.5
    inside = np.ones((size, size), bool)
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1]):
        inside &= (x1 - x0) * (y - y0 * size) - (y1 - y0) * (x - x0 * size) >= 0
    return inside


def _measured(rng, look):
    """DN of reflectances as an instrument would see them, 1 at the least: 0 is kept for no data."""
    # Two uniform variables make a triangular one; 2.45 gives it unit variance.
    spread = lambda: 2.45 * (rng.random(look.shape) + rng.random(look.shape) - 1)
    gain = 1 + 0.05 * (rng.random((len(look), 1, 1)) - 0.5)
    look = look * gain * (1 + 0.010 * spread()) + 0.0006 * spread()
    return np.clip(np.rint(look * 10000), 1, 65535).astype(np.uint16)


def _on_grid(arrays, resolution, grid):
    """[layer][y][x] on the world's grid, taken to `grid`: cut out, or by the nearest pixel across projections."""
    if grid.epsg == WORLD.epsg:
        x, y = (grid.left - WORLD.left) // resolution, (WORLD.top - grid.top) // resolution
        size = grid.size_px * RESOLUTION_M // resolution
        return arrays[:, y:y + size, x:x + size]
    world = gdal.GetDriverByName("MEM").Create("", arrays.shape[2], arrays.shape[1], len(arrays),
                                               gdal.GDT_UInt16 if arrays.dtype == np.uint16 else gdal.GDT_Byte)
    a, b, c, d, e, f = WORLD.transform(resolution)
    world.SetGeoTransform([c, a, b, f, d, e])
    world.SetProjection(spatial_reference(WORLD.epsg).ExportToWkt())
    world.WriteArray(arrays)
    warped = gdal.Warp("", world, format="MEM", dstSRS=f"EPSG:{grid.epsg}", outputBounds=grid.bounds(),
                       xRes=resolution, yRes=resolution, resampleAlg="near", errorThreshold=0)
    return warped.ReadAsArray()


def spatial_reference(epsg):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def land():
    """The ground; takes seconds, the same for every acquisition."""
    return Land(SEED, (WORLD.size_px, WORLD.size_px))


def render(ground, acquisition):
    """{asset: [y][x]} of one acquisition: uint16 bands with 0 for no data, and `scl`, uint8 at half the resolution."""
    sun = sun_vector(*acquisition.sun())
    sky = Sky((SEED, 3, acquisition.sky), ground.shape, acquisition.weather, sun)
    look = sky.over(ground.reflectance(acquisition.day, sun))
    classes = sky.classify(look, ground.water)
    dn = _measured(random_stream(SEED, 4, acquisition.sky, acquisition.sequence), look)
    dn = _on_grid(dn, RESOLUTION_M, acquisition.grid)
    classes = _on_grid(classes[None], CLASSES_RESOLUTION_M, acquisition.grid).reshape(2 * (dn.shape[1] // 2,))
    layers = {band: np.where(_seen(acquisition.seen, dn.shape[1]), layer, 0).astype(np.uint16)
              for band, layer in zip(BANDS, dn)}
    layers["scl"] = np.where(_seen(acquisition.seen, classes.shape[0]), classes, NO_DATA).astype(np.uint8)
    return layers
