"""How an HTML annex behaves on a slow phone: `python tools/bench_web.py outputs/2021-06/partenaires/*.html`.

Opens each file in the system's Chromium at 360 x 640 with the network cut and the processor slowed six times
(DevTools), and prints its size, the time to the first painted areas and to the finished page, and the frames a
second while the map is dragged. Exit 1 where a limit is broken (limits: issue of the HTML maps).
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import time
from pathlib import Path
from typing import Any

PAINT_LIMIT = 1500
FRAMES_LIMIT = 30
SIZE_LIMITS = {"annexe-6": 700_000}
SIZE_LIMIT = 450_000
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
    page.wait_for_function("window.peinte && document.documentElement.hasAttribute('data-pret')")
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
    print(f"{'fichier':34} {'ko':>5} {'peinte ms':>10} {'prête ms':>9} {'images/s':>9} {'au pire':>8}")
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
                context.close()
            median = {key: sorted(run[key] for run in runs)[len(runs) // 2] for key in runs[0]}
            limit = next((v for k, v in SIZE_LIMITS.items() if file.name.startswith(k)), SIZE_LIMIT)
            bad = (
                median["size"] > limit
                or median.get("paint", 0) > PAINT_LIMIT
                or median.get("frames", FRAMES_LIMIT) < FRAMES_LIMIT
            )
            broken += bad
            values = [median.get(key) for key in ("paint", "ready", "frames", "slowest")]
            cells = "".join(
                f"{'–' if v is None else round(v):>{w}} " for v, w in zip(values, (10, 9, 9, 8), strict=True)
            )
            print(f"{file.name:34} {median['size'] / 1000:>5.0f} {cells}{'  HORS LIMITE' if bad else ''}")
        browser.close()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
