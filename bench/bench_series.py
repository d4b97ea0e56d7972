#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures what the engine promises, on one generated series, against decoding its files once and against others.

    bench_series.py BENCH_SERIES FOLDER [--runs 5] [--depth] [--write] [options of make_workload.py]

BENCH_SERIES is the program of bench_series.cpp; FOLDER gets the series, once for each set of options. GDAL_DRIVER_PATH
names the plugin. Prints Markdown, with --write also into README.md; exits with 1 where results disagree. Other options
than the defaults measure the same on another series; with --zones 2, what two zones cost instead; with --clouds, what
more and larger clouds change.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import agreement
import make_workload
import report
from deep import DeepSeries
from measure import in_turn, median_of, run, times

HERE = Path(__file__).parent
PEER_LIMIT_S = 300
TOOL_LIMIT_S = 600
BUDGETS = ("256MB", "1GB", "4GB")
WINDOW_PX = 512
EXACT_PX = 128
MANY_ITEMS = 1000
DEPTHS = (8, 16, 32, 64, 128, 256)
DEPTH_PX = 1024
DEPTH_DATES = 24
SIDES_PX = (512, 1024, 2048)
CLOUDS = ((0.5, 256), (0.6, 256), (0.6, 512), (0.6, 1024))  # share, and size of blobs in pixels
DEPTH_RUNS = 3


def workload_defaults():
    parser = argparse.ArgumentParser()
    make_workload.add_options(parser)
    return vars(parser.parse_args([]))


