# SPDX-License-Identifier: MIT
"""Running other programs: skips with the Debian package that has them where they are not there, fails with what they said."""
import os
import shutil
import subprocess

import numpy as np
import pytest
from osgeo import gdal


def needed(program, package):
    """The program's path."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"no {program}: install {package}")
    return found


def run(*command, folder=None, text=True, **environment):
    """Standard output of a program that must succeed."""
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=300, cwd=folder,
                          env={**os.environ, **{k: str(v) for k, v in environment.items()}})
    said = f"{' '.join(map(str, command))}\n{done.stdout[-2000:]!r}\n{done.stderr.decode(errors='replace')[-3000:]}"
    assert done.returncode == 0, said
    return done.stdout.decode() if text else done.stdout


def image(path):
    """A picture file as [y][x][red, green, blue]."""
    values = gdal.Open(str(path)).ReadAsArray()
    assert values.shape[0] >= 3, values.shape
    return values[:3].transpose(1, 2, 0)


def assert_same_picture(one, two):
    assert one.shape == two.shape
    assert len(np.unique(one.reshape(-1, 3), axis=0)) > 500, "hardly any colours: is this a picture of land?"
    different = (one != two).any(-1)
    assert not different.any(), f"{different.sum()} of {different.size} pixels differ, at most by {np.abs(one.astype(int) - two).max()}"
