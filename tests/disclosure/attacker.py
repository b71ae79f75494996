"""A reader who means harm: takes what was published of a month and works out all that it implies.

Written apart from the pipeline's own audit, on another solver, and knowing more than any reader would: which
cercle lies where, every total that the bulletin prints, and how many violations of each region no commune
shows. Unknowns: violations by commune; those of each cercle that no commune shows; violations by region,
cercle (or none) and type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from pipeline.taxonomy import CATEGORIES

Cell = tuple[str, ...]
Interval = tuple[float, float]
KEYS = tuple(category.key for category in CATEGORIES)
TYPES = tuple((category.key, kind) for category in CATEGORIES for kind in category.types)
NO_TYPES = tuple((key, "") for key in KEYS)


@dataclass
class Knowledge:
    """What a reader holds of one month. communes: commune -> cercle. homes: cercle -> regions that its rows
    are counted in. told: cell -> (low, high); cells that are not told are free. Cells: ("commune", c),
    ("cercle", c), ("cercle_categorie", c, k), ("region_categorie", r, k), ("region", r), ("categorie", k),
    ("non localisé", r, ...) for regions that share cercles; and where lines or types are known ("type", k, t),
    ("region_type", r, k, t), ("cercle_type", c, k, t). lines: of
    the list, (region, cercle or "", category or "", type or "") -> count; "" for the rest of the region, for
    all other categories, for the other types.
    """

    communes: Mapping[str, str]
    homes: Mapping[str, tuple[str, ...]]
    told: dict[Cell, Interval] = field(default_factory=dict)
    lines: dict[Cell, Interval] = field(default_factory=dict)

    def learn(self, cell: Cell, low: float, high: float) -> None:
        """One more published figure; what was known of its cell before still holds."""
        before = self.told.get(cell, (0.0, np.inf))
        self.told[cell] = (max(before[0], low), min(before[1], high))


class Reader:
    """Solves for any cell. `interval(cell)`: the least and the most that it can be."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        regions = sorted(cell[1] for cell in knowledge.told if cell[0] == "region")
        names: list[Cell] = [("commune", code) for code in knowledge.communes]
        names += [("reste", cercle) for cercle in knowledge.homes]
        places = [(region, cercle) for cercle, homes in knowledge.homes.items() for region in homes]
        places += [(region, "") for region in regions]
        self._by_type = bool(knowledge.lines) or any(cell[0] == "type" for cell in knowledge.told)
        kinds = TYPES if self._by_type else NO_TYPES
        names += [("x", *place, *kind) for place in places for kind in kinds]
        self._index = {name: number for number, name in enumerate(names)}
        self._cells = {cell: self._columns(cell) for cell in self._known_cells(regions)}
        self._constraints = self._build()
        self._tables: list[np.ndarray] = []

    def interval(self, cell: Cell) -> Interval:
        return self._least(cell, 1.0), -self._least(cell, -1.0)

    def seen(self, cell: Cell) -> Interval:
        """The least and the most of a cell in the tables found so far: all of them fit what is published."""
        values = [float(table[self._cells[cell]].sum()) for table in self._tables]
        return (min(values), max(values)) if values else (np.inf, -np.inf)

    def cells(self, kind: str) -> Iterator[Cell]:
        return (cell for cell in self._cells if cell[0] == kind)

    def _pick(self, wanted: Callable[[Cell], bool]) -> list[int]:
        return [number for name, number in self._index.items() if name[0] == "x" and wanted(name)]

    def _known_cells(self, regions: list[str]) -> Iterator[Cell]:
        for commune in self._known.communes:
            yield ("commune", commune)
        for cercle in self._known.homes:
            yield from (("cercle", cercle), ("reste", cercle))
            yield from (("cercle_categorie", cercle, key) for key in KEYS)
        for region in regions:
            yield from (("region", region), ("hors cercle", region))
            yield from (("region_categorie", region, key) for key in KEYS)
        yield from (("categorie", key) for key in KEYS)
        for kind in TYPES if self._by_type else ():
            yield ("type", *kind)
            yield from (("region_type", region, *kind) for region in regions)
            yield from (("cercle_type", cercle, *kind) for cercle in self._known.homes)
        yield from (cell for cell in self._known.told if cell[0] == "non localisé")

    def _columns(self, cell: Cell) -> list[int]:
        kind, *of = cell
        if kind in ("commune", "reste"):
            return [self._index[cell]]
        if kind == "non localisé":
            rests = [
                self._index["reste", c] for c, homes in self._known.homes.items() if set(homes) <= set(of)
            ]
            return rests + self._pick(lambda x: x[1] in of and x[2] == "")
        tests: dict[str, Callable[[Cell], bool]] = {
            "cercle": lambda x: x[2] == of[0],
            "cercle_categorie": lambda x: x[2] == of[0] and x[3] == of[1],
            "region": lambda x: x[1] == of[0],
            "region_categorie": lambda x: x[1] == of[0] and x[3] == of[1],
            "hors cercle": lambda x: x[1] == of[0] and x[2] == "",
            "categorie": lambda x: x[3] == of[0],
            "type": lambda x: x[3:] == tuple(of),
            "region_type": lambda x: x[1] == of[0] and x[3:] == tuple(of[1:]),
            "cercle_type": lambda x: x[2] == of[0] and x[3:] == tuple(of[1:]),
        }
        return self._pick(tests[kind])

    def _build(self) -> tuple[csr_matrix, np.ndarray, csr_matrix, np.ndarray]:
        equal: list[tuple[dict[int, float], float]] = []
        upper: list[tuple[dict[int, float], float]] = []

        def hold(columns: list[int], low: float, high: float) -> None:
            if low == high:
                equal.append((dict.fromkeys(columns, 1.0), low))
                return
            if np.isfinite(high):
                upper.append((dict.fromkeys(columns, 1.0), high))
            if low > 0:
                upper.append((dict.fromkeys(columns, -1.0), -low))

        for cercle in self._known.homes:
            inside = [code for code, parent in self._known.communes.items() if parent == cercle]
            places = [self._index["commune", code] for code in inside] + [self._index["reste", cercle]]
            row = dict.fromkeys(places, 1.0) | dict.fromkeys(self._cells["cercle", cercle], -1.0)
            equal.append((row, 0.0))
        for cell, (low, high) in self._known.told.items():
            hold(self._cells[cell], low, high)
        for line, (low, high) in self._known.lines.items():
            hold(self._pick(self._in_line(line)), low, high)
        return *_stack(equal, len(self._index)), *_stack(upper, len(self._index))

    def _in_line(self, line: Cell) -> Callable[[Cell], bool]:
        """Which unknowns a line of the list counts: those that no line before it, more exact, counts."""
        region, cercle, key, kind = line
        exact = {other for other in self._known.lines if other[1] and other[3]}
        rests = {other[:3] for other in self._known.lines if other[1] and not other[3]}
        of_region = {(o[2], o[3]) for o in self._known.lines if o[0] == region and not o[1] and o[2]}

        def counted_by_cercle(x: Cell) -> bool:
            return x[1:] in exact or x[1:4] in rests

        def test(x: Cell) -> bool:
            if x[1] != region:
                return False
            if cercle:
                if x[2:4] != (cercle, key):
                    return False
                return x[4] == kind if kind else x[1:] not in exact
            if counted_by_cercle(x):
                return False
            if not key:
                return all(x[3] != other for other, _ in of_region)
            return x[3] == key and (x[4] == kind if kind else (key, x[4]) not in of_region)

        return test

    def _least(self, cell: Cell, sign: float) -> float:
        cost = np.zeros(len(self._index))
        cost[self._cells[cell]] = sign
        equal, values, upper, limits = self._constraints
        found = linprog(cost, A_ub=upper, b_ub=limits, A_eq=equal, b_eq=values, bounds=(0, None))
        assert found.status == 0, (cell, found.message)
        self._tables.append(found.x)
        return float(found.fun)


def _stack(rows: list[tuple[dict[int, float], float]], size: int) -> tuple[csr_matrix, np.ndarray]:
    entries = [(line, column, value) for line, (row, _) in enumerate(rows) for column, value in row.items()]
    lines, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_matrix((values, (lines, columns)), shape=(len(rows), size))
    return matrix, np.array([value for _, value in rows])
