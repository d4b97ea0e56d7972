#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""One tile of many dates over HTTP with a delay: as the driver reads it by default, beside one request after the other.

    bench_remote.py [--dates 24] [--latency 0.05] [--runs 3]; GDAL_DRIVER_PATH names the plugin's folder

Both are the same reads of the same files from the same server; what the ratio shows is how many requests are under way
together. The files lie in memory, so that the delay is nearly all that a request takes.
"""
import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "plugin"))


def read(recipe, options):
    """In a process of its own: seconds of the read alone. Prints them and a checksum."""
    from osgeo import gdal
    gdal.UseExceptions()
    ds = gdal.OpenEx(recipe, open_options=options)
    begin = time.perf_counter()
    data = ds.ReadAsArray()
    print(time.perf_counter() - begin, int(data.sum()))


def seconds(recipe, *options):
    done = subprocess.run([sys.executable, __file__, "--read", recipe, *options], capture_output=True, text=True, check=True)
    took, checksum = done.stdout.split()
    return float(took), checksum


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dates", type=int, default=24)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before every answer")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    from fault_proxy import FaultProxy
    from recipes import recipe
    from remote_series import at, cog_item, dump, grid, noise, window_bounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        items = [cog_item(folder, f"d{k}", {"red": noise(k)}) for k in range(options.dates)]
        with FaultProxy(folder, latency_s=options.latency) as server:
            items = at(folder, items, server.url, folder / "items.json")
            path = dump(folder / "r.stacvrt", recipe(items, ["red"], grid(window_bounds(512, 512, 512, 512)), outputs=("median",)))
            together, alone, sums = [], [], set()
            for _ in range(options.runs):
                for times, extra in ((together, ()), (alone, ("THREADS=1",))):
                    took, checksum = seconds(path, *extra)
                    times.append(took)
                    sums.add(checksum)
            assert len(sums) == 1, "the pixels differ"
            requests = len(server.requests) // (2 * options.runs)
            most = server.most_under_way
    fast, slow = statistics.median(together), statistics.median(alone)
    print(f"{options.dates} dates, {requests} requests, {options.latency * 1000:.0f} ms each: {fast:.2f} s by default (at most "
          f"{most} under way), {slow:.2f} s one after the other: {slow / fast:.1f} times")


if sys.argv[1:2] == ["--read"]:
    read(sys.argv[2], sys.argv[3:])
else:
    main()
