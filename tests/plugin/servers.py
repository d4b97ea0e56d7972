# SPDX-License-Identifier: MIT
"""HTTP servers on the loopback interface that serve a folder, fail on chosen requests and keep what they were asked.

Files are served whole or by range, as GDAL reads rasters. Knows neither STAC nor the driver.
"""
import contextlib
import gzip
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


# ---- what can go wrong: each takes the handler and answers the request in its stead

def status(code, body=b"", **headers):
    """An answer of that status; names of headers with _ for -."""
    def answer(handler):
        handler.reply(code, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return answer


def redirect(location, code=302):
    return status(code, Location=location)


def reset(handler):
    """The connection is reset before anything is sent."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def truncated(handler):
    """Half of the body, then the connection ends."""
    body = handler.file_bytes() or b""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:len(body) // 2])
    handler.close_connection = True


def slow(seconds):
    """The answer, after a while."""
    def answer(handler):
        time.sleep(seconds)
        handler.serve_file()
    return answer


def compressed(handler):
    """The file as it is, packed."""
    handler.reply(200, gzip.compress(handler.file_bytes()), {"Content-Encoding": "gzip"})


def gzip_bomb(unpacked_bytes):
    """So many spaces, packed a thousand times smaller."""
    packed = gzip.compress(b" " * unpacked_bytes)

    def answer(handler):
        handler.reply(200, packed, {"Content-Encoding": "gzip", "Content-Type": "application/json"})
    return answer


class Request:
    """One request as it came: method, path with query, headers (names in lower case)."""

    def __init__(self, handler):
        self.method, self.path = handler.command, handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, code, body=b"", headers=None):
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def file_bytes(self):
        folder = self.server.owner.folder
        path = (folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        return path.read_bytes() if path.is_relative_to(folder) and path.is_file() else None

    def serve_file(self):
        body = self.file_bytes()
        if body is None:
            return self.reply(404, b"no such file", {"Content-Type": "text/plain"})
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not span or int(span[1]) >= len(body):
            return self.reply(200 if not span else 416, body if not span else b"", {"Accept-Ranges": "bytes"})
        first, last = int(span[1]), min(int(span[2] or len(body)), len(body) - 1)
        return self.reply(206, body[first:last + 1], {"Content-Range": f"bytes {first}-{last}/{len(body)}"})

    def handle_any(self):
        self.server.owner.note(Request(self))
        answer = self.server.owner.next_fault(self.path)
        (answer or Handler.serve_file)(self)

    do_GET = do_HEAD = do_POST = handle_any


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients go away on purpose


class FileServer:
    """Serves `folder`. A context manager; `url` names the root, without the final slash."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self._lock = threading.Lock()
        self._requests, self._faults = [], []
        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self._server.owner = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def note(self, request):
        with self._lock:
            self._requests.append(request)

    def next_fault(self, path):
        with self._lock:
            for pattern, answers in self._faults:
                if answers and re.search(pattern, path):
                    return answers[0] if answers[-1] is Ellipsis and len(answers) == 2 else answers.pop(0)
        return None

    def fail(self, pattern, *answers):
        """The next requests to paths with `pattern` are answered so, in order; an ellipsis at the end repeats the last."""
        with self._lock:
            self._faults.append((pattern, list(answers)))

    def asked(self, pattern=r"\.(json|stacvrt)"):
        """Requests to paths with `pattern`; by default those for documents, since GDAL probes around rasters."""
        with self._lock:
            return [request for request in self._requests if re.search(pattern, request.path)]


@contextlib.contextmanager
def serving(folder):
    server = FileServer(folder)
    try:
        yield server
    finally:
        server.close()
