"""The maps that README.md and LISEZMOI.md show: `.venv/bin/python -m tools.pictures` draws them anew.

Annexes of the latest month in inputs/ on approximate limits, for partners, smaller and in few colours, into docs/. A
picture of real boundaries would be made from data that this repository does not hold.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from PIL import Image

from pipeline import palette as house

FOLDER = Path("docs")
WIDTH = 900
EXACT, GREYS, BETWEEN = 72, 18, 38
"""Colours of a picture: those of the house's palette and the commonest as they are, a ramp of neutral greys for letters and
fine lines, which would else turn pink or green, and what lies between."""
PRODUCED_ON = "2021-07-12"
"""A date of its own: pictures change when the maps do, and not with the day."""
LARGEST = 150_000


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture in a palette that keeps the colours of the classes exact and greys neutral."""
    pixels = picture.getcolors(picture.width * picture.height) or []
    there = [colour for _, colour in sorted(pixels, key=lambda one: (-one[0], one[1]))]
    named = re.findall(r"#([0-9a-f]{6})\b", Path(house.__file__).read_text("utf-8"))
    ours = {tuple(bytes.fromhex(text)) for text in named} & set(there)
    common = [*sorted(ours), *(colour for colour in there if colour not in ours)]
    ramp = [(level, level, level) for level in (round(255 * at / (GREYS - 1)) for at in range(GREYS))]
    rest = picture.quantize(BETWEEN, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    between = [tuple(rest[at : at + 3]) for at in range(0, 3 * BETWEEN, 3)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for colour in (*common[:EXACT], *ramp, *between) for level in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> int:
    """Write the pictures and print their sizes; 1 where one is too large for a page that is read on a phone."""
    from pipeline import sheet
    from pipeline.french import Month
    from pipeline.geography.store import approximate_country
    from pipeline.month_data import read_month
    from pipeline.runner import Order, specify, stage_of

    country = approximate_country()
    latest = max(path.name for path in Path("inputs").glob("20[0-9][0-9]-[01][0-9]"))
    order = Order(Month.parse(latest), "partenaires", Path("inputs"), Path(), Path(), PRODUCED_ON, ())
    data = read_month(order.inputs, order.month, country)
    shared = sheet.prepare(country)
    too_large = 0
    with tempfile.TemporaryDirectory() as folder:
        for annex in specify(stage_of(order, data, country)):
            if annex.number == 4:
                continue
            drawn = sheet.draw(annex, country, Path(folder), shared=shared)
            page = Image.open(drawn.paths[0]).convert("RGB")
            small = page.resize((WIDTH, round(WIDTH * page.height / page.width)), Image.Resampling.LANCZOS)
            path = FOLDER / f"annexe-{annex.number}.png"
            few_colours(small).save(path, optimize=True)
            print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
            too_large += path.stat().st_size > LARGEST
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
