"""Whether the pages' scripts keep to ES2015, the syntax of phones and office browsers of 2016: `make lint`.

Old WebViews stop at the first word of newer syntax and show nothing of the script. A parser (esprima) reads each
file of `pipeline/web/js` and `vendor`; what it accepts of later editions (async, `**`, newer regular expressions) is
refused here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parents[1] / "pipeline" / "web"
SCRIPTS = (WEB / "js", WEB / "vendor")
NEWER_PATTERN = re.compile(r"\\p\{|\\P\{|\(\?<")
"""Properties of letters, looking behind and named groups: ES2018."""


def newer(text: str) -> list[str]:
    """What in a script is newer than ES2015, each with its line; empty where nothing is."""
    import esprima

    try:
        tree = esprima.parseScript(text, {"loc": True})
    except esprima.Error as error:
        return [f"ligne {error.lineNumber} : {error.message}"]
    return [
        f"ligne {node.loc.start.line} : {problem}" for node in _nodes(tree) if (problem := _problem(node))
    ]


def _problem(node: Any) -> str:
    if getattr(node, "isAsync", False) or node.type == "AwaitExpression":
        return "fonction asynchrone (ES2017)"
    if node.type in ("BinaryExpression", "AssignmentExpression") and node.operator in ("**", "**="):
        return "puissance ** (ES2016)"
    if node.type in ("ObjectExpression", "ObjectPattern"):
        kinds = {part.type for part in node.properties}
        if kinds & {"SpreadElement", "RestElement"}:
            return "objet étalé {...} (ES2018)"
    regex = getattr(node, "regex", None)
    if (
        node.type == "Literal"
        and regex
        and (set(regex.flags) - set("gimuy") or NEWER_PATTERN.search(regex.pattern))
    ):
        return f"expression régulière /{regex.pattern}/{regex.flags} (ES2018)"
    return ""


def _nodes(tree: Any) -> Iterator[Any]:
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif hasattr(found, "type"):
            yield found
            waiting += [value for name, value in vars(found).items() if name not in ("loc", "range", "regex")]


def main() -> int:
    """Print every breach; 1 where there is one."""
    found = [
        f"{path.name}, {line}"
        for folder in SCRIPTS
        for path in sorted(folder.glob("*.js"))
        for line in newer(path.read_text("utf-8"))
    ]
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
