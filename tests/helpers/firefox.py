"""Firefox where there is one, driven over its own Marionette protocol (no driver program, no network)."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PREFERENCES = {
    "network.proxy.type": 1,  # everything but files goes to a port where nobody listens
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "gfx.color_management.mode": 0,
}


class Firefox:
    """One window. Each message is its length, a colon, and [0, number, command, parameters] as JSON."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rb")
        self._connection, self._number = connection, 0
        self._receive()
        self.command("WebDriver:NewSession", capabilities={})

    def _receive(self) -> Any:
        length = b""
        while (letter := self._stream.read(1)) != b":":
            length += letter
        return json.loads(self._stream.read(int(length)))

    def command(self, name: str, **parameters: Any) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._receive()
        assert error is None, f"{name}: {error}"
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def open(self, path: Path, width: int, height: int) -> None:
        """Open a file in a window of that inner size, as near as Firefox allows."""
        self.command("WebDriver:Navigate", url=path.as_uri())
        extra = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self.command("WebDriver:SetWindowRect", width=width + extra[0], height=height + extra[1])
        self.command("WebDriver:Navigate", url=path.as_uri())

    def run(self, script: str) -> Any:
        return self.command("WebDriver:ExecuteScript", script=script, args=[])

    def type(self, selector: str, text: str) -> None:
        found = self.command("WebDriver:FindElement", using="css selector", value=selector)
        self.command("WebDriver:ElementSendKeys", id=found[ELEMENT], text=text)

    def picture(self) -> Image.Image:
        shot = self.command("WebDriver:TakeScreenshot", full=False)
        return Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")


@contextlib.contextmanager
def firefox(profile: Path, seconds: float = 90) -> Iterator[Firefox]:
    """A headless Firefox with a fresh profile; ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    preferences = PREFERENCES | {"marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines), "utf-8")
    command = [str(PROGRAM), "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + seconds
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=seconds)
                break
            except OSError:
                assert time.monotonic() < end, "Firefox does not answer"
                time.sleep(0.1)
        with connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.wait(30)
