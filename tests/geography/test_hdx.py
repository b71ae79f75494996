"""HDX against a real HTTP server on loopback that answers as CKAN's package_show and serves the zip."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.files import sha256
from pipeline.geography import build
from pipeline.geography import sources as hdx
from tests.geography.test_sources import pin
from tests.helpers import codab

NAME = "mli_adm_ab_shp_20211220.zip"


@dataclass
class Site:
    """The make-believe HDX: what it serves, how it behaves, what it was asked."""

    archive: bytes
    url: str = ""
    behaviour: str = "ok"
    resources: list[dict] | None = None
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


def handler(site: Site) -> type[BaseHTTPRequestHandler]:  # noqa: C901 (a class of small methods)
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            site.asked.append(self.path)
            if urlsplit(self.path).path == "/api/3/action/package_show":
                self.package()
            else:
                self.file()

        def package(self) -> None:
            if site.behaviour == "slow answer":
                site.closing.wait(20)
            if site.behaviour == "no such package":
                return self.answer(404, b'{"success": false}', "application/json")
            if site.behaviour == "portal page":
                return self.answer(200, b"<html>Connectez-vous au wifi</html>", "text/html")
            assert parse_qs(urlsplit(self.path).query) == {"id": ["cod-ab-mli"]}
            listed = site.resources
            if listed is None:
                listed = [
                    {"name": "mli_admgz.xlsx", "format": "XLSX", "url": f"{site.url}/mli_admgz.xlsx"},
                    {"name": NAME, "format": "SHP", "url": f"{site.url}/download/{NAME}"},
                ]
            content = {"success": True, "result": {"name": "cod-ab-mli", "resources": listed}}
            self.answer(200, json.dumps(content).encode(), "application/json")

        def file(self) -> None:
            whole = site.archive
            if site.behaviour == "missing file":
                self.answer(404, b"not found", "text/plain")
            elif site.behaviour == "truncated":
                self.answer(200, whole[: len(whole) // 2], "application/zip", length=len(whole))
            elif site.behaviour == "short":  # half the file, and a length that says it is all
                self.answer(200, whole[: len(whole) // 2], "application/zip")
            elif site.behaviour == "other edition":
                self.answer(200, whole + b"\0", "application/zip")
            elif site.behaviour == "html":
                self.answer(200, b"<!doctype html><html>maintenance</html>", "text/html; charset=utf-8")
            elif site.behaviour == "stalled file":
                self.answer(200, whole[:100], "application/zip", length=len(whole), wait=True)
            elif site.behaviour == "dripping file":
                self.drip(whole)
            elif site.behaviour == "chunked file":
                self.chunks(whole)
            else:
                self.answer(200, whole, "application/zip")

        def answer(self, status: int, body: bytes, kind: str, length: int = -1, wait: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length if length >= 0 else len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            if wait:
                site.closing.wait(20)

        def drip(self, body: bytes) -> None:
            """Never silent long enough for the read timeout, and never done."""
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for byte in body:
                    if site.closing.wait(0.02):
                        return
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
            except OSError:
                return  # the client has given up, as it should

        def chunks(self, body: bytes) -> None:
            """No length in advance, as sites that compress on the way answer."""
            self.protocol_version = "HTTP/1.1"
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Connection", "close")
            self.end_headers()
            for start in range(0, len(body), 1000):
                piece = body[start : start + 1000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")

    return Handler


@pytest.fixture
def site(boundaries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A running site whose zip is the one that sources.toml pins; short timeouts."""
    archive = codab.codab_zip(tmp_path / NAME)
    pin(boundaries, archive)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(hdx, "CONNECT", 1.0)
    monkeypatch.setattr(hdx, "READ", 0.4)
    served = Site(archive.read_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(served))
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield served
    served.closing.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(boundaries: Path, site: Site) -> Callable:
    """Build without a mirror; returns the country and the line told of HDX."""

    def once(**options):
        lines: list[str] = []
        options.setdefault("hdx_url", site.url)
        country = build(boundaries, mirror=boundaries / "absent", say=lines.append, **options)
        return country, next(line for line in lines if "4/5" in line)

    return once


