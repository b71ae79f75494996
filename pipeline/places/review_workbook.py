"""The questions as a workbook: the same lines, with the candidates to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.files import replacing
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.questions import ANSWERS, REVIEW_COLUMNS

_LONGEST_LIST = 255
"""Excel's limit for the text of a drop-down."""
_CREATED = datetime(2021, 1, 1)
"""A fixed date, so that the same questions give the same bytes."""
_WIDTHS = {"question": 50, "decision": 28, "lignes": 8, "mois": 9, "tables": 18, "note": 30}


def write_workbook(
    target: Path,
    lines: Sequence[Sequence[str]],
    offered: Sequence[Sequence[str]],
    gazetteer: Gazetteer | None,
) -> None:
    """Write the questions (sheet "À vérifier") and the P-codes to choose from (sheet "Communes").

    offered: for each line, what the drop-down of its `decision` proposes; another code may be typed.
    """
    import xlsxwriter

    with replacing(target) as temporary:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(str(temporary), options) as book:
            book.set_properties({"title": "Lieux à vérifier", "created": _CREATED})
            head = book.add_format({"bold": True, "bg_color": "#D9E2EC", "text_wrap": True, "valign": "top"})
            body = book.add_format({"text_wrap": True, "valign": "top"})
            answer = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF6D6"})
            sheet = book.add_worksheet("À vérifier")
            first_answer = len(REVIEW_COLUMNS) - len(ANSWERS)
            for column, title in enumerate(REVIEW_COLUMNS):
                sheet.write_string(0, column, title, head)
                kind = title.rstrip("_123")
                sheet.set_column(column, column, _WIDTHS.get(title, 36 if kind == "raison" else 16))
            for row, line in enumerate(lines, start=1):
                for column, cell in enumerate(line):
                    style = answer if column >= first_answer else body
                    if REVIEW_COLUMNS[column] == "lignes":
                        sheet.write_number(row, column, int(cell), style)
                    else:
                        sheet.write_string(row, column, cell, style)
                _drop_down(sheet, row, first_answer, offered[row - 1])
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(lines), 1), len(REVIEW_COLUMNS) - 1)
            if gazetteer is not None:
                _codes(book.add_worksheet("Communes"), gazetteer, head)


def _drop_down(sheet, row: int, column: int, offered: Sequence[str]) -> None:  # type: ignore[no-untyped-def]
    # A comma inside an item would split it in two.
    items = [item.replace(",", " ") for item in offered]
    while len(",".join(items)) > _LONGEST_LIST and len(items) > 1:
        items.pop(-2)  # "introuvable", the last, stays
    sheet.data_validation(
        row,
        column,
        row,
        column,
        {
            "validate": "list",
            "source": items,
            "error_type": "information",
            "error_title": "Autre code",
            "error_message": "Ce code n'est pas parmi les candidats : le vérifier dans la feuille Communes.",
        },
    )


def _codes(sheet, gazetteer: Gazetteer, head) -> None:  # type: ignore[no-untyped-def]
    for column, (title, width) in enumerate(
        (("code", 12), ("nom", 30), ("niveau", 10), ("cercle", 20), ("région", 14))
    ):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, width)
    areas = [*gazetteer.regions.values(), *gazetteer.cercles.values(), *gazetteer.communes.values()]
    for row, area in enumerate(areas, start=1):
        cercle = gazetteer.cercles.get(area.cercle_pcode)
        region = gazetteer.regions.get(area.region_pcode)
        cells = (
            area.pcode,
            area.name,
            area.level,
            cercle.name if cercle else "",
            region.name if region else "",
        )
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(areas), 1), 4)
