# SPDX-License-Identifier: MIT
"""A patchwork of fields and what grows on them: parcels in districts of one direction each, crops with their calendars.

Knows nothing of rivers, towns or weather.
"""
import math
from dataclasses import dataclass

import numpy as np

from scene.noise import fractal, noise, random_stream

# Reflectance of blue, green, red, nir.
SOIL = np.array([0.066, 0.092, 0.124, 0.205])
CANOPY = np.array([0.024, 0.056, 0.028, 0.470])
STRAW = np.array([0.098, 0.144, 0.186, 0.315])
FLOWER = np.array([0.045, 0.165, 0.160, 0.450])


@dataclass(frozen=True)
class Crop:
    """A calendar: day of year to the share of ground under green leaves, straw and flowers. Between days linear."""
    name: str
    share: float
    days: tuple
    green: tuple
    straw: tuple = (0.0,)
    flower: tuple = (0.0,)

    def covers(self, day):
        curve = lambda values: np.interp(day, self.days, values if len(values) > 1 else values * len(self.days))
        return curve(self.green), curve(self.straw), curve(self.flower)


CROPS = (
    Crop("winter wheat", 0.25, (100, 135, 155, 172, 184, 190, 205, 235, 260),
         (.70, .95, .85, .35, .05, .03, .03, .10, .06),
         (0, 0, .08, .50, .88, .70, .45, .25, .10)),
    Crop("maize", 0.24, (115, 140, 165, 188, 228, 246, 262), (.03, .10, .50, .90, .93, .74, .30),
         (0, 0, 0, 0, .04, .15, .50)),
    Crop("sugar beet", 0.14, (115, 145, 172, 205, 245, 270), (.04, .22, .72, .92, .84, .70)),
    Crop("soy", 0.08, (125, 155, 185, 212, 236, 252), (.03, .14, .62, .95, .70, .15), (0, 0, 0, 0, .20, .55)),
    Crop("lucerne", 0.10, (100, 128, 131, 160, 163, 192, 195, 226, 229, 262),
         (.70, .95, .30, .93, .28, .88, .25, .85, .25, .80)),
    Crop("rapeseed", 0.05, (100, 116, 126, 140, 160, 178, 186, 240), (.85, .50, .35, .70, .75, .25, .04, .20),
         (0, 0, 0, 0, .10, .60, .60, .15), (0, .35, .60, .15, 0, 0, 0, 0)),
    Crop("meadow", 0.08, (100, 138, 148, 180, 215, 250), (.72, .90, .52, .72, .50, .66),
         (.05, .03, .12, .10, .25, .14)),
    Crop("orchard", 0.06, (100, 140, 200, 260), (.35, .52, .58, .50), (.10, .12, .18, .15)),
)


def _nearest_seeds(shape, seeds, x, y):
    """Index of the nearest seed of every pixel, and how much farther the second nearest is."""
    first, second = np.full(shape, np.inf), np.full(shape, np.inf)
    index = np.zeros(shape, np.int64)
    for i, (sx, sy) in enumerate(seeds):
        d = (x - sx) ** 2 + (y - sy) ** 2
        closer = d < first
        second = np.where(closer, first, np.minimum(second, d))
        first = np.where(closer, d, first)
        index[closer] = i
    return index, np.sqrt(second) - np.sqrt(first)


