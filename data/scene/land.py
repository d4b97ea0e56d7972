# SPDX-License-Identifier: MIT
"""The ground of the sample: fields in a plain, wooded hills, a meandering river, a lake, a town, villages, roads.

Everything is drawn into one raster of 10 m pixels from a seed. Knows the day of the year and the sun, not the weather.
"""
import math

import numpy as np

from scene.fields import Fields
from scene.noise import (blur, distance_to_line, fractal, line_cover, noise, random_stream, slopes, smoothstep)

# Reflectance of blue, green, red, nir.
BROADLEAF = np.array([0.018, 0.038, 0.019, 0.385])
CONIFER = np.array([0.015, 0.026, 0.017, 0.235])
PASTURE = np.array([0.034, 0.068, 0.048, 0.360])
RIVER = np.array([0.052, 0.076, 0.060, 0.034])
LAKE = np.array([0.034, 0.044, 0.024, 0.012])
GRAVEL = np.array([0.125, 0.152, 0.172, 0.225])
ASPHALT = np.array([0.088, 0.098, 0.108, 0.145])
GARDEN = np.array([0.042, 0.066, 0.058, 0.270])
TILES = np.array([0.082, 0.105, 0.160, 0.215])
CONCRETE = np.array([0.150, 0.165, 0.178, 0.220])


def meander(x, y, end_x, heading, bend, length, rng):
    """Points (x, y) of a sine-generated curve, the shape of real meanders, until x passes end_x."""
    points, s, phase = [(x, y)], 0.0, rng.random() * 6.28
    while x < end_x and len(points) < 4000:
        swing = bend * (0.72 + 0.28 * math.sin(s / (3.1 * length) + phase))
        angle = heading + swing * math.sin(2 * math.pi * s / length) + 0.25 * math.sin(s / 190 + phase)
        x, y, s = x + 3 * math.cos(angle), y + 3 * math.sin(angle), s + 3
        points.append((x, y))
    return points


