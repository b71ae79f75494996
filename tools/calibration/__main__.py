"""Print how the matching does on the development list, beside AdminLevel; choose the bars; draw the curve.

    python -m tools.calibration [--list FILE] [--boundaries mali.gpkg] [--curve FILE.png] [--quick]

The list is read in place and nothing of it is written anywhere: only counts, thresholds and the curve.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.geography import load
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.request import COMMUNE_BARS
from pipeline.places.resolve import resolve
from tools.calibration import bars, trials
from tools.calibration.curve import draw
from tools.calibration.trials import LABELS, SCOPES, Written

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Parse the arguments, run the trials, print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", type=Path, default=ROOT.parent / "shared/matching/commune_names_dev.csv")
    parser.add_argument("--boundaries", type=Path, default=ROOT / "boundaries/mali.gpkg")
    parser.add_argument("--curve", type=Path, help="picture of the calibration to write")
    parser.add_argument("--quick", action="store_true", help="without AdminLevel and its trials")
    parser.add_argument("--mistakes", action="store_true", help="list the names that are accepted wrong")
    options = parser.parse_args()
    gazetteer = Gazetteer.of(load(options.boundaries))
    names = trials.read(options.list)
    print(f"{len(names)} noms, {len({w.pcode for w in names})} communes\n")
    rows = thresholds(names, gazetteer)
    if options.curve:
        draw(rows, COMMUNE_BARS, options.curve)
    whole(names, gazetteer, options.mistakes)
    if not options.quick:
        beside(names, gazetteer)


def thresholds(names: list[Written], gazetteer: Gazetteer) -> dict[str, list[bars.Scored]]:
    """Print the bars that cross-validation chooses beside those in use."""
    print("Seuils : choisis sur quatre cinquièmes des communes, essayés sur le dernier (noms officiels seuls")
    print("pour la liste de 2015, qui est elle-même la source des autres noms)")
    bare = {"": gazetteer, "cod_ab_2015": trials.official_only(gazetteer)}
    found = {}
    for scope in SCOPES:
        rows = found[scope] = bars.scored(names, scope, bare)
        result, chosen = bars.cross_validated(rows)
        kept = bars.choose(rows)
        print(
            f"  {LABELS[scope]:20} justes {share(result.right, result.trials)}  faux {result.wrong}  "
            f"commune absente : faux {result.wrong_if_missing} sur {result.missing_trials}  "
            f"seuils {[(b.score, b.margin) for b in chosen]} tous {kept.score, kept.margin} "
            f"en usage {COMMUNE_BARS[scope].score, COMMUNE_BARS[scope].margin}"
        )
    print()
    return found


def whole(names: list[Written], gazetteer: Gazetteer, mistakes: bool) -> None:
    """Print what `resolve` does with the bars in use: names present, then with their commune missing."""
    print("Tout l'appariement, seuils en usage")
    own = [w for w in names if w.source == "cod_ab_2015"]
    others = [w for w in names if w.source != "cod_ab_2015"]
    for label, chosen in (
        ("toute la liste", names),
        ("sans la liste de 2015", others),
        ("liste de 2015", own),
    ):
        for scope in SCOPES:
            counts = Counter(_told(w, scope, gazetteer, mistakes) for w in chosen)
            print(
                f"  {label:22} {LABELS[scope]:20} justes {share(counts['juste'], len(chosen))}  "
                f"faux {counts['faux']}  demandés {counts['demandé']}"
            )
    takes: tuple[tuple[str, Callable[[Gazetteer, str], Gazetteer]], ...] = (
        ("absente des limites", trials.missing_from_boundaries),
        ("inconnue de tous", trials.missing_everywhere),
    )
    for label, take_out in takes:
        totals: dict[str, Counter[str]] = {scope: Counter() for scope in SCOPES}
        for written, without in trials.removed(names, gazetteer, take_out):
            for scope in SCOPES:
                totals[scope][_told(written, scope, without, mistakes)] += 1
        for scope in SCOPES:
            print(f"  commune {label:20} {LABELS[scope]:20} faux {totals[scope]['faux']} sur {len(names)}")
    print()


def _told(written: Written, scope: str, gazetteer: Gazetteer, mistakes: bool) -> str:
    place = resolve(written.request(scope), gazetteer)
    if place.level not in ("commune", "localite"):
        return "demandé"
    if place.commune_pcode == written.pcode:
        return "juste"
    if mistakes:
        print("   faux :", scope, written, place.method, place.score, place.name, place.pcode, place.evidence)
    return "faux"


def beside(names: list[Written], gazetteer: Gazetteer) -> None:
    """Print AdminLevel's figures on the same rows."""
    from tools.calibration.adminlevel import answers

    print("AdminLevel (hdx-python-country) sur les mêmes lignes")
    for scope in SCOPES:
        present = Counter(_judged(w, code) for w, code in answers(names, scope, gazetteer, False))
        missing = Counter(_judged(w, code) for w, code in answers(names, scope, gazetteer, True))
        print(
            f"  {LABELS[scope]:20} justes {share(present['juste'], len(names))}  faux {present['faux']}  "
            f"sans réponse {present['demandé']}  commune absente : faux {missing['faux']} sur {len(names)}"
        )


def _judged(written: Written, code: str) -> str:
    return "demandé" if not code else "juste" if code == written.pcode else "faux"


def share(part: int, total: int) -> str:
    """A share with its count: "98,7 % (1781)"."""
    return f"{100 * part / total:.1f} % ({part})".replace(".", ",", 1)


if __name__ == "__main__":
    main()
