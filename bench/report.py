# SPDX-License-Identifier: MIT
"""Results as Markdown: tables, what machine and which versions they were measured with, and their place in README.md.

Nothing here may name the machine, its users or its folders: the text is published.
"""
import datetime
import os
import re
from pathlib import Path

from measure import median_of, times

README = Path(__file__).with_name("README.md")
COSTS = ("wall s", "x decode", "CPU s", "CPU / wall", "peak MiB", "MiB read", "blocks decoded")


def table(head, rows):
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def costs(name, runs, reference, times_digits=2):
    """A row of COSTS: medians of the runs."""
    if any(run.stopped for run in runs):
        return [name, f"stopped after {median_of(runs, 'wall_s'):.0f}", *["-"] * (len(COSTS) - 1)]
    wall, cpu = median_of(runs, "wall_s"), median_of(runs, "cpu_s")
    return [name, f"{wall:.2f}", f"{times(runs, reference):.{times_digits}f}", f"{cpu:.2f}", f"{cpu / wall:.2f}",
            f"{median_of(runs, 'peak_mib'):.0f}", f"{median_of(runs, 'read_mib'):.0f}", runs[0].facts.get("blocks", "-")]


def cpu_text():
    """Model, instruction sets and speed of the first CPU, as far as the system tells."""
    first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    about = dict(re.findall(r"^([^\t:]+)\s*: (.*)$", first, re.MULTILINE))
    text = about.get("model name", "unknown CPU")
    if "cpu family" in about:
        text += f" (family {about['cpu family']}, model {about['model']})"
    flags = about.get("flags", "").split()
    text += ", AVX-512" if "avx512f" in flags else ", AVX2" if "avx2" in flags else ""
    if "cpu MHz" in about:
        text += f", {float(about['cpu MHz']) / 1000:.1f} GHz"
    return text


def versions():
    import dask
    import numpy
    import rasterio
    import xarray
    from osgeo import gdal
    xarray_version = xarray.__version__ if xarray.__version__ != "999" else "of the distribution"  # Debian's says 999
    return (f"GDAL {gdal.__version__}, NumPy {numpy.__version__}, rasterio {rasterio.__version__}, "
            f"xarray {xarray_version}, Dask {dask.__version__}")


def preamble(command, load):
    """Under what conditions: the first lines of every section."""
    ram_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"`{command}`, {datetime.date.today()}. {cpu_text()}, {os.cpu_count()} cores, {ram_gib:.0f} GiB; load average "
            f"at the start {load:.1f}. {versions()}. Files in memory.\n")


def write(name, text):
    """Replaces what stands between the two marker comments of section `name`."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    page = README.read_text()
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"bench/README.md has no markers for '{name}'")
    README.write_text(f"{before}{begin}{text}{end}{after}")
