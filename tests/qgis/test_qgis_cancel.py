# SPDX-License-Identifier: MIT
"""QGIS draws with many threads and drops pictures that nobody waits for any more: nothing may crash, hang or pile up."""
import json
import os
import threading
import time
from pathlib import Path

import pytest
from osgeo import gdal

pytest.importorskip("qgis.core", reason="no PyQGIS: install python3-qgis, qgis-providers")
import map_view as m  # noqa: E402
from map_view import View  # noqa: E402
from qgis.core import QgsApplication, QgsMapRendererParallelJob  # noqa: E402

pytestmark = pytest.mark.usefixtures("qgis")

BUDGET = 256 << 20


@pytest.fixture
def eight_threads():
    QgsApplication.setMaxThreads(8)
    yield
    QgsApplication.setMaxThreads(-1)


@pytest.fixture
def capped():
    """The driver's memory in this process is at most BUDGET, whatever other tests have open."""
    gdal.SetConfigOption("STACVRT_MEMORY", str(BUDGET))
    yield
    gdal.SetConfigOption("STACVRT_MEMORY", None)


@pytest.fixture
def fresh(sample):
    """Writes recipes that the process has not seen, so that nothing of them is computed; gives layers of them."""
    written = []

    def make():
        path = Path(sample).with_name(f"cancelled-{len(written)}.stacvrt")
        path.write_text(json.dumps({**json.loads(Path(sample).read_text()), "title": f"number {len(written)}"}))
        written.append(path)
        return m.stretched(m.layer(path), (1, 2, 3), 0.0, 0.2)
    yield make
    for path in written:
        path.unlink()


def held():
    """(resident bytes, threads, open files) of this process."""
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resident, len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))


def test_eight_threads_draw_what_one_draws(eight_threads, fresh, sample):
    views = [View(scale, (300, 200), (x, 0.5)) for scale in (1, 2, 4) for x in (0.3, 0.6)]
    made = fresh()
    jobs = [QgsMapRendererParallelJob(view.settings(made)) for view in views]
    for job in jobs:
        job.start()  # all at once: QGIS clones the layer for each
    for job in jobs:
        job.waitForFinished()
    pictures = [m.as_array(job.renderedImage()) for job in jobs]
    QgsApplication.setMaxThreads(1)
    alone = m.stretched(m.layer(m.with_options(sample, "THREADS=1")), (1, 2, 3), 0.0, 0.2)
    for view, picture in zip(views, pictures):
        assert (picture == m.draw(alone, view)).all(), view


def cancelled_in_a_row(made, count=10):
    """Starts `count` pictures and drops each a little later than the one before; the longest that dropping took, and how many
    were not finished by themselves."""
    longest = dropped = 0
    for number in range(count):
        job = QgsMapRendererParallelJob(View(1, (900, 900)).settings(made))
        job.start()
        time.sleep(0.004 * number)
        dropped += job.isActive()
        begin = time.monotonic()
        job.cancel()  # returns when the drawing threads have ended: QGIS lets GDAL finish the window it reads
        longest = max(longest, time.monotonic() - begin)
        assert not job.isActive()
    return longest, dropped


def test_ten_pictures_in_a_row_are_dropped_and_nothing_piles_up(eight_threads, capped, fresh, sample):
    view = View(2, (300, 200))
    expected = m.draw(m.stretched(m.layer(sample), (1, 2, 3), 0.0, 0.2), view)
    after, slowest, dropped = [], 0, 0
    for _ in range(6):
        made = fresh()
        took, unfinished = cancelled_in_a_row(made)
        slowest, dropped = max(slowest, took), dropped + unfinished
        assert (m.draw(made, view) == expected).all(), "a dropped picture spoilt the next"
        del made
        after.append(held())
    print(f"dropped {dropped} of 60, slowest {slowest:.2f} s; MiB, threads, files: "
          + ", ".join(f"{r >> 20} {t} {f}" for r, t, f in after))
    assert dropped > 20, "hardly any picture was still being drawn: this test shows nothing"
    assert slowest < 60, f"a dropped picture was waited for {slowest:.1f} s"
    # The first rounds fill the caches of GDAL, QGIS and the driver. A layer of these has 40 MiB of pixels.
    early, late = after[2], after[-1]
    assert late[0] - early[0] < 48 << 20, [r >> 20 for r, _, _ in after]
    assert late[1] <= max(t for _, t, _ in after[:3]) + 2 and late[2] <= early[2] + 8, after
    assert threading.active_count() < 8