class Series:
    """A generated series, and the commands that decode or read it."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.files = sorted(folder.glob("*/*.tif"))
        self.geomad, self.median = folder / "geomad.stacvrt", folder / "median.stacvrt"

    @staticmethod
    def folder_of(options, zones):
        """Named by the options that are not the defaults."""
        chosen = {**vars(options), "zones": zones}
        words = [f"-{name}{chosen[name]}" for name, value in workload_defaults().items() if chosen[name] != value]
        return options.folder / "".join(["series", *words])

    @classmethod
    def of(cls, options):
        folder = cls.folder_of(options, options.zones)
        if not (folder / "median.stacvrt").exists() or not (folder / "geomad.stacvrt").exists():
            words = [f"--{name}={getattr(options, name)}" for name in workload_defaults()]
            subprocess.run([sys.executable, HERE / "make_workload.py", folder, *words], check=True, stdout=sys.stderr)
        return cls(options, folder)

    def decode(self, files=None, area=None):
        return [self.options.program, "decode", *window_words(area), self.options.threads, *(files or self.files)]

    def read(self, recipe, area=None, memory=None):
        return [self.options.program, "read", *window_words(area), *(["--oo", f"MEMORY={memory}"] if memory else []), recipe]

    def peer(self, kind, out, area=()):
        return [sys.executable, HERE / "peers.py", kind, self.folder, out, *area[:3]]

    def area(self):
        """The window that stands for a first look: a block, not the first one where there are others."""
        side = min(WINDOW_PX, self.options.size)
        at = side if self.options.size >= 2 * side else 0
        return at, at, side, side


def window_words(area):
    return ["--window", *area] if area else []


class Findings:
    """What is said so far, and what went wrong."""

    def __init__(self):
        self.sections, self.failures = {}, []

    def say(self, section, *parts):
        self.sections.setdefault(section, []).extend(parts)

    def require(self, holds, what):
        if not holds:
            self.failures.append(what)

    def same(self, results, names, what):
        """All runs of all `names` must have read the same pixels."""
        found = {run.facts["checksum"] for name in names for run in results[name]}
        self.require(len(found) == 1, f"{what}: checksums differ: {sorted(found)}")
        return len(found) == 1


def measure_all_in_turn(series, runs):
    commands = {"decode": series.decode(), "median": series.read(series.median), "geomad": series.read(series.geomad)}
    commands |= {budget: series.read(series.geomad, memory=budget) for budget in BUDGETS}
    commands |= {"decode window": series.decode(area=series.area()), "geomad window": series.read(series.geomad, series.area())}
    return in_turn(commands, runs)


def compare_whole(findings, results):
    for name in ("decode", "median"):
        findings.same(results, [name], name)
    findings.same(results, ["geomad", *BUDGETS], "geomad under different budgets")
    findings.same(results, ["geomad window"], "geomad of a window")
    rows = [report.costs(name, results[name], results["decode"]) for name in ("decode", "median", "geomad")]
    findings.say("series", report.table(["", *report.COSTS], rows))


def compare_budgets(findings, results):
    decode_mib = median_of(results["decode"], "peak_mib")
    rows = []
    for budget in BUDGETS:
        announced_mib = int(results[budget][0].facts["budget_bytes"]) / 2**20
        above_mib = max(run.peak_mib for run in results[budget]) - decode_mib
        same = results[budget][0].facts["checksum"] == results["geomad"][0].facts["checksum"]
        rows.append([budget, f"{announced_mib:.0f}", f"{above_mib:.0f}" + (" **exceeds**" if above_mib > announced_mib else ""),
                     f"{times(results[budget], results[BUDGETS[-1]]):.2f}", "same" if same else "**differ**"])
    head = ["geomad with MEMORY", "announced MiB", "largest peak above decode MiB", f"x wall of {BUDGETS[-1]}", "pixels"]
    findings.say("series", "Memory budgets:\n", report.table(head, rows))


def compare_medians(findings, series, results, folder):
    rows = []
    for kind, about in (("numpy-median", "median, rasterio + NumPy, processes"), ("dask-median", "median, xarray + Dask, threads")):
        out = Path(folder) / f"{kind}.npy"
        measured = run(series.peer(kind, out), PEER_LIMIT_S)
        text, holds = ("not compared", True) if measured.stopped else agreement.equal(series.median, out)
        findings.require(holds, f"{kind} and our median: {text}")
        rows.append([*report.costs(about, [measured], results["decode"], 1), text])
    findings.say("series", "Python, once each; the last column compares with our median:\n",
                 report.table(["", *report.COSTS, "differences"], rows))


def compare_geomedian(findings, series, results, folder):
    area = series.area()
    peer = run(series.peer("numpy-geomad", Path(folder) / "numpy.npy", area), PEER_LIMIT_S)
    ours = results["geomad window"]
    rows = [[name, f"{median_of(runs, 'wall_s'):.2f}", f"{times(runs, ours):.1f}", f"{median_of(runs, 'cpu_s'):.2f}",
             f"{median_of(runs, 'peak_mib'):.0f}"]
            for name, runs in (("STACVRT", ours), ("NumPy, Weiszfeld to 0.01 DN, processes", [peer]))]
    findings.say("series", f"Geomedian, MADs and count of one window of {area[2]} x {area[3]}, start of the program included:\n",
                 report.table(["", "wall s", "x ours", "CPU s", "peak MiB"], rows))
    part = *area[:2], *[min(EXACT_PX, side) for side in area[2:]]
    exact = Path(folder) / "exact.npy"
    if peer.stopped or run(series.peer("exact-geomad", exact, part), PEER_LIMIT_S).stopped:
        findings.require(False, f"the geomedian was not compared: NumPy took more than {PEER_LIMIT_S} s")
        return
    expected, theirs = np.load(exact), np.load(Path(folder) / "numpy.npy")[:, :part[3], :part[2]]
    text, holds = agreement.within_tolerance(agreement.values_of(series.geomad, part), expected)
    findings.require(holds, f"our geomedian and a converged one: {text}")
    findings.say("series", f"Against Weiszfeld in 64 bits until it converged, {part[2]} x {part[3]} pixels:\n",
                 f"- STACVRT: {text}", f"- NumPy, to 0.01 DN: {agreement.within_tolerance(theirs, expected)[0]}\n")


def first_pixel(findings, series, results, folder):
    recipe = DeepSeries(series.folder, Path(folder) / "many", MANY_ITEMS).recipe(MANY_ITEMS, series.options.size)
    opened = in_turn({"file": ["gdalinfo", series.files[0]], "items": ["gdalinfo", recipe]}, series.options.runs)
    seconds = {name: [float(run.facts["seconds"]) for run in results[name]] for name in ("decode window", "geomad window")}
    ratio = statistics.median(a / b for a, b in zip(seconds["geomad window"], seconds["decode window"]))
    rows = [["`gdalinfo` of one source file", f"{median_of(opened['file'], 'wall_s'):.3f}", "-"],
            [f"`gdalinfo` of a recipe with {MANY_ITEMS:,} items", f"{median_of(opened['items'], 'wall_s'):.3f}", "-"],
            [f"decoding the {results['decode window'][0].facts['blocks']} blocks of one window *",
             f"{statistics.median(seconds['decode window']):.3f}", "1"],
            ["opening and reading the geomad of that window *", f"{statistics.median(seconds['geomad window']):.3f}", f"{ratio:.2f}"]]
    findings.say("series", "First pixel (* without the start of the program):\n", report.table(["", "wall s", "x decode"], rows))


def other_programs(findings, series, results, folder):
    quiet, out = ["-q"], Path(folder)
    written = out / "written.tif"
    run(["gdal_translate", *quiet, series.geomad, written], TOOL_LIMIT_S)
    warp = ["gdalwarp", *quiet, "-multi", "-wo", "NUM_THREADS=ALL_CPUS", "-t_srs", "EPSG:3035"]
    packed = ["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE", "-co", "NUM_THREADS=ALL_CPUS"]
    commands = {
        "`gdal_translate -of COG -co NUM_THREADS=ALL_CPUS`":
            ["gdal_translate", *quiet, "-of", "COG", "-co", "NUM_THREADS=ALL_CPUS", series.geomad, out / "cog.tif"],
        "`gdalwarp -multi -wo NUM_THREADS=ALL_CPUS -t_srs EPSG:3035`": [*warp, series.geomad, out / "warped.tif"],
        "the same of the composite as a GeoTIFF": [*warp, written, out / "warped_file.tif"],
        "the same of the recipe with `-co TILED=YES -co COMPRESS=DEFLATE -co NUM_THREADS=ALL_CPUS`":
            [*warp, *packed, series.geomad, out / "warped_packed.tif"],
        "rasterio, block by block in one loop": [sys.executable, HERE / "peers.py", "read", series.geomad]}
    rows = [report.costs(name, [run(command, TOOL_LIMIT_S)], results["decode"])[:-2] for name, command in commands.items()]
    findings.say("series", "Other programs on the geomad recipe, once each, writing included:\n", report.table(["", *report.COSTS[:-2]], rows))


def measure_series(findings, options):
    series = Series.of(options)
    results = measure_all_in_turn(series, options.runs)
    compare_whole(findings, results)
    compare_budgets(findings, results)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        compare_medians(findings, series, results, folder)
        compare_geomedian(findings, series, results, folder)
        first_pixel(findings, series, results, folder)
        other_programs(findings, series, results, folder)


def measure_depth(findings, options):
    """How the cost of a date and of a pixel changes with their number."""
    series = Series.of(options)
    sides = [side for side in SIDES_PX if side <= options.size]
    shapes = {"dates": [(dates, min(DEPTH_PX, options.size)) for dates in DEPTHS],
              "pixels": [(min(DEPTH_DATES, options.dates), side) for side in sides]}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        deep = DeepSeries(series.folder, folder, max(DEPTHS))
        for about, chosen in shapes.items():
            rows = []
            for dates, side in chosen:
                results = in_turn({"decode": series.decode(deep.files(dates), (0, 0, side, side)),
                                   "geomad": series.read(deep.recipe(dates, side))}, min(options.runs, DEPTH_RUNS))
                findings.same(results, ["geomad"], f"geomad of {dates} dates")
                wall, mpx = median_of(results["geomad"], "wall_s"), side * side / 1e6
                rows.append([str(dates), f"{side} x {side}", f"{median_of(results['decode'], 'wall_s'):.2f}", f"{wall:.2f}",
                             f"{times(results['geomad'], results['decode']):.2f}", f"{1000 * wall / dates / mpx:.1f}",
                             f"{median_of(results['geomad'], 'peak_mib'):.0f}"])
            head = ["dates", "pixels", "decode s", "geomad s", "x decode", "ms per date and Mpx", "peak MiB"]
            findings.say("depth", f"Geomad with more {about}, medians of {min(options.runs, DEPTH_RUNS)}:\n", report.table(head, rows))


def measure_clouds(findings, options):
    """What clouds save: blocks without a clear pixel are not decoded, and the larger clouds are, the more of them."""
    rows = []
    for cloud, blob in CLOUDS:
        series = Series.of(argparse.Namespace(**{**vars(options), "cloud": cloud, "blob": blob}))
        results = in_turn({"decode": series.decode(), "median": series.read(series.median), "geomad": series.read(series.geomad)},
                          options.runs)
        for name in results:
            findings.same(results, [name], f"{name}, {cloud} of clouds of {blob} px")
        read, there = (results[name][0].facts["blocks"] for name in ("geomad", "decode"))
        rows.append([f"{100 * cloud:.0f} %", str(blob), f"{median_of(results['decode'], 'wall_s'):.2f}",
                     *(f"{times(results[name], results['decode']):.2f}" for name in ("median", "geomad")), f"{read} of {there}"])
    head = ["cloud", "blobs of px", "decode s", "median, x decode", "geomad, x decode", "blocks decoded"]
    findings.say("clouds", report.table(head, rows))


def warped_one_by_one(series, folder):
    """The second zone's files brought onto the grid of the recipe as people do it: a gdalwarp each. Measurements."""
    recipe = json.loads(series.geomad.read_text())
    features = json.loads((series.folder / "items.json").read_text())["features"]
    crs, resolution = recipe["grid"]["crs"], recipe["grid"]["resolution"]
    common = ["gdalwarp", "-q", "-multi", "-wo", "NUM_THREADS=ALL_CPUS", "-t_srs", crs, "-tr", resolution, resolution,
              "-te", *recipe["grid"]["bounds"]]
    measured = []
    for item in features:
        for name, asset in item["assets"].items():
            if f"EPSG:{asset['proj:epsg']}" != crs:
                out = Path(folder) / "warped.tif"
                resampling = "near" if name == recipe["mask"]["asset"] else "bilinear"
                measured.append(run([*common, "-r", resampling, series.folder / asset["href"], out], TOOL_LIMIT_S))
                out.unlink()
    return measured


