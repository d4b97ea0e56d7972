# SPDX-License-Identifier: MIT
"""Whether what a peer computed is what the recipe gives: medians bit for bit, geomedian and MADs within the tolerances of
the design. A time means nothing before that is known."""
import numpy as np

FEWEST = 7  # samples; with fewer the optimum may be flat, and positions say little
POSITION_DN = 0.1  # Euclidean over the bands
WITHIN = 0.999  # of the pixels
MADS = {"smad": 2e-5, "emad": POSITION_DN, "bcmad": 2e-5}  # where the position is within tolerance


def values_of(recipe, area=None):
    """[band][row][column] of a dataset or of one window (x, y, width, height) of it."""
    from osgeo import gdal
    gdal.UseExceptions()
    return gdal.Open(str(recipe)).ReadAsArray(*(area or ()))


def equal(recipe, path):
    """What to report, and whether it holds."""
    ours, theirs = values_of(recipe), np.load(path)
    differ = int((ours != theirs).sum())
    return f"{differ} of {ours.size} values differ", differ == 0


def within_tolerance(values, exact):
    """The same for [geomedian..., smad, emad, bcmad, count] of one area."""
    bands = len(exact) - len(MADS) - 1
    counted = int((values[-1] != exact[-1]).sum())
    many = exact[-1] >= FEWEST
    if not many.any():
        return f"no pixel has {FEWEST} samples", counted == 0
    distance = np.sqrt(np.square(values[:bands].astype("float64") - exact[:bands]).sum(0))
    near = many & (distance <= POSITION_DN)
    share = near.sum() / many.sum()
    holds = counted == 0 and share >= WITHIN
    text = (f"{counted} counts differ; of {many.sum()} pixels with n >= {FEWEST} {100 * share:.3f} % lie within "
            f"{POSITION_DN} DN, median {np.median(distance[many]):.4f}, the farthest {distance[many].max():.3f}")
    for index, (name, tolerance) in enumerate(MADS.items(), bands):
        most = np.abs(values[index] - exact[index])[near].max(initial=0)
        holds = holds and bool(most <= tolerance)
        text += f"; {name} at most {most:.2g} off"
    return text, holds
