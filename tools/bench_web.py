"""How an HTML annex behaves on a slow phone: `python tools/bench_web.py outputs/2021-06/partenaires/*.html`.

Opens each file in the system's Chromium at 360 x 640 with the network cut and the processor slowed six times
(DevTools), and prints its size, the time to the first painted areas and to the finished page, and the frames a
second while the map is dragged. "calcul" is the processor time that the page's thread needs to draw the areas,
times the slowdown: other programs of a busy machine do not lengthen it, and it stands for the time to first
paint where the load is high. Exit 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

PAINT_LIMIT = 1500
FRAMES_LIMIT = 30
SIZE_LIMITS = {"annexe-6": 700_000}
SIZE_LIMIT = 450_000
WIDTHS = (5, 10, 9, 9, 8, 10)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Two frames after the map was drawn, its pixels are on the screen.
WATCH = """
new PerformanceObserver(list => list.getEntriesByName("carte-peinte").forEach(() =>
  requestAnimationFrame(() => requestAnimationFrame(() => { window.peinte = performance.now(); }))
)).observe({entryTypes: ["mark"]});
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
    page.evaluate(COUNT)
    started = time.monotonic()
    step = 0
    while time.monotonic() - started < 2:
        step += 1
        page.mouse.move(x + 60 * ((step % 20) / 10 - 1), y + 2 * (step % 30))
    frames = page.evaluate("(window.compter = false, window.images)")
    page.mouse.up()
    gaps = sorted(b - a for a, b in itertools.pairwise(frames))
    if gaps:
        found["frames"] = 1000 * len(gaps) / sum(gaps)
        found["slowest"] = 1000 / gaps[int(0.9 * len(gaps))]
    return found


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--slowdown", type=float, default=6)
    parser.add_argument("--repeat", type=int, default=5, help="the median counts")
    options = parser.parse_args()
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        print("aucun Chromium trouvé : rien n'est mesuré", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    broken = 0
    busy = os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    print(f"charge de la machine : {os.getloadavg()[0]:.1f} pour {os.cpu_count()} processeurs")
    heads = zip(("ko", "peinte ms", "prête ms", "images/s", "au pire", "calcul ms"), WIDTHS, strict=True)
    print(f"{'fichier':34}", *(f"{head:>{width}}" for head, width in heads))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        # A browser that has just started is still busy with itself.
        settled = browser.new_page()
        settled.wait_for_timeout(4000)
        for file in options.files:
            runs = []
            for _ in range(options.repeat):
                context = browser.new_context(
                    viewport={"width": 360, "height": 640}, device_scale_factor=2, offline=True
                )
                page = context.new_page()
                page.add_init_script(WATCH)
                runs.append(measure(page, file.resolve(), options.slowdown))
                if "paint" in runs[-1]:
                    runs[-1]["compute"] = options.slowdown * compute(context.new_page(), file.resolve())
                context.close()
            median = {key: sorted(run[key] for run in runs)[len(runs) // 2] for key in runs[0]}
            limit = next((v for k, v in SIZE_LIMITS.items() if file.name.startswith(k)), SIZE_LIMIT)
            bad = (
                median["size"] > limit
                or median.get("compute" if busy else "paint", 0) > PAINT_LIMIT
                or median.get("frames", FRAMES_LIMIT) < FRAMES_LIMIT
            )
            broken += bad
            median["size"] /= 1000
            values = [median.get(key) for key in ("size", "paint", "ready", "frames", "slowest", "compute")]
            cells = [
                f"{'–' if value is None else round(value):>{width}}"
                for value, width in zip(values, WIDTHS, strict=True)
            ]
            print(f"{file.name:34}", *cells, "HORS LIMITE" if bad else "")
        browser.close()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
