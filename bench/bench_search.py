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

from make_items import item

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
