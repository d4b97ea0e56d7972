#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Times whole composites against decoding their inputs once, in turn on the same files, and prints the medians.

    bench_series.py BENCH_SERIES SERIES [--runs 5] [--threads N]

BENCH_SERIES is the program of bench_series.cpp, SERIES a folder of make_workload.py. GDAL_DRIVER_PATH names the plugin.
Wall and CPU time and the peak memory are those of each process, start and end included.
"""
import argparse
import os
import statistics
import sys
import time
from pathlib import Path


def measured(command):
    """Wall and CPU seconds, peak MiB and output of a process."""
    read, write = os.pipe()
    begin = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        os.execv(command[0], command)
    os.close(write)
    with os.fdopen(read) as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)[:200]} failed")
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("series", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
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
    reference = statistics.median(wall for wall, *_ in results["decode"])
    print(f"| {options.series.name}, {options.threads} threads, medians of {options.runs} | wall s | x decode | CPU s | CPU / wall | peak MiB |")
    print("|---|---|---|---|---|---|")
    for name, runs in results.items():
        wall, cpu, peak = (statistics.median(column) for column in list(zip(*runs))[:3])
        print(f"| {name} | {wall:.2f} | {wall / reference:.2f} | {cpu:.2f} | {cpu / wall:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