def bent_road(start, end, bow, steps=14):
    """Points of a road from start to end that leaves the straight line sideways by `bow` pixels in its middle."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    points = []
    for i in range(steps + 1):
        t = i / steps
        off = bow * math.sin(math.pi * t) + 0.3 * bow * math.sin(3 * math.pi * t)
        points.append((x0 + (x1 - x0) * t - (y1 - y0) / length * off, y0 + (y1 - y0) * t + (x1 - x0) / length * off))
    return points


class Land:
    """The ground over `shape` pixels. Public arrays, all [y][x]: `water` (share), `town` (share), `height` (pixels)."""

    def __init__(self, seed, shape):
        self.shape = shape
        self._seed = seed
        self._y, self._x = np.mgrid[0:shape[0], 0:shape[1]] + 0.5
        self._fields = Fields(seed, shape)
        self._cover = np.ones(shape)                # share left to the fields
        self._fixed = np.zeros((4, *shape))         # what covers them, weighted
        self._leaves = np.zeros(shape)              # share of broadleaf forest, which changes its colour
        self._relief()
        self._forest()
        self._settlements()
        self._waters()
        self._motorway()
        self._fixed = np.stack([blur(band, 0.11) for band in self._fixed])
        self._cover, self._leaves = blur(self._cover, 0.11), blur(self._leaves, 0.11)

    def _put(self, share, colour):
        """Covers what is there: `share` of every pixel gets `colour` (4 values, or [4][y][x])."""
        colour = np.asarray(colour)
        colour = colour[:, None, None] if colour.ndim == 1 else colour
        self._fixed = self._fixed * (1 - share) + colour * share
        self._cover = self._cover * (1 - share)
        self._leaves = self._leaves * (1 - share)

    def _relief(self):
        h, w = self.shape
        rng = random_stream(self._seed, 2, 1)
        bend = 0.16 * fractal(rng, self.shape, 420, 100)
        self.hills = smoothstep(0.34, 0.78, self._x / w - self._y / h + bend)
        folds = fractal(rng, self.shape, 170, 9, 0.46)
        ridges = 1 - np.abs(folds)
        self.height = self.hills * (20 + 52 * ridges + 13 * folds) + 0.8 * fractal(rng, self.shape, 300, 40)
        self._slope_y, self._slope_x = slopes(self.height)

    def _forest(self):
        rng, shape = random_stream(self._seed, 2, 2), self.shape
        clearings = fractal(rng, shape, 150, 9, 0.6)
        wooded = smoothstep(-0.10, 0.0, clearings - 0.6 + 1.75 * self.hills)
        wooded *= smoothstep(0.12, 0.4, self.hills)
        groves = smoothstep(1.80, 1.87, fractal(rng, shape, 100, 8, 0.55) + 0.3 * self.hills)
        wooded = np.maximum(wooded, groves)
        pasture = smoothstep(0.40, 0.44, self.hills + 0.10 * fractal(rng, shape, 80, 5, 0.6))
        patches = 1 + 0.15 * fractal(rng, shape, 60, 2, 0.8)
        self._put(pasture, PASTURE[:, None, None] * patches)
        crowns = 1 + 0.24 * fractal(rng, shape, 3.2, 1.2, 1.0) + 0.10 * fractal(rng, shape, 50, 12, 0.7)
        conifers = smoothstep(0.5, 0.7, fractal(rng, shape, 110, 7, 0.6) + 0.5 * self.hills)
        mixed = BROADLEAF[:, None, None] * (1 - conifers) + CONIFER[:, None, None] * conifers
        self._put(wooded, mixed * np.clip(crowns, 0.45, 1.7))
        self._leaves = wooded * (1 - conifers)

    def _streets(self, centre, radius, angle, rng):
        """One settlement: blocks of gardens, roofs and halls along a bent street grid."""
        cx, cy = centre
        r = np.sqrt((self._x - cx) ** 2 + ((self._y - cy) * 1.15) ** 2) / radius
        density = smoothstep(1.15, 0.55, r + 0.22 * self._sprawl)
        c, s = math.cos(angle), math.sin(angle)
        u = (self._x * c + self._y * s + 4 * self._sprawl) / 8.5
        v = (-self._x * s + self._y * c - 3 * self._sprawl) / 6.5
        iu, iv = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
        kind = rng.random((61, 67))[iu % 61, iv % 67]
        street = np.minimum(np.minimum(u - iu, 1 - (u - iu)) * 8.5, np.minimum(v - iv, 1 - (v - iv)) * 6.5)
        old = smoothstep(0.55, 0.15, r)
        roofs = np.clip(0.30 + 0.45 * old + 0.5 * (kind - 0.5) + 0.30 * self._plots, 0, 1)
        roofs = np.where(kind < 0.10 * (1 - old), 0.03, roofs)
        roof = TILES[:, None, None] * (1 - 0.6 * (kind > 0.75)) + CONCRETE[:, None, None] * 0.6 * (kind > 0.75)
        look = roof * roofs * (1 + 0.22 * self._plots) + GARDEN[:, None, None] * (1 - roofs)
        tarmac = np.clip(1.0 - street, 0, 1) * 0.7
        look = look * (1 - tarmac) + ASPHALT[:, None, None] * tarmac
        share = density * np.clip(0.55 + 0.6 * old + 0.35 * kind, 0, 1)
        self._put(share, look)
        self.town = np.maximum(self.town, share)

    def _halls(self, centre, angle, rng):
        """A business park: large roofs, some white enough to be taken for cloud."""
        c, s = math.cos(angle), math.sin(angle)
        x, y = self._x - centre[0], self._y - centre[1]
        u, v = (x * c + y * s) / 13, (-x * s + y * c) / 9
        iu, iv = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
        inside = (iu >= -3) & (iu < 4) & (iv >= -2) & (iv < 2)
        bright = rng.random((7, 4))[np.clip(iu + 3, 0, 6), np.clip(iv + 2, 0, 3)]
        hall = (np.abs(u - iu - 0.5) < 0.14 + 0.22 * bright[::-1]) & (np.abs(v - iv - 0.5) < 0.2)
        self._put(inside * 0.8, ASPHALT * 1.1)
        self._put(inside & hall, CONCRETE[:, None, None] * (0.7 + 1.1 * np.square(bright * bright)))
        self.town = np.maximum(self.town, inside * 0.9)

    def _settlements(self):
        rng, (h, w) = random_stream(self._seed, 2, 3), self.shape
        at = lambda fx, fy: (fx * w, fy * h)
        self.town = np.zeros(self.shape)
        self._sprawl = fractal(rng, self.shape, 60, 8, 0.6)
        self._plots = fractal(rng, self.shape, 3.4, 1.7, 1.0)
        centre, halls = at(0.335, 0.605), at(0.46, 0.685)
        villages = [at(0.14, 0.29), at(0.70, 0.80), at(0.50, 0.25), at(0.20, 0.90), at(0.87, 0.60), at(0.90, 0.93)]
        main = [(centre, v, b) for v, b in zip(villages, (18, -22, -14, 12, 26, -20))]
        main += [(villages[0], villages[2], -10), (villages[4], villages[5], 8), (villages[1], villages[5], 10),
                 (centre, at(-0.02, 0.52), 9), (villages[2], at(0.80, 0.02), 22), (villages[0], at(0.10, -0.02), -6)]
        for start, end, bow in main:
            self._put(0.85 * line_cover(distance_to_line(self.shape, bent_road(start, end, bow), 4), 1.1), ASPHALT)
        edge = self._fields.district_edge
        lanes = line_cover(edge * 0.5, 0.5) * (1 - self.hills) * 0.8
        self._put(lanes, GRAVEL * 0.75)
        for i, village in enumerate(villages):
            self._streets(village, 15 + 9 * rng.random(), 0.9 * i, rng)
        self._streets(centre, 74, 0.42, rng)
        self._halls(halls, 0.3, rng)

    def _waters(self):
        rng, (h, w) = random_stream(self._seed, 2, 4), self.shape
        course = meander(-30, 0.44 * h, w + 30, 0.10, 1.5, 230, rng)
        d = distance_to_line(self.shape, course, 60)
        wobble = noise(rng, self.shape, 30)
        riparian = smoothstep(0.2, 0.9, 1.3 - (d - 4) / 7 + 0.9 * fractal(rng, self.shape, 34, 5, 0.7))
        crowns = 1 + 0.2 * fractal(rng, self.shape, 6, 1.7, 0.9)
        self._put(0.95 * riparian * (d < 59) * (1 - 0.8 * self.town), BROADLEAF[:, None, None] * crowns)
        self._put(np.clip(3.6 + 1.9 * wobble - d, 0, 1) * smoothstep(0.2, 0.8, noise(rng, self.shape, 48)), GRAVEL)
        river = np.clip(3.1 + 0.5 * wobble - d, 0, 1)
        dx, dy = (self._x - 0.775 * w) / 84, (self._y - 0.705 * h + 0.25 * (self._x - 0.775 * w)) / 46
        shore = 1 - np.sqrt(dx * dx + dy * dy) + 0.16 * fractal(rng, self.shape, 60, 8, 0.55)
        lake = np.clip(shore * 60, 0, 1)
        ponds = smoothstep(2.5, 2.62, fractal(rng, self.shape, 42, 10, 0.4))
        ponds *= (1 - self.hills) * smoothstep(0.1, 0.0, self.town)
        self._put(np.clip((shore + 0.03) * 50, 0, 1) * 0.6, GARDEN * 0.8)
        murk = 1 + 0.07 * noise(rng, self.shape, 26)
        self._put(river, RIVER[:, None, None] * murk)
        depth = smoothstep(0.0, 0.25, shore)
        self._put(lake, (LAKE[:, None, None] * depth + RIVER[:, None, None] * 0.85 * (1 - depth)) * murk)
        self._put(ponds, LAKE * 1.25)
        self.water = np.maximum(np.maximum(river, lake), ponds)

    def _motorway(self):
        h, w = self.shape
        course = bent_road((-0.02 * w, 0.80 * h), (1.02 * w, 0.43 * h), 46, 40)
        d = distance_to_line(self.shape, course, 6)
        self._put(line_cover(d, 3.4), GARDEN * 0.9)
        self._put(0.9 * line_cover(np.abs(d - 1.0), 1.1), ASPHALT * 1.15)
        self.water = self.water * (1 - line_cover(d, 3.4))

    def reflectance(self, day, sun):
        """[band][y][x] of blue, green, red, nir; `sun` is the unit vector (x, y, up) towards it, y downwards."""
        look = self._fields.reflectance(day) * self._cover
        look = np.stack([blur(band, 0.11) for band in look]) + self._fixed
        # Young leaves in May are brighter, tired ones in September are yellower.
        young, tired = smoothstep(165, 125, day), smoothstep(225, 262, day)
        season = np.array([0.0, 0.20 * young, 0.10 * young + 0.5 * tired, 0.12 * young - 0.16 * tired])
        look *= 1 + season[:, None, None] * self._leaves
        steep = 1 / np.sqrt(1 + self._slope_x**2 + self._slope_y**2)
        light = (sun[2] - sun[0] * self._slope_x - sun[1] * self._slope_y) * steep / sun[2]
        return look * np.clip(0.15 + 0.85 * light, 0.25, 1.6)
