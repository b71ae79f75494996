"""How an HTML annex behaves on a slow phone: `python -m tools.bench_web outputs/2021-06/partenaires/*.html`.

Opens each file in the system's Chromium at 360 x 640 with the network cut and the processor slowed six times
(DevTools), and prints its size, the time to the first painted areas and to the finished page, and the frames a
second while the map is dragged; for a list, the longest of a sort, a filter and a search. Without files, those
of the latest month are made first, the list as `interne` sees it (every row).

"calcul" is processor time of the page's own thread, slowed: until the areas are drawn, and for one frame of the
drag (of a list: for one act, on the mean). Other programs do not lengthen it: on a busy machine it is what the
limits are held against, instead of the times that are printed beside it. Exit 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PAINT_LIMIT = 1500
FRAMES_LIMIT = 30
SIZE_LIMITS = {"annexe-6": 700_000}
SIZE_LIMIT = 520_000
LIST_LIMIT = 300
"""Milliseconds between a touch and the list that answers it: under a third of a second nobody waits."""
HEADS = ("ko", "peinte ms", "prête ms", "images/s", "au pire", "calcul ms", "calcul/im.", "liste ms")
KEYS = ("size", "paint", "ready", "frames", "slowest", "compute", "frame", "list")
WIDTHS = (5, 10, 9, 9, 8, 10, 11, 9)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The task after the frame that follows the drawing: its pixels are on their way to the screen.
WATCH = """
const marked = performance.mark;
performance.mark = function (name) {
  if (name === "carte-peinte") requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { window.peinte = performance.now(); };
    after.port2.postMessage(0);
  });
  return marked.apply(performance, arguments);
};
"""
COUNT = """
window.images = []; window.compter = true;
(function image(t) { images.push(t); if (compter) requestAnimationFrame(image); })(performance.now());
"""


def measure(page: Any, file: Path, slowdown: float) -> dict[str, float]:
    """Times in milliseconds, frames a second (mean, and of the slowest tenth), size in bytes."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(file.as_uri())
    found: dict[str, float] = {"size": file.stat().st_size}
    if page.query_selector("#carte") is None:
        page.wait_for_selector("html[data-pret], body:not(.liste)", state="attached")
        if page.query_selector("body.liste"):
            before = thread_time(session)
            found["list"], acts = slowest_answer(page)
            found["frame"] = 1000 * (thread_time(session) - before) / acts
        return found
    page.wait_for_selector("html[data-pret]", state="attached")
    while not page.evaluate("window.peinte"):
        page.wait_for_timeout(20)
    found["paint"] = page.evaluate("window.peinte")
    found["ready"] = page.evaluate("performance.getEntriesByName('page-prete')[0].startTime")
    page.wait_for_timeout(500)
    box = page.locator("#carte").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    before = thread_time(session)
    page.evaluate(COUNT)
    started = time.monotonic()
    step = 0
    while time.monotonic() - started < 2:
        step += 1
        page.mouse.move(x + 60 * ((step % 20) / 10 - 1), y + 2 * (step % 30))
    frames = page.evaluate("(window.compter = false, window.images)")
    spent = thread_time(session) - before
    page.mouse.up()
    gaps = sorted(b - a for a, b in itertools.pairwise(frames))
    if gaps:
        found["frames"] = 1000 * len(gaps) / sum(gaps)
        found["slowest"] = 1000 / gaps[int(0.9 * len(gaps))]
        # The slowing itself runs on that thread: its time is in the figure.
        found["frame"] = 1000 * spent / len(gaps)
    return found


def thread_time(session: Any) -> float:
    """Seconds of processor time that the page's main thread has spent in tasks."""
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    found = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in found if metric["name"] == "TaskDuration")


