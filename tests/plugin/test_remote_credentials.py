# SPDX-License-Identifier: MIT
"""What requests for pixels carry reaches the origins it is meant for, and nobody else; secrets are shown nowhere."""
import contextlib
import os
import subprocess

import pytest
from osgeo import gdal

import judge
import plugin_env
import series
from fault_proxy import FaultProxy
from gdal_io import failure, in_child
from recipes import S2_BANDS, SCL, WL_GRID, recipe
from remote_series import dump, rebased

pytestmark = pytest.mark.usefixtures("driver")

SECRET = "s3cret-9d1f"
CARRIED = {"GDAL_HTTP_HEADERS": f"X-Secret: {SECRET}", "GDAL_HTTP_USERPWD": f"me:{SECRET}", "GDAL_HTTP_COOKIE": f"id={SECRET}"}


@pytest.fixture(scope="module")
def wl(shared):
    return series.items_of(plugin_env.S2, lambda item: "33TWL" in item["id"])


@contextlib.contextmanager
def two_origins(**kwargs):
    with FaultProxy(plugin_env.S2, **kwargs) as home, FaultProxy(plugin_env.S2) as other:
        yield home, other


def recipe_at(folder, wl, first, second):
    """The first two items at one origin, the others at another."""
    items = rebased(wl[:2], plugin_env.S2, first) + rebased(wl[2:], plugin_env.S2, second)
    return dump(folder / "r.stacvrt", recipe(series.write(items, folder / "items.json"), S2_BANDS, WL_GRID, SCL))


def secrets_in(proxy):
    """How many requests show the secret anywhere."""
    return sum(SECRET in f"{r.path} {list(r.headers.values())}" or "Authorization" in r.headers for r in proxy.requests)


@pytest.mark.parametrize("listed, home_sees, other_sees", [
    (None, False, False), ("{home}", True, False), ("{other}, {home}/x", True, True), ("*", True, True),
    ("127.0.0.1", False, False), ("{home_port}", True, False)])
def test_credentials_reach_the_origins_that_are_listed(wl, tmp_path, listed, home_sees, other_sees):
    with two_origins() as (home, other):
        port = home.url.removeprefix("http://")
        config = {"STACVRT_CREDENTIALS_FOR": listed.format(home=home.url, other=other.url, home_port=port)} if listed else {}
        in_child(tmp_path, "whole", recipe_at(tmp_path, wl, home.url, other.url), config={**CARRIED, **config})
        for proxy, sees in ((home, home_sees), (other, other_sees)):
            assert len(proxy.requests) > 20
            assert secrets_in(proxy) == (len(proxy.requests) if sees else 0)
        if home_sees:
            assert set(home.header("X-Secret")) == {SECRET} and set(home.header("Cookie")) == {f"id={SECRET}"}


def bounced(to, prefix):
    """Redirects of paths below `prefix`, which is left out, to the server at `to()`."""
    return lambda method, path, span, nth: ("redirect", to() + path.removeprefix(prefix)) if path.startswith(prefix) else None


@pytest.mark.parametrize("carried", [{"GDAL_HTTP_HEADERS": f"X-Secret: {SECRET}"}, {"GDAL_HTTP_USERPWD": f"me:{SECRET}"},
                                     {"GDAL_HTTP_COOKIE": f"id={SECRET}"}, CARRIED])
def test_redirects_to_another_origin_carry_nothing(wl, tmp_path, carried):
    with FaultProxy(plugin_env.S2) as other, FaultProxy(plugin_env.S2, bounced(lambda: other.url, "/away")) as home:
        away = recipe_at(tmp_path, wl, f"{home.url}/away", f"{home.url}/away")
        got, _ = in_child(tmp_path, "whole", away, config={**carried, "STACVRT_CREDENTIALS_FOR": home.url})
        assert secrets_in(home) == len(home.requests) > 10
        assert secrets_in(other) == 0 and len(other.requests) > 20
        straight, _ = in_child(tmp_path, "whole", recipe_at(tmp_path, wl, other.url, other.url))
        judge.assert_same(got, straight, "by way of redirects")