def measure_zones(findings, options):
    """Two zones against decoding, against the series on one grid where that was made, and against gdalwarp."""
    series, aligned_folder = Series.of(options), Series.folder_of(options, 1)
    kinds = {"two zones": series}
    if (aligned_folder / "median.stacvrt").exists():
        kinds["one grid"] = Series(options, aligned_folder)
    commands = {}
    for kind, each in kinds.items():
        commands |= {f"decode, {kind}": each.decode(), f"median, {kind}": each.read(each.median), f"geomad, {kind}": each.read(each.geomad)}
    results = in_turn(commands, options.runs)
    rows = []
    for name, runs in results.items():
        findings.same(results, [name], name)
        reduce, kind = name.split(", ")
        compared = f"{times(runs, results[f'{reduce}, one grid']):.2f}" if "one grid" in kinds else "-"
        rows.append([*report.costs(name, runs, results[f"decode, {kind}"]), compared])
    findings.say("zones", report.table(["", *report.COSTS, "x one grid"], rows))
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        warped = warped_one_by_one(series, folder)
    wall, cpu = (sum(getattr(one, key) for one in warped) for key in ("wall_s", "cpu_s"))
    decode = median_of(results["decode, two zones"], "wall_s")
    findings.say("zones", f"`gdalwarp -r bilinear -multi -wo NUM_THREADS=ALL_CPUS` of the second zone's {len(warped)} files (masks: near), "
                 "one after another, onto the recipe's grid, before anything is reduced:\n",
                 report.table(["", "wall s", "x decode", "CPU s"], [["gdalwarp", f"{wall:.2f}", f"{wall / decode:.1f}", f"{cpu:.2f}"]]))


