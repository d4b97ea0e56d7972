# SPDX-License-Identifier: MIT
"""What lies between the ground and the satellite on one date: clouds, their shadows, cirrus, haze, and what a scene
classifier makes of them. Values are reflectances 0 to about 1; masks are shares of a pixel.
"""
import math
from dataclasses import dataclass

import numpy as np

from scene.noise import blur, fractal, noise, random_stream, slopes, smoothstep

NO_DATA, DARK, SHADOW, VEGETATION, BARE, WATER, UNCLASSIFIED = 0, 2, 3, 4, 5, 6, 7
CLOUD_MEDIUM, CLOUD_HIGH, CIRRUS = 8, 9, 10
# Farther than any shadow is thrown: clouds are made beyond the border by as much.
REACH_PX = 96


@dataclass(frozen=True)
class Weather:
    """One date's sky. `cover`: share of clouded pixels wanted; `largest`: size of the largest cloud structures in
    pixels; `base_m`: height of the clouds; `cirrus`: reflectance of the thickest cirrus; `haze`: path radiance left in
    blue."""
    cover: float
    largest: float
    base_m: float
    cirrus: float = 0.0
    haze: float = 0.003


def sun_vector(azimuth_deg, elevation_deg):
    """Unit vector (x to the east, y to the south, up) towards the sun."""
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    level = math.cos(elevation)
    return level * math.sin(azimuth), -level * math.cos(azimuth), math.sin(elevation)


def _window(field, dx, dy, shape):
    """The part of a field with REACH_PX of margin that lies (dx, dy) pixels off the scene."""
    top, left = REACH_PX + dy, REACH_PX + dx
    return field[top:top + shape[0], left:left + shape[1]]


class Sky:
    """The sky over `shape` pixels; `key` seeds it."""

    def __init__(self, key, shape, weather, sun):
        self._weather, self._shape, self._sun = weather, shape, sun
        self._rng = random_stream(*key)
        wide = tuple(n + 2 * REACH_PX for n in shape)
        thickness, relief, veil = self._clouds(wide)
        self.alpha, self._relief = _window(thickness, 0, 0, shape), _window(relief, 0, 0, shape)
        self._veil = _window(veil, 0, 0, shape)
        throw = weather.base_m / 10 / math.tan(math.asin(sun[2]))
        level = math.hypot(sun[0], sun[1])
        # Away from the sun on the ground is towards the sun in the clouds.
        dx, dy = round(throw * sun[0] / level), round(throw * sun[1] / level)
        soft = thickness
        for _ in range(3):
            soft = blur(soft, 0.25)
        self.shadow = _window(soft, dx, dy, shape) * (1 - self.alpha)
        self.cirrus = self._cirrus()

    def _clouds(self, wide):
        """Opacity, relief lit by the sun, and the thin veil around clouds, with margin."""
        rng, w = self._rng, self._weather
        heap = 1 - np.abs(fractal(rng, wide, w.largest * 0.5, 3, 0.58)) * 1.2
        field = fractal(rng, wide, w.largest, 2, 0.56) + 0.45 * heap + 0.5 * noise(rng, wide, 2.2 * w.largest)
        inner = np.sort(_window(field, 0, 0, self._shape), axis=None)
        threshold = inner[min(int((1 - w.cover) * inner.size), inner.size - 1)]
        thickness = smoothstep(threshold - 0.20, threshold + 0.85, field)
        dy, dx = slopes(blur(blur(field, 0.2), 0.2))
        relief = np.clip(-(dx * self._sun[0] + dy * self._sun[1]) * 2.6, -0.5, 0.5)
        body = blur(field, 0.25)
        veil = smoothstep(threshold - 0.75, threshold + 0.1, body)
        clear = 1 - thickness
        return 1 - clear * clear * (0.4 + 0.6 * clear), relief, 0.045 * veil * veil

    def _cirrus(self):
        if not self._weather.cirrus:
            return np.zeros(self._shape)
        streaks = fractal(self._rng, self._shape, 150, 5, 0.62, stretch=(0.42, 1.9))
        patch = smoothstep(-0.6, 1.0, noise(self._rng, self._shape, 420))
        return self._weather.cirrus * smoothstep(-0.1, 2.3, streaks + 0.8 * patch) * patch

    def over(self, ground):
        """Reflectance at the sensor (after a correction that leaves some haze) of [band][y][x] ground reflectance."""
        # Skylight is blue: shadows keep more of it.
        dark = np.array([0.52, 0.60, 0.66, 0.70])[:, None, None]
        look = ground * (1 - dark * self.shadow)
        cirrus = self.cirrus
        look = look * (1 - cirrus) + cirrus * np.array([0.62, 0.60, 0.58, 0.60])[:, None, None]
        veil = self._veil + self._weather.haze * (1 + 0.5 * noise(self._rng, self._shape, 500))
        look = look * (1 - veil) + veil * np.array([1.0, 0.86, 0.74, 0.6])[:, None, None]
        white = 0.36 + 0.46 * self.alpha + 0.22 * self._relief * self.alpha
        cloud = white * np.array([1.0, 0.985, 0.975, 1.03])[:, None, None]
        return look * (1 - self.alpha) + cloud * self.alpha

    def classify(self, look, water):
        """Scene classes at 20 m of 10 m reflectances: right in the main, wrong where real classifiers are. Thin cloud
        edges and thin shadows escape it, and single bright roofs pass for cloud."""
        half = lambda a: (a[..., 0::2, 0::2] + a[..., 1::2, 0::2] + a[..., 0::2, 1::2] + a[..., 1::2, 1::2]) / 4
        blue, _, red, nir = half(look)
        alpha, shadow, cirrus, wet = half(self.alpha), half(self.shadow), half(self.cirrus), half(water)
        unsure = 0.06 * fractal(self._rng, alpha.shape, 12, 2, 0.8)
        ndvi = (nir - red) / (nir + red)
        classes = np.full(alpha.shape, UNCLASSIFIED, np.uint8)
        classes[ndvi < 0.36] = BARE
        classes[ndvi >= 0.36] = VEGETATION
        classes[(nir < 0.085) & (wet < 0.3)] = DARK
        classes[wet > 0.62] = WATER
        classes[(shadow + unsure > 0.34) & (wet <= 0.62)] = SHADOW
        classes[cirrus + 0.4 * unsure > 0.085] = CIRRUS
        classes[alpha + unsure > 0.34] = CLOUD_MEDIUM
        classes[alpha + unsure > 0.66] = CLOUD_HIGH
        classes[(blue + unsure > 0.20) & (alpha < 0.3) & (cirrus < 0.05)] = CLOUD_MEDIUM
        return classes
