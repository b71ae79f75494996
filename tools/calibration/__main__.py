"""Print how the matching does on the development list, beside AdminLevel; choose the bars; draw the curve.

    python -m tools.calibration [--list FILE] [--boundaries mali.gpkg] [--curve FILE.png] [--quick]

The list is read in place and nothing of it is written anywhere: only counts, thresholds and the curve.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.geography import load
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import COMMUNE_BARS
from pipeline.places.resolve import resolve
from tools.calibration import ablations, bars, trials, villages
from tools.calibration.curve import draw
from tools.calibration.trials import LABELS, SCOPES, Written

ROOT = Path(__file__).resolve().parents[2]
ABSENT = "absente des limites"
MISSING: dict[str, Callable[[Gazetteer, str], Gazetteer]] = {
    ABSENT: trials.missing_from_boundaries,
    "inconnue de tous": trials.missing_everywhere,
    "créée depuis": trials.created_since,
}
"""In what way the true commune may be missing: see docs/appariement.md."""


@dataclass(frozen=True)
class Figures:
    """counts: of the answers "juste", "faux", "demandé". missing: kind of absence -> wrong answers."""

    counts: Counter[str]
    missing: dict[str, int]


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
    found = villages.removed(gazetteer)
    print(
        f"Villages retirés un à un, commune donnée : {found.total()} essais, placés à un village d'un autre son "
        f"{share(found['autre'], found.total())}, au même son {found['homonyme']}, demandés {found['demandé']}, "
        f"laissés à leur commune {found['commune']}\n"
    )
    ours = whole(names, gazetteer, options.mistakes)
    table(ours, {} if options.quick else beside(names, gazetteer))
    ablations.table(names, gazetteer, options.quick)


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


def whole(names: list[Written], gazetteer: Gazetteer, mistakes: bool) -> dict[str, Figures]:
    """What `resolve` does with the bars in use, by scope: names present, then with their commune missing. Prints
    the shares by source, where the list of 2015 is itself one that the gazetteer knows."""
    print("Tout l'appariement, seuils en usage, par source")
    counts: dict[str, Counter[str]] = {}
    for source in sorted({w.source for w in names}):
        chosen = [w for w in names if w.source == source]
        for scope in SCOPES:
            found = Counter(_told(w, scope, gazetteer, mistakes) for w in chosen)
            counts[scope] = counts.get(scope, Counter()) + found
            print(f"  {source:24} {LABELS[scope]:20} {_shares(found)}")
    missing: dict[str, dict[str, int]] = {scope: {} for scope in SCOPES}
    for label, take_out in MISSING.items():
        for written, without in trials.removed(names, gazetteer, take_out):
            for scope in SCOPES:
                told = _told(written, scope, without, mistakes)
                missing[scope][label] = missing[scope].get(label, 0) + (told == "faux")
    print()
    return {scope: Figures(counts[scope], missing[scope]) for scope in SCOPES}


def _told(written: Written, scope: str, gazetteer: Gazetteer, mistakes: bool) -> str:
    place = resolve(written.request(scope), gazetteer)
    if place.level not in ("commune", "localite"):
        return "demandé"
    if place.commune_pcode == written.pcode:
        return "juste"
    if mistakes:
        print("   faux :", scope, written, place.method, place.score, place.name, place.pcode, place.evidence)
    return "faux"


def beside(names: list[Written], gazetteer: Gazetteer) -> dict[str, Figures]:
    """AdminLevel's figures on the same rows, by scope. Its list lacks a commune in one way only."""
    from tools.calibration.adminlevel import answers

    found = {}
    for scope in SCOPES:
        present = Counter(_judged(w, code) for w, code in answers(names, scope, gazetteer, False))
        missing = Counter(_judged(w, code) for w, code in answers(names, scope, gazetteer, True))
        found[scope] = Figures(present, {ABSENT: missing["faux"]})
    return found


def table(ours: dict[str, Figures], theirs: dict[str, Figures]) -> None:
    """Print the accuracy table: this matching, and AdminLevel under it."""
    heads = "".join(f"{label:>22}" for label in MISSING)
    print(f"{'':34}{'justes':>16}{'faux':>6}{'demandés':>10}{heads}")
    for scope in SCOPES:
        for who, figures in (("", ours), ("AdminLevel", theirs)):
            if scope in figures:
                one = figures[scope]
                lost = "".join(f"{one.missing.get(label, '-'):>22}" for label in MISSING)
                right = share(one.counts["juste"], one.counts.total())
                print(
                    f"{LABELS[scope]:22}{who:12}{right:>16}{one.counts['faux']:>6}"
                    f"{one.counts['demandé']:>10}{lost}"
                )
    print(
        "\nLes trois dernières colonnes : faux, la commune vraie étant retirée ; toléré : 1 sur 500, soit 3."
    )


def _judged(written: Written, code: str) -> str:
    return "demandé" if not code else "juste" if code == written.pcode else "faux"


def _shares(counts: Counter[str]) -> str:
    right = share(counts["juste"], counts.total())
    return f"justes {right}  faux {counts['faux']}  demandés {counts['demandé']}"


def share(part: int, total: int) -> str:
    """A share with its count: "98,7 % (1781)"."""
    return f"{100 * part / total:.1f} % ({part})".replace(".", ",", 1)


if __name__ == "__main__":
    main()