def slowest_answer(page: Any) -> tuple[float, int]:
    """The longest time, in milliseconds of the page, between an act on the list and the frame that shows it;
    how many acts."""
    longest, acts = page.evaluate(
        """async () => {
      const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
      const acts = [...document.querySelectorAll("thead button")].flatMap(b => [() => b.click(), () => b.click()]);
      document.querySelectorAll("#tableau-filtres select").forEach(box => [1, 0].forEach(i => acts.push(() => {
        box.selectedIndex = i;
        box.dispatchEvent(new Event("change"));
      })));
      const words = document.getElementById("tableau-cherche"), state = document.getElementById("tableau-etat");
      let longest = 0;
      for (const act of acts) {
        const start = performance.now();
        act();
        await frame();
        longest = Math.max(longest, performance.now() - start);
      }
      for (const text of ["m", "mo", "mopti", "mopti vol", ""]) {
        const before = state.textContent, start = performance.now();
        words.value = text;
        words.dispatchEvent(new Event("input"));
        while (state.textContent === before && performance.now() - start < 2000) await frame();
        longest = Math.max(longest, performance.now() - start);
      }
      return [longest, acts.length + 5]; }"""
    )
    return longest, acts


def compute(page: Any, file: Path) -> float:
    """Milliseconds of processor time that the page's main thread spends until the areas are drawn."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda data: ended.append(True))
    session.send(
        "Tracing.start", {"categories": "toplevel,blink.user_timing", "transferMode": "ReportEvents"}
    )
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-pret]", state="attached")
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    mark = next((event for event in events if event["name"] == "carte-peinte"), None)
    if mark is None:
        return 0.0
    thread = [event for event in events if (event["pid"], event.get("tid")) == (mark["pid"], mark["tid"])]
    return (mark["tts"] - min(event["tts"] for event in thread if event.get("tts"))) / 1000


def made(folder: Path) -> list[Path]:
    """The pages of the latest month, made through `make` into `folder`."""
    for arguments in (["all"], ["annex-4", "AUDIENCE=interne"]):
        subprocess.run(["make", *arguments, f"OUTPUTS={folder}"], check=True, stdout=subprocess.DEVNULL)
    pages = sorted(folder.glob("20*/partenaires/annexe-*.html"))
    return [page for page in pages if "annexe-4" not in page.name] + sorted(folder.glob("20*/interne/*.html"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="those of the latest month where none is named")
    parser.add_argument("--slowdown", type=float, default=6)
    parser.add_argument("--repeat", type=int, default=5, help="the median counts")
    options = parser.parse_args()
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        print("aucun Chromium trouvé : rien n'est mesuré", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        return report(options.files or made(Path(folder)), program, options.slowdown, options.repeat)


def report(files: list[Path], program: str, slowdown: float, repeat: int) -> int:
    """Print the table; 1 where a limit is broken."""
    from playwright.sync_api import sync_playwright

    broken = 0
    busy = os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    print(f"charge de la machine : {os.getloadavg()[0]:.1f} pour {os.cpu_count()} processeurs")
    print(f"{'fichier':34}", *(f"{head:>{width}}" for head, width in zip(HEADS, WIDTHS, strict=True)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        # A browser that has just started is still busy with itself.
        settled = browser.new_page()
        settled.wait_for_timeout(4000)
        for file in files:
            runs = []
            for _ in range(repeat):
                context = browser.new_context(
                    viewport={"width": 360, "height": 640}, device_scale_factor=2, offline=True
                )
                page = context.new_page()
                page.add_init_script(WATCH)
                runs.append(measure(page, file.resolve(), slowdown))
                if "paint" in runs[-1]:
                    runs[-1]["compute"] = slowdown * compute(context.new_page(), file.resolve())
                context.close()
            median = {key: sorted(run[key] for run in runs)[len(runs) // 2] for key in runs[0]}
            limit = next((v for k, v in SIZE_LIMITS.items() if file.name.startswith(k)), SIZE_LIMIT)
            bad = (
                median["size"] > limit
                or median.get("compute" if busy else "paint", 0) > PAINT_LIMIT
                or (busy and "frames" in median and median["frame"] > 1000 / FRAMES_LIMIT)
                or (not busy and median.get("frames", FRAMES_LIMIT) < FRAMES_LIMIT)
                or median.get("frame" if busy and "list" in median else "list", 0) > LIST_LIMIT
            )
            broken += bad
            median["size"] /= 1000
            values = [median.get(key) for key in KEYS]
            cells = [
                f"{'–' if value is None else round(value):>{width}}"
                for value, width in zip(values, WIDTHS, strict=True)
            ]
            print(f"{file.name:34}", *cells, "HORS LIMITE" if bad else "")
        browser.close()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
