# SPDX-License-Identifier: MIT
"""Servers of files on loopback, started by tests: nginx with an access log, and what of a GeoTIFF was asked of it.

Knows nothing of the driver. What is not installed skips with the package's name.
"""
import json
import os
import shutil
import socket
import subprocess
import time
from collections import namedtuple
from pathlib import Path

import pytest

Access = namedtuple("Access", "method path status bytes first last protocol")

CONFIGURATION = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  log_format plain escape=json '{{"method":"$request_method","path":"$uri","status":"$status","bytes":"$body_bytes_sent","range":"$http_range","protocol":"$server_protocol"}}';
  access_log {folder}/access.log plain;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port} {secure}; location / {{ root "{root}"; autoindex on; }} }}
}}
"""


def plain_environment():
    """That of a program which is none of ours: what a sanitizer preloads is not for it."""
    return {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process, log, seconds=20):
    """Until something answers at the port; fails with the log when the process ends instead."""
    for _ in range(seconds * 20):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, Path(log).read_text() if Path(log).is_file() else "the server ended"
        time.sleep(0.05)
    raise AssertionError(f"nothing answers at port {port}")


def _own_user():
    """Root's workers would be another user's, who may not read folders of tests."""
    return "user root;" if os.geteuid() == 0 else ""


class Nginx:
    """nginx serving `root` while it is used as a context; with the files of a `certificate` and its key over TLS and HTTP/2."""

    def __init__(self, root, folder, certificate=None):
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if not program:
            pytest.skip("nginx is not installed (Debian: nginx-light)")
        self.folder, self.port = Path(folder), free_port()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}"
        secure = "ssl http2; ssl_certificate {}; ssl_certificate_key {}".format(*certificate) if certificate else ""
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(user=_own_user(), folder=folder, root=root, port=self.port,
                                                                      secure=secure))
        self._command = [program, "-p", str(folder), "-e", str(self.folder / "error.log"), "-c", str(self.folder / "nginx.conf")]

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env=plain_environment())
        wait_for(self.port, self._process, self.folder / "error.log")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=20)

    def accesses(self):
        """What was asked so far, once the log is quiet."""
        log, size = self.folder / "access.log", -1
        while size != (size := log.stat().st_size):
            time.sleep(0.1)
        return [_access(json.loads(line)) for line in log.read_text().splitlines()]

    def forget(self):
        """The next accesses() begin here."""
        self.accesses()
        (self.folder / "access.log").write_text("")


def _access(line):
    first = last = None
    if line["range"]:
        first, last = (int(end) for end in line["range"].split("=")[1].split("-"))
    return Access(line["method"], line["path"], int(line["status"]), int(line["bytes"]), first, last, line["protocol"])


def tiles_of(path):
    """Where the tiles of the full-resolution image of a GeoTIFF lie in the file: {(column, row): (offset, bytes)}, from its
    TIFF tags."""
    import struct
    data = Path(path).read_bytes()
    order = "<" if data[:2] == b"II" else ">"
    assert struct.unpack(order + "H", data[2:4])[0] == 42, "classic TIFF only"
    at = struct.unpack(order + "I", data[4:8])[0]
    tags = {}
    for k in range(struct.unpack(order + "H", data[at:at + 2])[0]):
        entry = data[at + 2 + 12 * k:at + 14 + 12 * k]
        tag, kind, count = struct.unpack(order + "HHI", entry[:8])
        letter, size = {3: ("H", 2), 4: ("I", 4)}.get(kind, (None, 0))
        if letter:
            where = entry[8:] if count * size <= 4 else data[struct.unpack(order + "I", entry[8:])[0]:]
            tags[tag] = struct.unpack(order + letter * count, where[:count * size])
    width, tile = tags[256][0], tags[322][0]
    across = -(-width // tile)
    return {(k % across, k // across): place for k, place in enumerate(zip(tags[324], tags[325]))}
