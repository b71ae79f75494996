"""Fill a table whose two margins are known: iterative proportional fitting, then controlled rounding.

Deming and Stephan (1940) for the fitting; the rounding is the flow argument of Cox and Ernst (1982): the
fractional parts are themselves a flow with whole margins, therefore a whole one exists that keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Cell = tuple[str, str]
Table = dict[Cell, int]


def fit(
    prior: Mapping[Cell, float],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    fixed: Mapping[Cell, int] | None = None,
) -> Table:
    """Whole numbers >= 0 near the shape of `prior`, with exactly these row and column totals.

    Cells of `fixed` keep their value. A cell with prior 0 stays 0.
    Raises ValueError where the margins disagree or no such table exists.
    """
    fixed = dict(fixed or {})
    free_rows = {r: n - sum(v for (a, _), v in fixed.items() if a == r) for r, n in rows.items()}
    free_columns = {c: n - sum(v for (_, b), v in fixed.items() if b == c) for c, n in columns.items()}
    if sum(rows.values()) != sum(columns.values()):
        raise ValueError(f"margins disagree: {sum(rows.values())} and {sum(columns.values())}")
    if min([*free_rows.values(), *free_columns.values()]) < 0:
        raise ValueError(f"fixed cells exceed a margin: {free_rows} {free_columns}")
    cells = [(r, c) for r in rows for c in columns]
    start = {cell: 0.0 if cell in fixed else float(prior.get(cell, 0)) for cell in cells}
    table = round_within(proportional(start, free_rows, free_columns), free_rows, free_columns, start)
    return {cell: fixed.get(cell, table[cell]) for cell in cells}


def proportional(
    start: Mapping[Cell, float], rows: Mapping[str, int], columns: Mapping[str, int], rounds: int = 500
) -> dict[Cell, float]:
    """Scale rows and columns in turn until both margins hold to 1e-9, or `rounds` are over."""
    table = dict(start)
    for _ in range(rounds):
        worst = 0.0
        for axis, margin in ((0, rows), (1, columns)):
            for key, wanted in margin.items():
                line = [cell for cell in table if cell[axis] == key]
                total = sum(table[cell] for cell in line)
                worst = max(worst, abs(total - wanted))
                if total > 0:
                    for cell in line:
                        table[cell] *= wanted / total
        if worst < 1e-9:
            break
    return table


def round_within(
    real: Mapping[Cell, float],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    allowed: Mapping[Cell, float],
) -> Table:
    """Whole numbers that keep both margins; each cell is its floor, or one more where chance allows it.

    Where the fitting did not converge (zeros in the way), a cell may move by more than one; `allowed` > 0
    says which cells may be filled at all. Raises ValueError where the margins cannot be met.
    """
    # 1e-7: a cell that is whole but for the arithmetic must not lose its last unit.
    whole = {cell: int(value + 1e-7) for cell, value in real.items()}
    need_row = {r: n - sum(v for (a, _), v in whole.items() if a == r) for r, n in rows.items()}
    need_column = {c: n - sum(v for (_, b), v in whole.items() if b == c) for c, n in columns.items()}
    by_fraction = sorted(whole, key=lambda cell: (whole[cell] - real[cell], cell))
    for cell in by_fraction:
        if need_row[cell[0]] > 0 and need_column[cell[1]] > 0 and real[cell] - whole[cell] > 1e-7:
            whole[cell] += 1
            need_row[cell[0]] -= 1
            need_column[cell[1]] -= 1
    for row in sorted(rows):
        while need_row[row] != 0:
            path = _path(row, need_row[row] > 0, whole, need_column, allowed, list(rows), list(columns))
            step = 1 if need_row[row] > 0 else -1
            for cell, sign in path:
                whole[cell] += sign * step
            need_row[row] -= step
            need_column[path[-1][0][1]] -= step
    if any(need_column.values()):
        raise ValueError(f"margins cannot be met: {need_column}")
    return whole


def _path(
    row: str,
    add: bool,
    whole: Mapping[Cell, int],
    need_column: Mapping[str, int],
    allowed: Mapping[Cell, float],
    rows: Sequence[str],
    columns: Sequence[str],
) -> list[tuple[Cell, int]]:
    """The shortest chain of cells, +1 and -1 in turn, from `row` to a column that still has a need."""

    def can(cell: Cell, sign: int) -> bool:
        up = (sign > 0) == add
        return allowed[cell] > 0 and (up or whole[cell] > 0)

    paths: list[list[tuple[Cell, int]]] = [[]]
    ends, seen_rows, seen_columns = [row], {row}, set()
    while paths:
        path, end = paths.pop(0), ends.pop(0)
        for column in columns:
            if column in seen_columns or not can((end, column), 1):
                continue
            seen_columns.add(column)
            longer = [*path, ((end, column), 1)]
            if (need_column[column] > 0) if add else (need_column[column] < 0):
                return longer
            for other in rows:
                if other not in seen_rows and can((other, column), -1):
                    seen_rows.add(other)
                    paths.append([*longer, ((other, column), -1)])
                    ends.append(other)
    raise ValueError(f"no way to meet the total of {row}")


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`total` shared by largest remainder; ties go to the key that comes first in `weights`."""
    scale = total / sum(weights.values())
    shares = {key: int(weight * scale) for key, weight in weights.items()}
    order = sorted(weights, key=lambda key: shares[key] - weights[key] * scale)
    for key in order[: total - sum(shares.values())]:
        shares[key] += 1
    return shares