class Fields:
    """Parcels of a scene of `shape` pixels. `reflectance(day)` is their look on a day of the year."""

    def __init__(self, seed, shape):
        rng = random_stream(seed, 1)
        y, x = np.mgrid[0:shape[0], 0:shape[1]] + 0.5
        x = x + 5 * fractal(rng, shape, 160, 40)
        y = y + 5 * fractal(rng, shape, 160, 40)
        seeds = rng.random((46, 2)) * [shape[1], shape[0]]
        district, self.district_edge = _nearest_seeds(shape, seeds, x, y)
        self.parcel = np.zeros(shape, np.int64)
        self.edge = np.zeros(shape)
        self._cut(rng, district, x, y)
        self._sow(rng)
        self.texture = 0.045 * fractal(rng, shape, 24, 3, 0.7) + 0.03 * noise(rng, shape, 90)
        self._rows = 0.5 + 0.5 * noise(rng, shape, 1.6)

    def _cut(self, rng, district, x, y):
        """Strips of uneven width across each district, and uneven parcels along each strip."""
        order = np.argsort(district, axis=None, kind="stable")
        bounds = np.searchsorted(district.ravel()[order], np.arange(district.max() + 2))
        parcels = 0
        for d in range(district.max() + 1):
            pixels = order[bounds[d]:bounds[d + 1]]
            angle = (0.35, 0.35, 1.05, -0.2)[int(rng.random() * 4)] + 0.3 * (rng.random() - 0.5)
            c, s = math.cos(angle), math.sin(angle)
            u = x.ravel()[pixels] * c + y.ravel()[pixels] * s
            v = -x.ravel()[pixels] * s + y.ravel()[pixels] * c
            spread = rng.random()
            typical = 9 + 15 * spread * math.sqrt(spread)
            enough = int((v.max() - v.min()) / typical * 2) + 8
            cuts = v.min() - 1 + np.cumsum(typical * (0.5 + 1.1 * rng.random(enough)))
            strip = np.searchsorted(cuts, v)
            length = typical * (1.5 + 2.6 * rng.random(len(cuts) + 1))
            place = (u - u.min()) / length[strip] + rng.random(len(cuts) + 1)[strip]
            cell = np.floor(place).astype(np.int64)
            across = np.minimum(v - cuts[np.maximum(strip - 1, 0)], cuts[np.minimum(strip, len(cuts) - 1)] - v)
            along = np.minimum(place - cell, 1 - (place - cell)) * length[strip]
            key = strip * (cell.max() + 1) + cell
            _, local = np.unique(key, return_inverse=True)
            self.parcel.ravel()[pixels] = parcels + local
            self.edge.ravel()[pixels] = np.minimum(np.abs(across), along)
            parcels += int(local.max()) + 1
        self.parcels = parcels

    def _sow(self, rng):
        n = self.parcels
        shares = np.cumsum([c.share for c in CROPS])
        self.crop = np.searchsorted(shares, rng.random(n) * shares[-1])
        self._shift = 18 * (rng.random(n) - 0.5)
        self._vigour = 0.86 + 0.2 * rng.random(n)
        # Wet and freshly ploughed soil is darker and less red than dry crust.
        dry = rng.random((n, 1))
        self._soil = 0.62 + 0.55 * dry + dry * [-0.04, 0.0, 0.05, 0.03] + (rng.random((n, 4)) - 0.5) * 0.04
        self._hue = 1 + 0.14 * (rng.random((n, 1)) - 0.5) + (rng.random((n, 4)) - 0.5) * [0.10, 0.10, 0.10, 0.12]

    def reflectance(self, day):
        """[band][y][x] of blue, green, red, nir."""
        green, straw, flower = np.zeros((3, self.parcels))
        for i, crop in enumerate(CROPS):
            own = self.crop == i
            green[own], straw[own], flower[own] = crop.covers(day - self._shift[own])
        green = np.minimum(green * self._vigour, 1 - flower)[:, None]
        straw, flower = np.minimum(straw[:, None], 1 - green), flower[:, None]
        bare = np.clip(1 - green - straw - flower, 0, 1)
        table = (bare * self._soil * SOIL + straw * STRAW + flower * FLOWER + green * CANOPY) * self._hue
        orchard = (self.crop == len(CROPS) - 1)[self.parcel]
        texture = 1 + self.texture + np.where(orchard, 0.16 * (self._rows - 0.5), 0.0)
        # A tussocky margin, somewhat greener and darker than most of what it parts.
        margin = np.clip(1.1 - self.edge, 0, 1) * 0.45
        look = table[self.parcel] * texture[..., None] * (1 - margin[..., None])
        look += margin[..., None] * np.array([0.036, 0.062, 0.054, 0.270])
        return np.moveaxis(look, -1, 0)
