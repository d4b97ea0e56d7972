# SPDX-License-Identifier: MIT
"""A file server on loopback that misbehaves on request: one fault per request, chosen by a function of the test's.

Faults: an HTTP status (503, 429, 404, 403, ...), "reset" (the connection breaks before an answer), "truncated" (half of
the body, then the end), "slow" (an answer after half a second), a tuple ("redirect", URL). What was asked, with which headers,
is kept. Knows nothing of rasters.
"""
import hashlib
import socket
import struct
import threading
import time
from collections import Counter, namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Request = namedtuple("Request", "method path range headers fault")


def at_random(share, seed, faults=(503, 429, "reset", "truncated")):
    """A choice of faults for `share` of all requests, by seed, file, range and how often that was asked for: threads that
    ask in another order meet the same faults."""
    def choose(method, path, span, nth):
        digest = hashlib.sha256(f"{seed} {method} {path} {span} {nth}".encode()).digest()
        if int.from_bytes(digest[:4], "little") >= share * 2**32:
            return None
        return faults[digest[4] % len(faults)]
    return choose


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # with less, the system lets connections that come together wait for a second


class FaultProxy:
    """Serves `folder` while it is used as a context; `fault(method, path, range, nth)` names the fault of a request."""

    def __init__(self, folder, fault=lambda method, path, span, nth: None, latency_s=0.0):
        self.folder, self.fault, self.latency_s = Path(folder), fault, latency_s
        self.requests, self.under_way, self.most_under_way = [], 0, 0
        self._seen, self._lock = Counter(), threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                proxy._answer(self, body=False)

            def do_GET(self):
                proxy._answer(self, body=True)

            def log_message(self, *_):
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # clients go away as they please

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def header(self, name):
        """The values of a header over all requests; None where it was not sent."""
        return [request.headers.get(name) for request in self.requests]

    def faults(self):
        return Counter(request.fault for request in self.requests if request.fault)

    def _note(self, handler):
        path, span = handler.path.split("?")[0], handler.headers.get("Range")
        with self._lock:
            key = (handler.command, path, span)
            fault = self.fault(*key, self._seen[key])
            self._seen[key] += 1
            self.requests.append(Request(handler.command, handler.path, span, dict(handler.headers), fault))
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        return path, span, fault

    def _answer(self, handler, body):
        path, span, fault = self._note(handler)
        try:
            time.sleep(self.latency_s + (0.5 if fault == "slow" else 0))
            if fault == "reset":
                return self._reset(handler)
            if isinstance(fault, tuple):
                return self._status(handler, 302, {"Location": fault[1]})
            if isinstance(fault, int):
                return self._status(handler, fault, {"Retry-After": "1"} if fault in (429, 503) else {})
            self._send_file(handler, self.folder / path.lstrip("/"), span, body, fault == "truncated")
        finally:
            with self._lock:
                self.under_way -= 1

    @staticmethod
    def _status(handler, status, headers):
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            handler.send_header(name, value)
        handler.end_headers()

    @staticmethod
    def _reset(handler):
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True

    def _send_file(self, handler, file, span, body, truncated):
        if not file.is_file():
            return self._status(handler, 404, {})
        data, total = file.read_bytes(), file.stat().st_size
        if span:
            first, last = span.split("=")[1].split("-")
            first, last = int(first), min(int(last or total - 1), total - 1)
            data = data[first:last + 1]
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {first}-{last}/{total}")
        else:
            handler.send_response(200)
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if not body:
            return None
        if not truncated:
            return handler.wfile.write(data)
        handler.wfile.write(data[:len(data) // 2])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
        return None
