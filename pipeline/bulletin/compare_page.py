"""The comparison of two months as one HTML file: no script, no request, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from importlib.resources import files as resources
from pathlib import Path

from pipeline import palette
from pipeline.annexes.common import ARROW_RULE
from pipeline.bulletin.compare import Comparison
from pipeline.files import write_text
from pipeline.french import day

STYLE = f"""
body{{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:{palette.INK};
background:{palette.PAPER}}}
h1,h2{{color:{palette.ACCENT};line-height:1.2}}
h2{{margin:2rem 0 .3rem;font-size:1.2rem}}
.reserves{{border-left:.3rem solid {palette.WARNING};padding:.1rem 1rem}}
.reserves h2{{margin-top:.5rem;color:{palette.WARNING}}}
.large{{overflow-x:auto}}
table{{border-collapse:collapse;width:100%}}
th,td{{padding:.3rem .6rem;border-bottom:1px solid {palette.SURROUND};text-align:right}}
thead th{{border-bottom:2px solid {palette.ACCENT};color:{palette.ACCENT};text-align:right}}
tbody th,.mot,thead th:first-child{{text-align:left}}
tbody th{{font-weight:400}}
footer{{margin-top:2rem;font-size:.85rem;color:{palette.QUIET_INK}}}
@media print{{body{{max-width:none;font-size:9pt}}tr{{break-inside:avoid}}}}
"""


def slug(before: str) -> str:
    """ "comparaison-2021-05.html"."""
    return f"comparaison-{before}.html"


def write_comparison(page: Comparison, noun: str, folder: Path) -> Path:
    """Write the page into `folder` and return its path. noun: "commune", or "cercle" on the grid."""
    import jinja2
    from markupsafe import Markup

    digest = base64.b64encode(hashlib.sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
    template = resources("pipeline.bulletin").joinpath("compare.html").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    target = folder / slug(str(page.before))
    text = environment.from_string(template).render(
        page=page,
        noun=noun.capitalize(),
        arrows=ARROW_RULE,
        produced=day(date.fromisoformat(page.meta.produced_on)),
        style=Markup(STYLE),
        policy=Markup(f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'"),
    )
    write_text(target, text)
    return target