def test_found_through_package_show_verified_and_used(run, site, boundaries):
    country, line = run()
    assert country.source.kind == "hdx"
    assert country.source.sha256 == sha256(boundaries / "telechargements" / NAME)
    assert len(country.communes) == 12
    assert line.startswith("Limites 4/5, HDX : utilisé, mli_adm_ab_shp_20211220.zip")
    assert site.asked == ["/api/3/action/package_show?id=cod-ab-mli", f"/download/{NAME}"]


def test_what_was_fetched_once_needs_no_network_again(run, site):
    run()
    site.asked.clear()
    country, _ = run(offline=True)
    assert country.source.kind == "hdx"
    assert site.asked == []


def test_address_from_the_environment(run, site, monkeypatch):
    monkeypatch.setenv("HDX_URL", site.url + "/")
    country, _ = run(hdx_url=None)
    assert country.source.kind == "hdx"


def test_a_file_without_announced_length(run, site):
    site.behaviour = "chunked file"
    country, _ = run()
    assert country.source.kind == "hdx"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("slow answer", "pas de réponse à temps"),
        ("no such package", "réponse 404"),
        ("portal page", "n'est pas celle de CKAN"),
        ("missing file", "réponse 404"),
        ("truncated", "téléchargement interrompu"),
        ("short", "empreinte"),
        ("other edition", "empreinte"),
        ("html", "une page web au lieu du fichier"),
        ("stalled file", "pas de réponse à temps"),
    ],
)
def test_whatever_fails_is_told_and_leaves_nothing(behaviour, words, run, site, boundaries):
    site.behaviour = behaviour
    country, line = run()
    assert country.source.approximate
    assert line.startswith("Limites 4/5, HDX : écarté")
    assert words in line
    assert "BOUNDARIES=" in line
    assert "\n" not in line
    assert not list(boundaries.rglob("*.zip"))
    folder = boundaries / "telechargements"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_download_that_never_ends_is_given_up(run, site, monkeypatch, boundaries):
    monkeypatch.setattr(hdx, "TOTAL", 0.5)
    site.behaviour = "dripping file"
    country, line = run()
    assert country.source.approximate
    assert "pas de réponse à temps" in line
    assert not list(boundaries.rglob("*.zip"))


def test_a_resource_that_is_gone_lists_those_there(run, site):
    site.resources = [{"name": "mli_adm_ab_2025.gdb.zip", "url": f"{site.url}/x.zip"}]
    country, line = run()
    assert country.source.approximate
    assert "n'a pas de ressource mli_adm_ab_shp_20211220.zip" in line
    assert "mli_adm_ab_2025.gdb.zip" in line


@pytest.mark.parametrize("resources", [[None], "none", [{"name": None, "url": None}], [{}]])
def test_odd_answers_are_no_crash(resources, run, site):
    site.resources = resources
    country, line = run()
    assert country.source.approximate
    assert "écarté" in line


def test_only_web_addresses_are_followed(run, site, tmp_path):
    site.resources = [{"name": NAME, "url": (tmp_path / NAME).as_uri()}]
    country, _ = run()
    assert country.source.approximate


def test_no_server_at_all(run):
    country, line = run(hdx_url="http://127.0.0.1:9")
    assert country.source.approximate
    assert "connexion impossible" in line


def test_a_spoilt_cache_is_fetched_again(run, site, boundaries):
    run()
    path = boundaries / "telechargements" / NAME
    path.write_bytes(path.read_bytes()[:500])
    country, _ = run()
    assert country.source.kind == "hdx"
    assert path.read_bytes() == site.archive
    path.write_bytes(b"spoilt")
    site.behaviour = "other edition"
    country, _ = run()
    assert country.source.approximate
    assert not path.exists()
