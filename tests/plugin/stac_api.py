# SPDX-License-Identifier: MIT
"""A STAC API for tests: item search as the specification has it (core, item-search, fields, sort, query, filter with
CQL2-JSON, features) over items that the test gives, with every form of paging that APIs are known to use.

Knows nothing of the driver. `serve(items, ...)` runs it on loopback in a thread and keeps what it was asked.
"""
import contextlib
import json
import re
import socket
import threading
import time
from datetime import datetime, timezone

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

CORE = "https://api.stacspec.org/v1.0.0/core"
SEARCH = "https://api.stacspec.org/v1.0.0/item-search"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
ALL_CONFORMANCE = [CORE, SEARCH, f"{SEARCH}#fields", f"{SEARCH}#sort", f"{SEARCH}#query", f"{SEARCH}#filter",
                   CQL2 + "cql2-json", CQL2 + "basic-cql2", "https://api.stacspec.org/v1.0.0/ogcapi-features"]
#: How the next page is named: what a `next` link of that form holds.
PAGING = ("post-merge-false", "post-plain", "post-token", "post-merge-true", "post-headers", "get-token",
          "get-relative")


# ---- times and places

def instant(text):
    when = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    return when if when.tzinfo else when.replace(tzinfo=timezone.utc)


def span_of(item):
    properties = item["properties"]
    begin = properties.get("start_datetime") or properties["datetime"]
    end = properties.get("end_datetime") or properties.get("datetime") or begin
    return instant(begin), instant(end)


def meets_time(item, text):
    begin, end = span_of(item)
    if "/" not in text:
        return begin <= instant(text) <= end
    first, last = text.split("/")
    if first in ("", "..") and last in ("", ".."):
        raise HTTPException(400, "an interval open at both ends")
    return ((first in ("", "..") or end >= instant(first)) and (last in ("", "..") or begin <= instant(last)))


def lon_spans(west, east):
    return [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]


def box_of(numbers):
    half = len(numbers) // 2
    return numbers[0], numbers[1], numbers[half], numbers[half + 1]


def boxes_meet(a, b):
    if a[1] > b[3] or b[1] > a[3]:
        return False
    return any(w1 <= e2 and w2 <= e1 for w1, e1 in lon_spans(a[0], a[2]) for w2, e2 in lon_spans(b[0], b[2]))