@pytest.mark.parametrize("way", ["within", "through another"])
def test_redirects_that_end_at_home_show_nothing_on_the_way(wl, tmp_path, way):
    with FaultProxy(plugin_env.S2, bounced(lambda: home.url, "/back")) as other, \
            FaultProxy(plugin_env.S2, bounced(lambda: home.url if way == "within" else f"{other.url}/back", "/on")) as home:
        config = {**CARRIED, "STACVRT_CREDENTIALS_FOR": home.url}
        got, _ = in_child(tmp_path, "whole", recipe_at(tmp_path, wl, f"{home.url}/on", f"{home.url}/on"), config=config)
        assert got.any() and secrets_in(other) == 0 and (len(other.requests) > 20) == (way != "within")
        pixels = [r for r in home.requests if r.range != "bytes=0-0"]
        assert len(pixels) > 20 and all(r.headers.get("X-Secret") == SECRET for r in pixels)


def test_a_redirect_that_fails_for_a_moment_is_asked_for_again(wl, tmp_path):
    def once(method, path, span, nth):
        return 503 if nth == 0 and span == "bytes=0-0" and path.endswith("B08.tif") else None
    with FaultProxy(plugin_env.S2, once) as home:
        config = {**CARRIED, "STACVRT_CREDENTIALS_FOR": home.url, "GDAL_HTTP_RETRY_DELAY": "0.02"}
        got, _ = in_child(tmp_path, "whole", recipe_at(tmp_path, wl, home.url, home.url), config=config)
        assert got.any() and home.faults()[503] >= 2


def write_search(folder, base):
    """The root of an API at `base`/api.json whose every search finds items.json."""
    core = "https://api.stacspec.org/v1.0.0/"
    links = [{"rel": "search", "href": f"{base}/items.json", "method": "GET", "type": "application/geo+json"}]
    dump(folder / "api.json", {"type": "Catalog", "id": "api", "stac_version": "1.0.0", "description": "for tests",
                               "conformsTo": [f"{core}core", f"{core}item-search"], "links": links})
    return {"search": {"url": f"{base}/api.json", "collections": ["sentinel-2-l2a"]}}


@pytest.mark.parametrize("named", ["items", "items of a recipe", "search of a recipe", "recipe of items elsewhere"])
def test_the_origin_of_what_was_named_sees_credentials_of_pixels(wl, tmp_path, named):
    """A recipe on the network names nobody: credentials stay where it lies."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "data").symlink_to(plugin_env.S2)
    with FaultProxy(folder) as home, FaultProxy(folder) as other:
        server = other if "elsewhere" in named else home
        series.write(rebased(wl, plugin_env.S2, f"{server.url}/data"), folder / "items.json")
        items = write_search(folder, server.url) if "search" in named else f"{server.url}/items.json"
        path = dump(folder / "r.stacvrt", {**recipe("", S2_BANDS, WL_GRID, SCL), "items": items})
        name = f"{home.url}/r.stacvrt" if server is other else f"{home.url}/items.json" if named == "items" else path
        options = ["BANDS=red", "OUTPUTS=median"] if named == "items" else []
        in_child(tmp_path, "window", f"STACVRT:{name}", config=CARRIED, options=options, window=[0, 0, 64, 64])
        assert secrets_in(home) == len(home.requests) > 0 and secrets_in(other) == 0
        assert len([r for r in server.requests if r.path.startswith("/data")]) > len(wl)


def test_what_is_withheld_is_named_when_it_is_missed(wl, tmp_path):
    with two_origins(fault=lambda *_: 403) as (home, other):
        text = failure(recipe_at(tmp_path, wl, home.url, other.url), config=CARRIED)
        assert "STACVRT_CREDENTIALS_FOR" in text and f"'{home.url}'" in text and SECRET not in text, text
        assert SECRET not in text
        text = failure(recipe_at(tmp_path, wl, home.url, other.url))
        assert "STACVRT_CREDENTIALS_FOR" not in text and "403" in text, text


if int(gdal.VersionInfo()) >= 3070000:  # before, GDAL keeps such options for file systems of clouds alone
    def test_options_of_a_path_are_left_to_gdal(wl, tmp_path):
        with two_origins() as (home, other):
            path = recipe_at(tmp_path, wl, home.url, other.url)
            gdal.SetPathSpecificOption(f"/vsicurl/{home.url}", "GDAL_HTTP_HEADERS", f"X-Secret: {SECRET}")
            try:
                assert gdal.Open(path).ReadAsArray(0, 0, 64, 64) is not None
            finally:
                gdal.ClearPathSpecificOptions(f"/vsicurl/{home.url}")
            assert secrets_in(home) == len(home.requests) > 0 and secrets_in(other) == 0


@pytest.mark.parametrize("sign, seen", [("header:X-Key=MY_KEY", lambda r: r.headers.get("X-Key") == SECRET),
                                        ("query:key=MY_KEY", lambda r: r.path.endswith(f"?key={SECRET}")),
                                        ("query:MY_KEY", lambda r: r.path.endswith(f"?{SECRET}"))])
def test_a_secret_of_the_user_signs_requests_to_listed_origins(wl, tmp_path, sign, seen):
    with two_origins() as (home, other):
        config = {"STACVRT_CREDENTIALS_FOR": home.url, "MY_KEY": SECRET}
        in_child(tmp_path, "whole", recipe_at(tmp_path, wl, home.url, other.url), config=config, options=[f"SIGN={sign}"])
        assert len(home.requests) > 20 and all(seen(r) for r in home.requests)
        assert len(other.requests) > 20 and secrets_in(other) == 0


@pytest.mark.parametrize("sign", ["header:X-Key=MY_KEY", "query:key=MY_KEY"])
@pytest.mark.parametrize("fault", [None, 404])
def test_no_message_shows_a_secret(wl, tmp_path, sign, fault):
    """Not what gdalinfo prints, nor errors, nor debugging messages, of a read that works and of one that does not."""
    with two_origins(fault=lambda method, path, span, nth: fault if path.endswith("B08.tif") else None) as (home, _):
        path = recipe_at(tmp_path, wl, home.url, home.url)
        env = {**os.environ, "STACVRT_CREDENTIALS_FOR": home.url, "MY_KEY": SECRET, "CPL_DEBUG": "ON"}
        for command in (["gdalinfo", "-mdd", "all", path, "-oo", f"SIGN={sign}"],
                        ["gdal_translate", path, tmp_path / "out.tif", "-oo", f"SIGN={sign}"]):
            done = subprocess.run([str(c) for c in command], env=env, capture_output=True, text=True, timeout=300)
            assert SECRET not in done.stdout + done.stderr
        assert (done.returncode == 0) == (fault is None), done.stderr[-2000:]
        assert "VSICURL" in done.stderr, "nothing was debugged: the test shows nothing"


@pytest.mark.parametrize("sign", [SECRET, "header:X-Key=NOT_SET_ANYWHERE", f"query:sig={SECRET}&x=1", "cookie:MY_KEY"])
def test_a_wrong_sign_says_what_it_may_be(wl, tmp_path, sign):
    text = failure(recipe_at(tmp_path, wl, "http://127.0.0.1:9", "http://127.0.0.1:9"), f"SIGN={sign}")
    assert "planetary_computer" in text and "VARIABLE" in text and SECRET not in text, text


def test_a_wrong_list_of_origins_says_what_it_may_be(wl, tmp_path):
    text = failure(recipe_at(tmp_path, wl, "http://127.0.0.1:9", "http://127.0.0.1:9"),
                   config={"STACVRT_CREDENTIALS_FOR": "*.example.org"})
    assert "STACVRT_CREDENTIALS_FOR" in text and "*.example.org" in text, text
