#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Times whole composites against decoding their inputs once, and against Python, in turn on the same files.

    bench_series.py BENCH_SERIES SERIES [--runs 5] [--threads N] [--peers]

BENCH_SERIES is the program of bench_series.cpp, SERIES a folder of make_workload.py. GDAL_DRIVER_PATH names the plugin.
Prints medians; wall and CPU time and the peak memory are those of each process and its children, start and end
included. With --peers, peers.py computes the same once each, and the results are compared.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

PEERS = ("numpy-median", "dask-median")


def tree_mib(root):
    """Resident memory of a process and its descendants; shared pages count in each of them."""
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in os.listdir(f"/proc/{pid}/task"):
                waiting += Path(f"/proc/{pid}/task/{task}/children").read_text().split()
        except (OSError, IndexError):
            continue
    return total / 2**20


def measured(command):
    """Wall and CPU seconds, peak MiB and output of a process tree."""
    before = os.times()
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = [0.0]

    def watch():
        while process.poll() is None:
            peak[0] = max(peak[0], tree_mib(process.pid))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    watcher.join()
    wall = time.perf_counter() - begin
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)[:200]} failed")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, peak[0], output


def compare(recipe, path):
    """In how many values a peer's result differs from the recipe's."""
    from osgeo import gdal
    gdal.UseExceptions()
    differ = gdal.Open(str(recipe)).ReadAsArray() != np.load(path)
    return f"{differ.sum()} of {differ.size} values differ"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("series", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    os.environ["GDAL_NUM_THREADS"] = str(options.threads)
    files = sorted(str(path) for path in options.series.glob("*/*.tif"))
    commands = {"decode": [options.program, "decode", str(options.threads), *files]}
    for recipe in sorted(options.series.glob("*.stacvrt")):
        commands[recipe.stem] = [options.program, "read", str(recipe)]
    results = {name: [] for name in commands}
    for run in range(options.runs + 1):
        for name, command in commands.items():
            result = measured(command)
            if run > 0:  # the first brings the files into memory
                results[name].append(result)
    for name, runs in results.items():
        if len({output for *_, output in runs}) != 1:
            sys.exit(f"{name}: runs disagree")
    notes = []
    zones = {asset["proj:epsg"] for item in json.loads((options.series / "items.json").read_text())["features"]
             for asset in item["assets"].values()}
    if options.peers and len(zones) == 1:  # peers know one grid
        with tempfile.TemporaryDirectory() as folder:
            for kind in PEERS:
                out = f"{folder}/{kind}.npy"
                script = str(Path(__file__).with_name("peers.py"))
                results[kind] = [measured([sys.executable, script, kind, str(options.series), out])]
                notes.append(f"{kind} against median.stacvrt: {compare(options.series / 'median.stacvrt', out)}")
    reference = statistics.median(wall for wall, *_ in results["decode"])
    print(f"| {options.series.name}, {options.threads} threads, {options.runs} runs | wall s | x decode | CPU s | CPU / wall | peak MiB |")
    print("|---|---|---|---|---|---|")
    for name, runs in results.items():
        wall, cpu, peak = (statistics.median(column) for column in list(zip(*runs))[:3])
        print(f"| {name} | {wall:.2f} | {wall / reference:.2f} | {cpu:.2f} | {cpu / wall:.2f} | {peak:.0f} |")
    for note in notes:
        print(note)


if __name__ == "__main__":
    main()
