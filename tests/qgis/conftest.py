# SPDX-License-Identifier: MIT
"""Fixtures of the QGIS tests: those of the plugin tests, an application without windows, and copies to compare with.

`STACVRT_PLUGIN_DIR=<folder of gdal_STACVRT.so> /usr/bin/python3 -m pytest tests/qgis`, or `scripts/test tests/qgis`.
"""
import importlib.util
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The plugin tests' conftest.py under another name: its fixtures, its environment, and its rule that CI skips nothing.
_there = Path(__file__).resolve().parents[1] / "plugin" / "conftest.py"
_spec = importlib.util.spec_from_file_location("plugin_conftest", _there)
plugin_conftest = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(plugin_conftest)
globals().update({name: value for name, value in vars(plugin_conftest).items() if not name.startswith("_")})
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest  # noqa: E402

import plugin_env  # noqa: E402


def pytest_sessionfinish(session, exitstatus):
    session.config.exit_status = int(exitstatus)


def pytest_unconfigure(config):
    """No layer may outlive the application, but tracebacks of failed tests hold some: PyQGIS would crash with any format. So
    after the summary of a failed run the process ends without cleaning up."""
    if getattr(config, "exit_status", 0) != 0:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.exit_status)


@pytest.fixture(scope="session")
def driver():
    """The plugin's folder, found by GDAL; unlike the plugin tests' fixture it needs no shared data."""
    if not plugin_env.plugin_dir():
        pytest.skip(plugin_env.why_no_plugin())
    from osgeo import gdal
    gdal.AllRegister()
    found = gdal.GetDriverByName("STACVRT")
    assert found, f"{plugin_env.plugin_dir()} is there but GDAL did not register STACVRT"
    return found


@pytest.fixture(scope="session")
def qgis(driver, request, tmp_path_factory):
    """The application, with a profile of its own."""
    core = pytest.importorskip("qgis.core", reason="no PyQGIS: install python3-qgis, qgis-providers")
    os.environ["XDG_RUNTIME_DIR"] = str(tmp_path_factory.mktemp("runtime"))
    core.QgsApplication.setPrefixPath("/usr", True)
    application = core.QgsApplication([], False, str(tmp_path_factory.mktemp("profile")))
    application.initQgis()
    yield application
    core.QgsProject.instance().clear()
    if not request.session.testsfailed:
        application.exitQgis()


@pytest.fixture(scope="session")
def sample(sample_items):
    """The recipe file of the sample's geometric median, in the folder of its series."""
    return str(Path(sample_items).with_name("geomad.stacvrt"))
