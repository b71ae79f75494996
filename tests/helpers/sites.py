"""Loopback sites: one that serves public copies file by file, and one that answers as HDX does."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """What a site serves (path -> body), how it behaves, and what it was asked: (path, Range header).

    behaviour: path -> "cut" (half a file), "wrong" (other bytes), "slow" (never ends), "missing", "html", or a status.
    """

    files: dict[str, bytes]
    behaviour: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


def package(resources: list[dict[str, Any]]) -> bytes:
    """What CKAN's package_show answers."""
    return json.dumps({"success": True, "result": {"name": "cod-ab-mli", "resources": resources}}).encode()


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site, on a port of its own, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            site.asked.append((self.path, self.headers.get("Range", "")))
            how = site.behaviour.get(path, "")
            body = site.files.get(path)
            try:
                if how == "missing" or body is None:
                    self.send(404, b"not here", "text/plain")
                elif how == "html":
                    self.send(200, b"<!doctype html><html>maintenance</html>", "text/html")
                elif how == "wrong":
                    half = len(body) // 2
                    self.send(200, body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :])
                else:
                    self.part(body, how)
            except OSError:
                pass  # the client has given up, as it should

        def part(self, body: bytes, how: str) -> None:
            start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if site.ranges else None
            first = int(start[1]) if start else 0
            rest = body[first:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: len(rest) // 2] if how in ("cut", "slow") else rest)
            self.wfile.flush()
            if how == "slow":
                site.closing.wait(20)

        def send(self, status: int, body: bytes, kind: str = "application/octet-stream") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
