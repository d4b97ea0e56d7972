# SPDX-License-Identifier: MIT
"""Pixels in S3: s3:// assets through /vsis3, from a server of npm's on loopback."""
import shutil
import subprocess

import pytest

import judge
import plugin_env
import series
from gdal_io import failure, in_child
from pixel_servers import free_port, plain_environment, wait_for
from recipes import S2_BANDS, SCL, WL_GRID, recipe
from remote_series import dump, rebased

pytestmark = pytest.mark.usefixtures("driver")

SERVER, KEY, BUCKET = "s3rver@3.7.1", "S3RVER", "imagery"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the server in it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("npm and node are not installed (Debian: npm, nodejs)")
    folder = tmp_path_factory.mktemp("npm")
    done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), SERVER], capture_output=True,
                          text=True, timeout=300, env=plain_environment())
    if done.returncode != 0:
        pytest.skip(f"npm cannot install {SERVER}: {done.stderr.strip()[-300:]}")
    return folder


@pytest.fixture(scope="module")
def config(installed, tmp_path_factory, shared):
    """GDAL's configuration for a server that holds the series in a bucket."""
    store, port = tmp_path_factory.mktemp("s3"), free_port()
    log = store / "log.txt"
    command = [shutil.which("node"), str(installed / "node_modules" / "s3rver" / "bin" / "s3rver.js"), "-d", str(store / "data"),
               "-a", "127.0.0.1", "-p", str(port), "--no-vhost-buckets", "--configure-bucket", BUCKET]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=plain_environment())
    try:
        wait_for(port, process, log)
        options = {"AWS_S3_ENDPOINT": f"127.0.0.1:{port}", "AWS_HTTPS": "NO", "AWS_VIRTUAL_HOSTING": "FALSE",
                   "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "AWS_REGION": "us-east-1"}
        upload(options)
        yield options
    finally:
        process.terminate()
        process.wait(timeout=20)


def upload(options):
    from osgeo import gdal
    for name, value in options.items():
        gdal.SetConfigOption(name, value)
    try:
        for file in sorted(plugin_env.S2.glob("*33TWL*/*.tif")):
            target = gdal.VSIFOpenL(f"/vsis3/{BUCKET}/{file.relative_to(plugin_env.S2)}", "wb")
            data = file.read_bytes()
            assert target and gdal.VSIFWriteL(data, 1, len(data), target) == len(data) and gdal.VSIFCloseL(target) == 0
    finally:
        for name in options:
            gdal.SetConfigOption(name, None)


@pytest.fixture(scope="module")
def wl(shared):
    return series.items_of(plugin_env.S2, lambda item: "33TWL" in item["id"])


def recipe_of(folder, items, name):
    return dump(folder / f"{name}.stacvrt", recipe(series.write(items, folder / f"{name}.json"), S2_BANDS, WL_GRID, SCL))


def test_a_composite_from_s3_is_the_local_one(config, wl, tmp_path):
    want, _ = in_child(tmp_path, "whole", recipe_of(tmp_path, wl, "local"))
    path = recipe_of(tmp_path, rebased(wl, plugin_env.S2, f"s3://{BUCKET}"), "s3")
    got, _ = in_child(tmp_path, "whole", path, config=config)
    judge.assert_same(got, want, "from s3")


def test_a_missing_key_fails_at_once_with_item_and_asset(config, wl, tmp_path):
    items = rebased(wl, plugin_env.S2, f"s3://{BUCKET}")
    items[0]["assets"]["red"]["href"] += ".not"
    text = failure(recipe_of(tmp_path, items, "missing"), "THREADS=1", config=config)
    assert items[0]["id"] in text and "'red'" in text and "attempts" not in text, text
