"""How the house is built: what the linters cannot see."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import esprima

PROJECT = Path(__file__).resolve().parent.parent
MODULES = sorted((PROJECT / "pipeline").rglob("*.py"))


def types_of(path: Path) -> set[str]:
    """Public classes and aliases of types that a module defines."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.add(node.targets[0].id)
    return {name for name in found if re.fullmatch(r"[A-Z]\w*[a-z]\w*", name)}


def test_no_two_public_types_have_one_name() -> None:
    where: defaultdict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for name in types_of(path):
            where[name].append(path.relative_to(PROJECT).as_posix())
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


def stands(name: str) -> bool:
    """Whether a dotted name is a module, or a name that its module's text holds."""
    whole = PROJECT / name.replace(".", "/")
    if whole.is_dir() or whole.with_suffix(".py").is_file():
        return True
    parent, last = whole.parent, name.rpartition(".")[2]
    module = parent / "__init__.py" if parent.is_dir() else parent.with_suffix(".py")
    return module.is_file() and re.search(rf"\b{last}\b", module.read_text("utf-8")) is not None


def test_modules_named_in_words_are_there() -> None:
    """A docstring or comment that sends the reader to a module sends him to one that exists."""
    missing = [
        f"{path.name}: {name}"
        for path in MODULES
        for name in re.findall(r"\bpipeline(?:\.[a-z_]+)+", path.read_text("utf-8"))
        if not stands(name)
    ]
    assert missing == []


SPELLINGS = ("_WORDINGS", "FILES", "HEADERS", "_DATE", "_synonyms", "_level", "_arrival", "COUNTRY_NAMES")
"""What officers and partners write, as they write it."""
TYPEWRITTEN = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def _told(path: Path) -> Iterator[str]:
    """The texts of a module that someone may read: no documentation, no spellings to compare with."""
    tree = ast.parse(path.read_text("utf-8"))
    silent: set[int] = set()
    for node in ast.walk(tree):
        names = [getattr(node, "name", ""), *(getattr(one, "id", "") for one in getattr(node, "targets", ()))]
        names.append(getattr(getattr(node, "target", None), "id", ""))
        documentation = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if documentation or any(name.endswith(SPELLINGS) for name in names if name):
            silent |= {id(one) for one in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def test_french_has_one_apostrophe() -> None:
    """The printer's, in every message and page. The labels of the closed lists (taxonomy) are data: the sheet sets them."""
    modules = (path for path in MODULES if path.name != "taxonomy.py")
    wrong = [(path.name, text) for path in modules for text in _told(path) if TYPEWRITTEN.search(text)]
    assert wrong == []
    pages = [path for path in (PROJECT / "pipeline").rglob("*") if path.suffix in (".html", ".typ")]
    assert [
        path.name
        for path in pages
        if TYPEWRITTEN.search(
            re.sub(r"\{[{%#].*?[}%#]\}|<script.*?</script>", "", path.read_text("utf-8"), flags=re.S)
        )
    ] == []
    scripts = (PROJECT / "pipeline" / "web" / "js").glob("*.js")
    texts = [(path.name, one.value) for path in scripts for one in esprima.tokenize(path.read_text("utf-8"))]
    assert len(texts) > 10_000
    # A text between typewriter's apostrophes may escape one.
    assert [
        (name, text)
        for name, text in texts
        if TYPEWRITTEN.search(text.replace("\\'", "'")) and text[0] in "\"'`"
    ] == []


def test_test_modules_have_names_of_their_own() -> None:
    """Two of one name keep each other from being collected."""
    names = [path.name for path in (PROJECT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_every_package_is_held_free_of_circles() -> None:
    """`make lint` looks for circles in the packages that the rule names, and in no other."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (named,) = (rule["ancestors"] for rule in contracts if rule["type"] == "acyclic_siblings")
    packages = {path.parent.relative_to(PROJECT) for path in MODULES}
    assert sorted(named) == sorted(".".join(path.parts) for path in packages)
