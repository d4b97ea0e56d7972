# SPDX-License-Identifier: MIT
"""Smooth random fields and small raster geometry, from sums and products of doubles only.

Arrays see no power or transcendental function and no reordered sum, whose last bits differ between processors.
Knows nothing of landscapes or clouds.
"""
import numpy as np


def random_stream(*key):
    """A generator of its own for each purpose, so that adding one thing to the scene does not reshuffle the others."""
    return np.random.Generator(np.random.PCG64(list(key)))


def smoothstep(low, high, x):
    """0 below low, 1 above high, a cubic between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def _spline(length, cell):
    """First lattice node and the four cubic B-spline weights of every pixel centre along one axis."""
    position = (np.arange(length) + 0.5) / cell
    first = np.floor(position).astype(np.int64)
    f = position - first
    f2, g = f * f, 1 - f
    f3 = f2 * f
    weights = (g * g * g, 3 * f3 - 6 * f2 + 4, -3 * f3 + 3 * f2 + 3 * f + 1, f3)
    return first, [w / 6 for w in weights]


def noise(rng, shape, cell):
    """Smooth noise of about unit variance whose features are `cell` pixels (or (y, x) pixels) wide."""
    cell_y, cell_x = cell if isinstance(cell, tuple) else (cell, cell)
    lattice = rng.random((int(shape[0] / cell_y) + 5, int(shape[1] / cell_x) + 5)) - 0.5
    first, weights = _spline(shape[1], cell_x)
    # A uniform variable smoothed by the spline in both directions has a deviation of about 1 / 7.2.
    rows = sum(lattice[:, first + k] * (7.2 * weights[k]) for k in range(4))
    first, weights = _spline(shape[0], cell_y)
    field, part = np.empty(shape), np.empty(shape[1])
    for y in range(shape[0]):
        line = field[y]
        np.multiply(rows[first[y]], weights[0][y], out=line)
        for k in (1, 2, 3):
            line += np.multiply(rows[first[y] + k], weights[k][y], out=part)
    return field


def fractal(rng, shape, largest, smallest, persistence=0.5, stretch=(1, 1)):
    """Octaves of noise from `largest` to `smallest` pixels, each `persistence` times the one before; unit variance."""
    total, variance, amplitude, cell = np.zeros(shape), 0.0, 1.0, float(largest)
    while cell >= smallest:
        total += amplitude * noise(rng, shape, (cell * stretch[0], cell * stretch[1]))
        variance += amplitude * amplitude
        amplitude, cell = amplitude * persistence, cell / 2
    return total / np.sqrt(variance)


def blur(image, side):
    """Three taps (side, 1 - 2 side, side) along both axes; borders repeat."""
    for axis in (0, 1):
        pad = [(1, 1) if a == axis else (0, 0) for a in (0, 1)]
        p = np.pad(image, pad, mode="edge")
        before, after = (p[:-2], p[2:]) if axis == 0 else (p[:, :-2], p[:, 2:])
        image = (1 - 2 * side) * image + side * (before + after)
    return image


def slopes(height):
    """Rise per pixel towards greater y and x."""
    dy, dx = np.zeros_like(height), np.zeros_like(height)
    dy[1:-1] = (height[2:] - height[:-2]) / 2
    dx[:, 1:-1] = (height[:, 2:] - height[:, :-2]) / 2
    return dy, dx


def distance_to_line(shape, points, reach):
    """Distance of every pixel to a polyline of (x, y), in pixels, at most `reach`."""
    distance = np.full(shape, float(reach))
    for (x0, y0), (x1, y1) in zip(points[:-1], points[1:]):
        left, right = max(int(min(x0, x1) - reach), 0), min(int(max(x0, x1) + reach) + 2, shape[1])
        top, bottom = max(int(min(y0, y1) - reach), 0), min(int(max(y0, y1) + reach) + 2, shape[0])
        if left >= right or top >= bottom:
            continue
        x, y = np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]
        dx, dy = x1 - x0, y1 - y0
        along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        d = np.sqrt((x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2)
        window = distance[top:bottom, left:right]
        np.minimum(window, d, out=window)
    return distance


def line_cover(distance, width):
    """Share of a pixel that a line `width` pixels wide covers, by distance from its centre line."""
    return np.clip(width / 2 - distance + 0.5, 0.0, min(width, 1.0))
