# SPDX-License-Identifier: MIT
"""What many local items cost: memory per item after parsing, and how long a recipe of them takes to open.

scripts/bench items [--items 1000] [--runs 5]. Opening is timed in a fresh process each time, from gdal.OpenEx to the
dataset: nothing is cached from before.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from make_items import item

OPEN = """
import sys, time
from osgeo import gdal
gdal.UseExceptions()
gdal.AllRegister()
begin = time.perf_counter()
dataset = gdal.OpenEx(sys.argv[1], open_options=["BANDS=red,nir", "RESOLUTION=10", "CRS=EPSG:32633",
                                                 "BOUNDS=499980,5094880,505100,5100000"])
print(time.perf_counter() - begin, dataset.GetMetadataItem("ITEMS"))
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program", help="bench_items")
    arguments.add_argument("--items", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items.json"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [item(n) for n in range(given.items)]}))
        told = subprocess.run([given.program, path], capture_output=True, text=True, check=True).stdout
        parsed = {name: float(value) for name, value in (line.split() for line in told.splitlines())}
        times = []
        for _ in range(given.runs):
            took, items = subprocess.run([sys.executable, "-c", OPEN, f"STACVRT:{path}"], capture_output=True, text=True,
                                         check=True).stdout.split()
            assert int(items) == given.items, items
            times.append(float(took))
    print(f"{given.items} items of {parsed['bytes_of_text'] / 1000:.1f} KB: {parsed['bytes_of_memory'] / 1000:.2f} KB of memory "
          f"each, parsed in {parsed['milliseconds']:.0f} ms; opened in {statistics.median(times) * 1000:.0f} ms (median of "
          f"{given.runs} processes)")


if __name__ == "__main__":
    main()