def positions(geometry):
    """All positions of a GeoJSON geometry."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from positions(part)
        return
    stack = [geometry["coordinates"]]
    while stack:
        top = stack.pop()
        if top and isinstance(top[0], (int, float)):
            yield top[0], top[1]
        else:
            stack.extend(top)


def geometry_box(geometry):
    lons, lats = zip(*positions(geometry))
    return min(lons), min(lats), max(lons), max(lats)


def meets_geometry(item, geometry):
    """By boxes: exact for what tests ask, points and rectangles."""
    return boxes_meet(box_of(item["bbox"]), geometry_box(geometry))


# ---- query and CQL2

def value_at(item, name):
    if name in ("id", "collection"):
        return item.get(name)
    if name == "datetime":
        return item["properties"].get("datetime")
    return item["properties"].get(name.removeprefix("properties."))


QUERY = {
    "eq": lambda a, b: a == b, "neq": lambda a, b: a != b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "in": lambda a, b: a in b, "contains": lambda a, b: b in a,
    "startsWith": lambda a, b: a.startswith(b), "endsWith": lambda a, b: a.endswith(b)}


def meets_query(item, query):
    for name, conditions in query.items():
        value = value_at(item, name)
        for operator, wanted in conditions.items():
            if operator not in QUERY:
                raise HTTPException(400, f"unknown operator {operator}")
            if value is None or not QUERY[operator](value, wanted):
                return False
    return True


def operand(item, argument):
    if isinstance(argument, dict) and "property" in argument:
        value = value_at(item, argument["property"])
        return instant(value) if argument["property"].endswith("datetime") and value else value
    if isinstance(argument, dict) and "timestamp" in argument:
        return instant(argument["timestamp"])
    return argument


def like(text, pattern):
    parts = [".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern]
    return re.fullmatch("".join(parts), text) is not None


COMPARE = {"=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
           ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "like": like}


def meets_filter(item, expression):
    operator, arguments = expression["op"].lower(), expression["args"]
    if operator == "and":
        return all(meets_filter(item, part) for part in arguments)
    if operator == "or":
        return any(meets_filter(item, part) for part in arguments)
    if operator == "not":
        return not meets_filter(item, arguments[0])
    if operator == "isnull":
        return operand(item, arguments[0]) is None
    if operator == "s_intersects":
        return meets_geometry(item, arguments[1])
    if operator == "in":
        return operand(item, arguments[0]) in arguments[1]
    if operator == "between":
        value = operand(item, arguments[0])
        return value is not None and arguments[1] <= value <= arguments[2]
    if operator not in COMPARE:
        raise HTTPException(400, f"unknown operator {operator}")
    left, right = (operand(item, argument) for argument in arguments)
    return left is not None and right is not None and COMPARE[operator](left, right)


# ---- sorting and trimming

def at_path(item, path):
    value = item
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def sorted_items(items, sortby):
    for entry in reversed(sortby):
        field = entry["field"] if at_path(items[0], entry["field"]) is not None else "properties." + entry["field"]
        items = sorted(items, key=lambda item: at_path(item, field), reverse=entry.get("direction") == "desc")
    return items


def trimmed(item, fields):
    include, exclude = set(fields.get("include") or []), set(fields.get("exclude") or [])
    kept = {}
    for key, value in item.items():
        below = {name.split(".", 1)[1] for name in include if name.startswith(key + ".")}
        if include and key not in include and not below:
            continue
        dropped = {name.split(".", 1)[1] for name in exclude if name.startswith(key + ".")}
        if key in exclude:
            continue
        if isinstance(value, dict) and ((below and key not in include) or dropped):
            value = {k: v for k, v in value.items() if (not below or key in include or k in below) and k not in dropped}
        kept[key] = value
    return kept


# ---- the search

def matching(items, terms):
    if "bbox" in terms and "intersects" in terms:
        raise HTTPException(400, "bbox and intersects")
    found = []
    for item in items:
        if terms.get("ids") and item["id"] not in terms["ids"]:
            continue
        if terms.get("collections") and item.get("collection") not in terms["collections"]:
            continue
        if terms.get("bbox") and not boxes_meet(box_of(item["bbox"]), box_of(terms["bbox"])):
            continue
        if terms.get("intersects") and not meets_geometry(item, terms["intersects"]):
            continue
        if terms.get("datetime") and not meets_time(item, terms["datetime"]):
            continue
        if terms.get("query") and not meets_query(item, terms["query"]):
            continue
        if terms.get("filter") and not meets_filter(item, terms["filter"]):
            continue
        found.append(item)
    return sorted_items(found, terms["sortby"]) if terms.get("sortby") and found else found


def sort_entries(text):
    return [{"field": part.lstrip("+-"), "direction": "desc" if part.startswith("-") else "asc"}
            for part in text.split(",")]


def terms_of_query(query):
    """The terms of a GET request as a POST body would hold them."""
    terms = dict(query)
    for key in ("collections", "ids"):
        if key in terms:
            terms[key] = terms[key].split(",")
    if "bbox" in terms:
        terms["bbox"] = [float(number) for number in terms["bbox"].split(",")]
    for key in ("intersects", "query", "filter"):
        if key in terms:
            terms[key] = json.loads(terms[key])
    if "sortby" in terms:
        terms["sortby"] = sort_entries(terms["sortby"])
    if "fields" in terms:
        names = terms["fields"].split(",")
        terms["fields"] = {"include": [n.lstrip("+") for n in names if not n.startswith("-")],
                           "exclude": [n[1:] for n in names if n.startswith("-")]}
    if "limit" in terms:
        terms["limit"] = int(terms["limit"])
    return terms


class StacApi:
    """The API over `items`. `paging` is one of PAGING; `methods` those that the search takes; `requests` keeps
    (method, path with query, body) of everything that was asked."""

    def __init__(self, items, paging="post-merge-false", methods=("GET", "POST"), conforms_to=None, latency_s=0.0,
                 next_origin=None, max_limit=10000):
        assert paging in PAGING, paging
        self.items, self.paging, self.methods, self.latency_s = items, paging, methods, latency_s
        self.conforms_to = ALL_CONFORMANCE if conforms_to is None else conforms_to
        self.next_origin, self.max_limit = next_origin, max_limit
        self.requests, self.url = [], None
        self.app = self.make_app()

    def collections(self):
        return sorted({item["collection"] for item in self.items if item.get("collection")})

    def landing_page(self):
        links = [{"rel": "self", "href": self.url}, {"rel": "root", "href": self.url}]
        links += [{"rel": "search", "type": "application/geo+json", "href": f"{self.url}/search", "method": method}
                  for method in self.methods]
        links += [{"rel": "child", "href": f"{self.url}/collections/{name}"} for name in self.collections()]
        return {"type": "Catalog", "stac_version": "1.0.0", "id": "tests", "description": "items for tests",
                "conformsTo": self.conforms_to, "links": links}

    def collection(self, name):
        if name not in self.collections():
            raise HTTPException(404, "no such collection")
        times = [t for item in self.items if item.get("collection") == name for t in span_of(item)]
        boxes = [box_of(item["bbox"]) for item in self.items if item.get("collection") == name]
        extent = {"spatial": {"bbox": [[min(b[0] for b in boxes), min(b[1] for b in boxes),
                                        max(b[2] for b in boxes), max(b[3] for b in boxes)]]},
                  "temporal": {"interval": [[min(times).isoformat(), max(times).isoformat()]]}}
        return {"type": "Collection", "stac_version": "1.0.0", "id": name, "description": name, "license": "other",
                "extent": extent, "links": [{"rel": "items", "href": f"{self.url}/collections/{name}/items"},
                                            {"rel": "root", "href": self.url}]}

    def next_link(self, path, terms, offset, is_post):
        """The link to the page that begins at `offset`."""
        href = f"{self.next_origin or self.url}{path}"
        link = {"rel": "next", "type": "application/geo+json"}
        if not is_post or self.paging in ("get-token", "get-relative"):
            query = "&".join(f"{key}={json.dumps(value) if isinstance(value, dict) else value}"
                             for key, value in self.query_of(terms, offset).items())
            base = path.rsplit("/", 1)[1] if self.paging == "get-relative" else href
            return {**link, "method": "GET", "href": f"{base}?{query}".replace(" ", "%20").replace('"', "%22")}
        link |= {"method": "POST", "href": href}
        whole = {**terms, "token": f"at:{offset}"}
        if self.paging == "post-merge-false":
            return {**link, "merge": False, "body": whole}
        if self.paging == "post-plain":
            return {**link, "body": whole}
        if self.paging == "post-token":
            return {**link, "body": {"token": f"at:{offset}"}}
        if self.paging == "post-headers":
            return {**link, "merge": True, "headers": {"X-Page": f"at:{offset}"}}
        return {**link, "merge": True, "body": {"token": f"at:{offset}"}}

    @staticmethod
    def query_of(terms, offset):
        query = dict(terms)
        for key in ("collections", "ids", "bbox"):
            if key in query:
                query[key] = ",".join(str(value) for value in query[key])
        if "sortby" in query:
            query["sortby"] = ",".join(("-" if entry.get("direction") == "desc" else "%2B") + entry["field"]
                                       for entry in query["sortby"])
        if "fields" in query:
            fields = query["fields"]
            query["fields"] = ",".join([*fields.get("include", []), *("-" + n for n in fields.get("exclude", []))])
        return {**query, "token": f"at:{offset}"}

    def page(self, path, terms, is_post, headers):
        token = headers.get("x-page") if self.paging == "post-headers" and is_post else None
        token = token or terms.pop("token", None)
        offset = int(token.removeprefix("at:")) if token else 0
        limit = min(terms.get("limit", 10), self.max_limit)
        found = matching(self.items, terms)
        features = found[offset:offset + limit]
        links = [{"rel": "root", "href": self.url}]
        if offset + limit < len(found):
            links.append(self.next_link(path, terms, offset + limit, is_post))
        if terms.get("fields"):
            features = [trimmed(item, terms["fields"]) for item in features]
        return {"type": "FeatureCollection", "features": features, "links": links, "numberMatched": len(found),
                "numberReturned": len(features)}

    def make_app(self):
        app = FastAPI()

        @app.middleware("http")
        async def keep(request: Request, call_next):
            body = await request.body()
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            self.requests.append((request.method, path, json.loads(body) if body else None))

            async def receive():
                return {"type": "http.request", "body": body, "more_body": False}
            request._receive = receive
            return await call_next(request)

        @app.get("/v1")
        @app.get("/v1/")
        def landing():
            return self.landing_page()

        @app.get("/v1/collections/{name}")
        def collection(name: str):
            return self.collection(name)

        @app.get("/v1/collections/{name}/items")
        def items(name: str, request: Request):
            self.collection(name)
            terms = {**terms_of_query(request.query_params), "collections": [name]}
            return JSONResponse(self.page(f"/collections/{name}/items", terms, False, request.headers))

        if "GET" in self.methods:
            @app.get("/v1/search")
            def search_by_get(request: Request):
                return self.answer(terms_of_query(request.query_params), False, request.headers)
        if "POST" in self.methods:
            @app.post("/v1/search")
            def search_by_post(terms: dict, request: Request):
                return self.answer(terms, True, request.headers)
        return app

    def answer(self, terms, is_post, headers):
        time.sleep(self.latency_s)
        return JSONResponse(self.page("/search", terms, is_post, headers))

    def searches(self):
        return [request for request in self.requests if "/search" in request[1]]


@contextlib.contextmanager
def serve(items, **how):
    """The API on loopback while the context lasts; api.url is its root."""
    api = StacApi(items, **how)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    api.url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    server = uvicorn.Server(uvicorn.Config(api.app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the test API does not start"
        time.sleep(0.01)
    try:
        yield api
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
