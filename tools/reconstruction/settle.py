"""Give every row a value for one column: drawn from a profile, then changed as little as the targets need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.reconstruction.draw import Draw

Row = dict[str, str]
Profile = Callable[[Row], Mapping[str, float]]


@dataclass(frozen=True)
class Target:
    """Between `low` and `high` of the rows for which `where` holds have `value`.

    `where` must not look at the column that is being filled.
    """

    name: str
    where: Callable[[Row], bool]
    value: str
    low: int
    high: int


def exactly(name: str, where: Callable[[Row], bool], value: str, count: int) -> Target:
    return Target(name, where, value, count, count)


def settle(rows: Sequence[Row], column: str, profile: Profile, targets: Sequence[Target], draw: Draw) -> None:
    """Fill `column` of `rows` in place. Only values that a row's profile gives a weight are ever used.

    Raises ValueError, naming the target, where they cannot all be met.
    """
    choices = [dict(profile(row)) for row in rows]
    for row, weights in zip(rows, choices, strict=True):
        row[column] = draw.weighted(weights)
    members = [[i for i, row in enumerate(rows) if target.where(row)] for target in targets]
    of_row: list[list[int]] = [[] for _ in rows]
    for t, inside in enumerate(members):
        for i in inside:
            of_row[i].append(t)
    counts = [
        sum(rows[i][column] == target.value for i in inside)
        for target, inside in zip(targets, members, strict=True)
    ]

    def miss(t: int, count: int) -> int:
        return max(targets[t].low - count, count - targets[t].high, 0)

    def cost(i: int, new: str) -> int:
        """How much worse all targets together stand if row i changes to `new` (negative: better)."""
        old, change = rows[i][column], 0
        for t in of_row[i]:
            step = (targets[t].value == new) - (targets[t].value == old)
            change += miss(t, counts[t] + step) - miss(t, counts[t])
        return change

    for _ in range(60_000):
        unmet = [t for t in range(len(targets)) if miss(t, counts[t])]
        if not unmet:
            return
        t = draw.one(unmet)
        value, too_few = targets[t].value, counts[t] < targets[t].low
        best: tuple[int, int, str] | None = None
        for _ in range(25):
            i = draw.one(members[t])
            others = {v: w for v, w in choices[i].items() if v != value}
            if (
                too_few == (rows[i][column] == value)
                or (too_few and not choices[i].get(value))
                or not any(others.values())
            ):
                continue
            new = value if too_few else draw.weighted(others)
            price = cost(i, new)
            if best is None or price < best[0]:
                best = (price, i, new)
        if best is None or best[0] > 0:
            continue
        _, i, new = best
        old, rows[i][column] = rows[i][column], new
        for u in of_row[i]:
            counts[u] += (targets[u].value == new) - (targets[u].value == old)
    unmet_names = [targets[t].name for t in range(len(targets)) if miss(t, counts[t])]
    raise ValueError(f"{column}: cannot meet {unmet_names}")
