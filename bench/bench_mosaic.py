#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The first picture of a large mosaic, whole, beside decoding the overviews that it is made of; scripts/bench mosaic.

    bench_mosaic.py FOLDER [--runs 5] [--write]; FOLDER/mosaic is made by make_mosaic.py where it is not there
"""
import argparse
import os
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import report
from measure import run

HERE = Path(__file__).resolve().parent
SIDE_PX = 1000  # of the picture: what a program's window shows


def decode(folder, threads):
    """Opens every file and decodes the overview that the picture needs, nothing else."""
    from osgeo import gdal
    gdal.UseExceptions()
    files = sorted(str(path) for path in Path(folder).glob("*/*.tif"))

    def one(name):
        ds = gdal.Open(name)
        band = ds.GetRasterBand(1)
        band.GetOverview(band.GetOverviewCount() - 1).ReadRaster()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, files))
    print("files", len(files))


def look(recipe):
    """The whole extent, band by band, as QGIS reads it."""
    from osgeo import gdal
    gdal.UseExceptions()
    ds = gdal.Open(recipe)
    filled = sum(int((ds.GetRasterBand(i + 1).ReadAsArray(buf_xsize=SIDE_PX, buf_ysize=SIDE_PX) > 0).sum()) for i in range(ds.RasterCount))
    print("filled", f"{filled / SIDE_PX ** 2 / ds.RasterCount:.3f}")
    print("full_blocks", ds.GetMetadataItem("FULL_BLOCKS_FOR_OVERVIEWS", "STACVRT_STATISTICS"))
    print("pixels", f"{ds.RasterXSize} x {ds.RasterYSize}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="also into README.md, between its markers")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    mosaic = options.folder / "mosaic"
    if not (mosaic / "mosaic.stacvrt").exists():
        subprocess.run([sys.executable, HERE / "make_mosaic.py", mosaic], check=True)
    for file in mosaic.glob("*/*.tif"):
        file.read_bytes()  # into memory
    commands = {"decode": [sys.executable, __file__, "--decode", mosaic, os.cpu_count()],
                "first picture": [sys.executable, __file__, "--look", mosaic / "mosaic.stacvrt"]}
    results = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            results[name].append(run(command))
    ratio = statistics.median(a.wall_s / b.wall_s for a, b in zip(results["first picture"], results["decode"]))
    facts = results["first picture"][0].facts
    row = lambda name, times: [name, f"{statistics.median(r.wall_s for r in results[name]):.2f}", times,
                               f"{statistics.median(r.cpu_s for r in results[name]):.2f}", f"{statistics.median(r.peak_mib for r in results[name]):.0f}"]
    text = (report.preamble(" ".join(["scripts/bench mosaic", *sys.argv[2:]]), load)
            + f"{results['decode'][0].facts['files']} files, {facts['pixels']} pixels; {facts['full_blocks']} blocks at full resolution were read; "
              f"{100 * float(facts['filled']):.0f} % of the picture filled.\n\n"
            + report.table(["", "wall s", "x decode", "CPU s", "peak MiB"], [row("decode", "1"), row("first picture", f"{ratio:.2f}")]))
    print(text)
    if options.write:
        report.write("mosaic", text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--decode"]:
        decode(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1:2] == ["--look"]:
        look(sys.argv[2])
    else:
        main()