def options_of(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="rounds that count; one more goes before")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of decode and of ours")
    parser.add_argument("--depth", action="store_true", help="also how cost grows with dates and pixels")
    parser.add_argument("--clouds", action="store_true", help="instead: what the share and the size of clouds change")
    parser.add_argument("--write", action="store_true", help="also into README.md, between its markers")
    make_workload.add_options(parser)
    return parser.parse_args(words)


def main():
    options = options_of(sys.argv[1:])
    load = os.getloadavg()[0]
    os.environ["GDAL_NUM_THREADS"] = str(options.threads)
    os.environ["STACVRT_MEMORY"] = BUDGETS[-1]  # the cap of a process: room for the largest budget on any machine
    options.folder.mkdir(parents=True, exist_ok=True)
    findings = Findings()
    if options.zones > 1:
        measure_zones(findings, options)
    elif options.clouds:
        measure_clouds(findings, options)
    else:
        measure_series(findings, options)
        if options.depth:
            measure_depth(findings, options)
    about = (f"{options.dates} dates x ({options.bands} bands + mask) x {options.size} x {options.size}, {options.threads} threads, "
             f"medians of {options.runs} rounds.\n")
    texts = {name: "\n".join([report.preamble(" ".join(["scripts/bench series", *sys.argv[3:]]), load) + about, *parts])
             for name, parts in findings.sections.items()}
    print("\n".join(texts.values()))
    for failure in findings.failures:
        print(f"bench_series: {failure}", file=sys.stderr)
    if findings.failures:
        sys.exit(1)
    if options.write:
        for name, text in texts.items():
            report.write(name, text)


if __name__ == "__main__":
    main()
