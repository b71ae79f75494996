"""The page as PDF or SVG: the same marks, text as text, no clock in the file."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.path import Path

from pipeline.sheet import fonts
from pipeline.sheet.marks import Mark, Text
from pipeline.sheet.paint import SETTINGS, figure


def encode(
    marks: Sequence[Mark],
    clips: Mapping[str, Path],
    size: tuple[float, float],
    fmt: str,
    texts: Mapping[str, str],
) -> bytes:
    """The page as "pdf" or "svg". texts: what the file says about itself (keys of a PNG's text chunks).

    An SVG carries the letters it uses, so that it looks the same where the family is not installed.
    """
    out = io.BytesIO()
    with mpl.rc_context(SETTINGS):
        # 72 dpi: a point is a pixel, and lengths in the file are points.
        figure(marks, clips, size, dpi=72).savefig(out, format=fmt, metadata=_metadata(fmt, texts))
    data = out.getvalue()
    return _with_fonts(data, marks) if fmt == "svg" else data


def _metadata(fmt: str, texts: Mapping[str, str]) -> dict[str, str | None]:
    subject = f"{texts['Description']} – {texts['Comment']}"
    if fmt == "pdf":
        return {
            "Title": texts["Title"],
            "Author": texts["Author"],
            "Subject": subject,
            "Keywords": f"{texts['Audience']} ; {texts['Source']}",
            "Creator": texts["Software"],
            "Producer": None,
            "CreationDate": None,
        }
    return {
        "Title": texts["Title"],
        "Description": subject,
        "Creator": texts["Author"],
        "Rights": texts["Audience"],
        "Source": texts["Source"],
        "Date": None,
    }


def _with_fonts(svg: bytes, marks: Sequence[Mark]) -> bytes:
    """The SVG with the used letters of each weight as fonts within it."""
    used: dict[str, set[str]] = {}
    for mark in marks:
        if isinstance(mark, Text):
            used.setdefault(mark.weight, set()).update(mark.text)
    faces = []
    for weight in sorted(used):
        number, style = fonts.css_of(weight)
        data = base64.b64encode(_subset(fonts.file_of(weight), "".join(sorted(used[weight])))).decode()
        faces.append(
            f"@font-face{{font-family:'{fonts.FAMILY}';font-weight:{number};font-style:{style};"
            f"src:url(data:font/ttf;base64,{data})}}"
        )
    style_tag = f'<style type="text/css">{"".join(faces)}</style>'.encode()
    return svg.replace(b"<defs>", b"<defs>" + style_tag, 1)


def _subset(path: str, letters: str) -> bytes:
    from fontTools import subset, ttLib

    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.drop_tables += ["FFTM"]
    font = ttLib.TTFont(path, recalcTimestamp=False)
    maker = subset.Subsetter(options)
    maker.populate(text=letters)
    maker.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
