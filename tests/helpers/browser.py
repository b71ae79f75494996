"""The browser, once a session, and windows of it with the network cut, in which test after test opens its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium. Where there is none the test is skipped, but fails in continuous integration."""
    from playwright.sync_api import sync_playwright

    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        message = f"no browser found: install one of {', '.join(PROGRAMS)}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


class Opened:
    """A page with what went wrong in it: console errors, exceptions, requests other than the file itself."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._size = self.page.viewport_size
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "dialog", lambda dialog: (self.errors.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        context.route("**/*", self._route)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _route(self, route: Any) -> None:
        """Lets files of this machine through and nothing else."""
        if route.request.url.startswith(("file:", "data:", "about:")):
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    @property
    def clean(self) -> list[str]:
        """Everything that should not be: empty on a good page."""
        return self.errors + self.requests

    def clear(self) -> None:
        """As new: nothing open, at the size it had, the pointer outside, nothing gone wrong."""
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        self.page.goto("about:blank")
        self.page.emulate_media(media="null")
        if self.page.viewport_size != self._size:
            self.page.set_viewport_size(self._size)
        self.page.mouse.move(-1, -1)
        self.errors, self.requests = [], []


Open = Callable[..., Opened]


Windows = list[tuple[tuple[object, ...], Opened]]
MOST = 5
"""Windows kept, each some 80 MB."""


@pytest.fixture(scope="session")
def windows() -> Windows:
    """Windows that no test uses now, with what they were opened with, the last used last. A new one costs three times
    what a page does."""
    return []


@pytest.fixture
def open_page(browser: Any, windows: Windows) -> Iterator[Open]:
    """open_page(path, width, height): the page, ready for use. Phones (under 600 px) have touch.

    script: whether the page's scripts may run. dark: Chromium darkens the page by itself. still: the reader wants no
    motion. One test's window is another's after it, cleared: what it kept (there is nothing that our pages keep) would
    be there.
    """
    used: Windows = []

    def window(width: int, height: int, cut: bool, script: bool, dark: bool, still: bool) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            offline=cut,
            has_touch=width < 600,
            is_mobile=width < 600,
            locale="fr-FR",
            java_script_enabled=script,
            reduced_motion="reduce" if still else "no-preference",
        )
        # Long, for a loaded machine: a condition that holds is not waited for any longer.
        context.set_default_timeout(60_000)
        found = Opened(context)
        if dark:
            session = context.new_cdp_session(found.page)
            session.send("Emulation.setAutoDarkModeOverride", {"enabled": True})
        return found

    def opened(
        path: Path,
        width: int = 1280,
        height: int = 900,
        cut: bool = True,
        script: bool = True,
        dark: bool = False,
        still: bool = False,
    ) -> Opened:
        key = (width, height, cut, script, dark, still)
        free = next((at for at, (other, _) in enumerate(windows) if other == key), None)
        found = window(*key) if free is None else windows.pop(free)[1]
        used.append((key, found))
        found.page.goto(path.as_uri())
        if script:
            found.page.wait_for_selector("html[data-pret], body:not(.avec-carte):not(.liste)")
        return found

    yield opened
    for key, found in used:
        try:
            found.clear()
            windows.append((key, found))
        except Exception:  # what a test broke is thrown away
            found.page.context.close()
    for _, found in windows[:-MOST]:
        found.page.context.close()
    del windows[:-MOST]


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots go (git-ignored)."""
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS
