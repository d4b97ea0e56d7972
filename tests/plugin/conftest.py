# SPDX-License-Identifier: MIT
"""Fixtures of the plugin tests, and the rule that nothing is skipped in continuous integration.

`STACVRT_PLUGIN_DIR=<folder of gdal_STACVRT.so> python3 -m pytest tests/plugin`; STACVRT_SHARED_DIR names the folder with
data/ and oracle/. Nothing here knows how the driver works inside.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import plugin_env  # noqa: E402

plugin_env.prepare()

import pytest  # noqa: E402

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _refuse_skip(report, what):
    """In CI a skipped test is a failed one: what was not run was not shown."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{what} was skipped, which counts as a failure when CI is set: {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    _refuse_skip(outcome.get_result(), item.nodeid)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    outcome = yield
    _refuse_skip(outcome.get_result(), collector.nodeid)


def pytest_report_header(config):
    where = plugin_env.plugin_dir()
    return [f"plugin: {where or plugin_env.why_no_plugin()}", f"shared data: {plugin_env.SHARED}"]


@pytest.fixture(scope="session")
def shared():
    """The folder of real data; skips where it is absent."""
    if not plugin_env.S2.is_dir():
        pytest.skip(f"no shared data at {plugin_env.SHARED}: set STACVRT_SHARED_DIR")
    return plugin_env.SHARED


@pytest.fixture(scope="session")
def driver(shared):
    """The registered STACVRT driver; skips without a built plugin, fails when a built one does not load."""
    if not plugin_env.plugin_dir():
        pytest.skip(plugin_env.why_no_plugin())
    from osgeo import gdal
    gdal.AllRegister()
    found = gdal.GetDriverByName("STACVRT")
    assert found, f"{plugin_env.plugin_dir() / plugin_env.PLUGIN_NAME} is there but GDAL did not register STACVRT"
    return found


@pytest.fixture
def write_recipe(tmp_path):
    """Writes a recipe (dict, or text as it is) to a .stacvrt file and returns its path."""
    import json

    def write(recipe, name="recipe.stacvrt"):
        path = tmp_path / name
        path.write_text(recipe if isinstance(recipe, str) else json.dumps(recipe, indent=1))
        return str(path)
    return write


@pytest.fixture(scope="session")
def wl_items(shared, tmp_path_factory):
    """The five items of tile 33TWL as an ItemCollection with absolute hrefs."""
    import series
    return series.write_subset(plugin_env.S2, tmp_path_factory.mktemp("wl") / "items.json", lambda i: "33TWL" in i["id"])


@pytest.fixture(scope="session")
def s2_items(shared):
    """All ten Sentinel-2 items: two tiles half a pixel apart, five dates."""
    return str(plugin_env.S2 / "items.json")


@pytest.fixture(scope="session")
def landsat_items(shared):
    """Eight Landsat scenes, each with a grid of its own."""
    return str(plugin_env.LANDSAT / "items.json")


@pytest.fixture(scope="session")
def sample_items(tmp_path_factory):
    """items.json of the generated sample series: that of STACVRT_SAMPLE_DIR, else made once (about a minute)."""
    import subprocess
    made = os.environ.get("STACVRT_SAMPLE_DIR")
    if made:
        assert (Path(made) / "items.json").is_file(), f"STACVRT_SAMPLE_DIR={made} holds no items.json"
        return str(Path(made) / "items.json")
    script = plugin_env.ROOT / "data" / "make_sample.py"
    if not script.is_file():
        pytest.skip("data/make_sample.py is not there")
    folder = tmp_path_factory.mktemp("sample")
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, timeout=600,
                          env={**os.environ, "GDAL_DRIVER_PATH": "disable"})
    assert done.returncode == 0 and (folder / "items.json").is_file(), done.stdout + done.stderr
    return str(folder / "items.json")
