# SPDX-License-Identifier: MIT
"""A screen that nobody sees (Xvfb), windows on it that fill it (openbox), pictures of it, and where in them the map is.

Knows X11 and pictures; what the programs show is its callers' business.
"""
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
from osgeo import gdal
from scipy import ndimage

NEEDED = {"Xvfb": "xvfb", "openbox": "openbox", "import": "imagemagick"}  # program: its Debian package

# Windows without a parent fill the screen; dialogues stay as they are.
WINDOW_RULES = """<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application type="normal"><maximized>yes</maximized></application></applications></openbox_config>"""


def missing():
    """The packages of programs that are not there."""
    return [package for program, package in NEEDED.items() if not shutil.which(program)]


class Desktop:
    """`with Desktop(folder) as desktop:` everything started on it ends with it."""

    def __init__(self, folder, size=(1152, 720)):
        self.folder, self.size, self._started, self.display = Path(folder), size, [], None

    def __enter__(self):
        (self.folder / "runtime").mkdir(mode=0o700)
        (self.folder / "rc.xml").write_text(WINDOW_RULES)
        read, write = os.pipe()
        # Xvfb picks a number that is free and says which.
        self._start(["Xvfb", "-displayfd", str(write), "-screen", "0", "{}x{}x24".format(*self.size), "-nolisten", "tcp"],
                    pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as said:
            self.display = ":" + said.readline().strip()
        self.start("openbox", "--config-file", self.folder / "rc.xml")
        return self

    def __exit__(self, *_):
        for process in reversed(self._started):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(3)  # QGIS would rather ask whether to save
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _environment(self):
        return {**os.environ, "DISPLAY": self.display or "", "HOME": str(self.folder), "QT_QPA_PLATFORM": "xcb",
                "XDG_RUNTIME_DIR": str(self.folder / "runtime"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def _start(self, command, **options):
        log = open(self.folder / f"{Path(command[0]).name}.log", "ab")
        with log:
            process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log, env=self._environment(), **options)
        self._started.append(process)
        return process

    def start(self, *command):
        return self._start(command)

    def said(self, program):
        """What the program wrote, for messages of failed tests."""
        return (self.folder / f"{program}.log").read_text(errors="replace")[-2000:]

    def picture(self):
        """The screen as [y][x][red, green, blue]."""
        path = self.folder / "screen.png"
        subprocess.run(["import", "-window", "root", f"PNG24:{path}"], env=self._environment(), check=True, timeout=60)
        return gdal.Open(str(path)).ReadAsArray().transpose(1, 2, 0)[..., :3].copy()

    def wait_for(self, good, timeout_s=180):
        """The first picture that `good` likes and that is the same a second later; or the last one."""
        end, last = time.monotonic() + timeout_s, None
        while time.monotonic() < end:
            now = self.picture()
            if last is not None and (now == last).all() and good(now):
                return now
            last = now
            time.sleep(1)
        return last


def map_area(picture):
    """(left, top, width, height) of the largest coloured part; windows around it are grey, the canvas is white."""
    coloured = np.ptp(picture.astype(int), axis=-1) > 12
    parts, count = ndimage.label(ndimage.binary_closing(coloured, iterations=4))
    if count == 0:
        return None
    sizes = ndimage.sum_labels(coloured, parts, range(1, count + 1))
    rows, columns = ndimage.find_objects(parts)[int(np.argmax(sizes))]
    return columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start


def cut(picture, area):
    left, top, width, height = area
    return picture[top:top + height, left:left + width]


def likeness(one, two):
    """The least correlation of the three colours."""
    return min(np.corrcoef(one[..., c].ravel(), two[..., c].ravel())[0, 1] for c in range(3))
