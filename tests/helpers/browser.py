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
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"),
    # One process for all pages: a new one for each costs a tenth of the tests' time, and none shows another's page.
    *("--disable-site-isolation-trials", "--renderer-process-limit=1"),
]


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
        self._cut, self._dark, self._session = True, False, None
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

    def become(self, size: dict[str, int], cut: bool, dark: bool, still: bool) -> None:
        """The window that a test asks for, whatever it was for the last."""
        self.errors, self.requests = [], []
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        if self._cut != cut:
            self.page.context.set_offline(cut)
        if self._dark != dark:
            self._session = self._session or self.page.context.new_cdp_session(self.page)
            self._session.send("Emulation.setAutoDarkModeOverride", {"enabled": True} if dark else {})
        self.page.emulate_media(reduced_motion="reduce" if still else "no-preference")
        self._cut, self._dark = cut, dark

    def clear(self) -> None:
        """The page alone, on screen, the pointer outside. What it shows goes when the next is opened: an empty page
        between two costs a fifth of an opening."""
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        self.page.emulate_media(media="null", forced_colors="null")
        self.page.mouse.move(-1, -1)


Open = Callable[..., Opened]


Windows = list[tuple[tuple[bool, bool], Opened]]


@pytest.fixture(scope="session")
def windows() -> Windows:
    """Windows that no test uses now, and whether they are a phone's and run scripts. A new one costs three times what
    a page does, and some 80 MB."""
    return []


@pytest.fixture(scope="module")
def windows_at_rest(windows: Windows) -> Iterator[Windows]:
    """The same, with nothing left open in them once a module is done."""
    yield windows
    for _, found in windows:
        found.page.goto("about:blank")


@pytest.fixture
def open_page(browser: Any, windows_at_rest: Windows) -> Iterator[Open]:
    """open_page(path, width, height): the page, ready for use. Phones (under 600 px) have touch.

    cut: no network. script: whether the page's scripts may run. dark: Chromium darkens the page by itself. still: the
    reader wants no motion. One test's window is another's after it, cleared: what it kept (there is nothing that our
    pages keep) would be there.
    """
    used: Windows = []
    windows = windows_at_rest

    def window(phone: bool, script: bool, size: dict[str, int]) -> Opened:
        context = browser.new_context(
            viewport=size,
            offline=True,
            has_touch=phone,
            is_mobile=phone,
            locale="fr-FR",
            java_script_enabled=script,
        )
        # Long, for a loaded machine: a condition that holds is not waited for any longer.
        context.set_default_timeout(60_000)
        return Opened(context)

    def opened(
        path: Path,
        width: int = 1280,
        height: int = 900,
        cut: bool = True,
        script: bool = True,
        dark: bool = False,
        still: bool = False,
    ) -> Opened:
        key, size = (width < 600, script), {"width": width, "height": height}
        free = next((at for at, (other, _) in enumerate(windows) if other == key), None)
        found = window(*key, size) if free is None else windows.pop(free)[1]
        used.append((key, found))
        found.become(size, cut, dark, still)
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


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots go (git-ignored)."""
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS
