# SPDX-License-Identifier: MIT
"""How long a paged search of many items takes to open, on loopback: scripts/bench search [--items 10000] [--page 100].

Items are as large as Earth Search serves Sentinel-2 (some 20 KB of JSON). The server has its pages ready as bytes and
runs in a process of its own; what it alone takes (downloading every page, parsing none) is measured beside it, in the
same run.
"""
import argparse
import json
import multiprocessing
import statistics
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ASSETS = 27
SIZE = 10980


def asset(item, name, index):
    """One asset with the metadata that large catalogues write."""
    return {
        "href": f"https://data.example/sentinel-2/{item}/{name}.tif", "title": f"{name} (band {index})",
        "type": "image/tiff; application=geotiff; profile=cloud-optimized", "roles": ["data", "reflectance"],
        "eo:bands": [{"name": name, "common_name": name, "description": f"{name} (band {index})",
                      "center_wavelength": 0.665, "full_width_half_max": 0.038}],
        "gsd": 10, "proj:shape": [SIZE, SIZE], "proj:transform": [10, 0, 499980, 0, -10, 5100000],
        "raster:bands": [{"nodata": 0, "data_type": "uint16", "bits_per_sample": 15, "spatial_resolution": 10,
                          "scale": 0.0001, "offset": -0.1}],
        "file:checksum": "1220" + f"{index:02x}" * 32, "file:size": 123456789 + index}


def item(number):
    name = f"S2A_33TWM_{20170000 + number}_0_L2A"
    day = f"{2017 + number // 360 % 8}-{number // 30 % 12 + 1:02d}-{number % 28 + 1:02d}"
    names = ["red", "green", "blue", "nir", "scl"] + [f"band{i}" for i in range(ASSETS - 5)]
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "collection": "sentinel-2-l2a",
        "bbox": [14.9, 45.0, 16.4, 46.1],
        "geometry": {"type": "Polygon",
                     "coordinates": [[[14.9, 45.0], [16.4, 45.0], [16.4, 46.1], [14.9, 46.1], [14.9, 45.0]]]},
        "properties": {"datetime": f"{day}T10:{number % 60:02d}:31.024000Z", "platform": "sentinel-2a",
                       "proj:epsg": 32633, "eo:cloud_cover": number % 100, "s2:processing_baseline": "05.00",
                       "earthsearch:boa_offset_applied": True},
        "links": [{"rel": "self", "href": f"https://api.example/v1/collections/sentinel-2-l2a/items/{name}"}],
        "assets": {key: asset(name, key, index) for index, key in enumerate(names)}}


def serve(items, per_page, ready):
    """Runs until it is terminated; tells its port and the bytes of one item."""
    texts = [json.dumps(item(number)).encode() for number in range(items)]
    pages = []
    for begin in range(0, items, per_page):
        links = b"[]"
        if begin + per_page < items:
            links = json.dumps([{"rel": "next", "method": "POST", "href": "search", "merge": True,
                                 "body": {"page": begin // per_page + 1}}]).encode()
        pages.append(b'{"type": "FeatureCollection", "features": [' + b",".join(texts[begin:begin + per_page]) +
                     b'], "links": ' + links + b"}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            page = pages[asked.get("page", 0)]
            self.send_response(200)
            self.send_header("Content-Type", "application/geo+json")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ready.put((server.server_address[1], len(texts[0])))
    server.serve_forever()


def download(url, items, per_page):
    """Seconds to get every page and look at none."""
    begin = time.perf_counter()
    for page in range(-(-items // per_page)):
        request = urllib.request.Request(url, json.dumps({"page": page}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()
    return time.perf_counter() - begin


def opened(recipe, gdal):
    begin = time.perf_counter()
    dataset = gdal.OpenEx(recipe, gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR)
    took = time.perf_counter() - begin
    if dataset is None:
        sys.exit("the search does not open: " + gdal.GetLastErrorMsg())
    return took, int(dataset.GetMetadataItem("ITEMS"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", type=int, default=10_000)
    arguments.add_argument("--page", type=int, default=100)
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    ready = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(given.items, given.page, ready), daemon=True)
    server.start()
    port, item_bytes = ready.get()
    from osgeo import gdal
    gdal.UseExceptions()
    gdal.SetConfigOption("STACVRT_REMOTE_AGE", "0")
    url = f"http://127.0.0.1:{port}/search"
    recipe = "/vsimem/search.stacvrt"
    gdal.FileFromMemBuffer(recipe, json.dumps({
        "type": "STACVRT", "items": {"search": {"url": url, "limit": given.page}}, "bands": ["red", "nir"],
        "grid": {"crs": "EPSG:32633", "resolution": 10, "bounds": [499980, 5094880, 505100, 5100000]}}).encode())
    times, downloads = [], []
    for _ in range(given.runs):
        downloads.append(download(url, given.items, given.page))
        took, items = opened(recipe, gdal)
        assert items == given.items, items
        times.append(took)
    server.terminate()
    print(f"{given.items} items of {item_bytes / 1000:.1f} KB, {given.page} a page: opened in "
          f"{statistics.median(times):.2f} s; downloading alone {statistics.median(downloads):.2f} s "
          f"(medians of {given.runs})")


if __name__ == "__main__":
    main()
