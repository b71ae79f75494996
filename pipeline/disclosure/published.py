"""What leaves disclosure: the only figures that annexes, pages and files are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.disclosure.counts import Change, Count, CountClass, classes_of
from pipeline.disclosure.policy import CLASS, EXACT, HIDDEN, CountRule, Policy, policies, policy_of
from pipeline.disclosure.protect import ValuesLeft
from pipeline.french import Month, listing
from pipeline.indicators import Account, Retold
from pipeline.records.tables import MonthInfo

Cell = str | int | float | None


@dataclass(frozen=True)
class PublishedAlert:
    """A flash alert at the level its audience may see.

    place: French, where it happened at that level ("Sio, cercle de Mopti"). longitude, latitude: of the
    village for `interne`, else the area's own point. destination likewise, None where none is given.
    precision: "village", "commune", "cercle" or "région": how exact the point is.
    description, village: "" outside `interne`. abroad: the neighbouring country where a movement ended, which
    is then its destination too; "" for none.
    """

    key: str
    date: str
    place: str
    commune: str
    village: str
    area_pcode: str
    longitude: float
    latitude: float
    precision: str
    destination: str | None
    destination_point: tuple[float, float] | None
    destination_pcode: str
    households: int | None
    persons: int | None
    description: str
    region: str
    abroad: str = ""


@dataclass(frozen=True)
class PublishedRisk:
    """One area, one month. score: as text for `interne`, "" for the others."""

    level: int
    score: str


@dataclass(frozen=True)
class ListTable:
    """Annex 4 for one audience: columns (key, French label, kind) and rows of plain cells."""

    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str


@dataclass(frozen=True)
class Repeat:
    """What keeps a month that left the office from following its rows. moved: rows that are no longer those of then, None
    where that cannot be known. changes: what the difference of both tellings would give away, one text a figure."""

    moved: int | None
    changes: tuple[str, ...]


OTHERS = "Autres (regroupés)"
"""The part that holds all that is not told by itself. The closed lists have an "Autre" of their own."""


@dataclass(frozen=True)
class Breakdown:
    """How the violations of one month divide: by one column, in one area, for one category or all.

    key: "type", "auteur", "sexe", "age", "statut_socioeconomique", "lieu", "tranche_horaire". category: its
    key, "" for all. area: "" for the country, else the bulletin's region. parts: French label -> Count,
    largest first, OTHERS last; "" for violations of which it was not given. A part may be a range ("60 à 69");
    where all are figures they add up to `total`, which the bulletin prints. A value without a part of its own
    has none, or is among the others. left: room of the counts behind it that are not told and may be small.
    """

    key: str
    category: str
    area: str
    parts: Mapping[str, Count]
    total: Count
    left: tuple[ValuesLeft, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Published:
    """All that one audience may see of one month.

    areas: month -> P-code -> Count, at the country's finest level, every area present.
    cercles: month -> P-code -> Count. cercle_categories: P-code -> category key -> Count (the month), only
    cercles whose total is told as a figure.
    regions: month -> bulletin region -> exact count; categories: month -> key -> exact count (the bulletin
    prints both). region_categories: month -> region -> key -> Count.
    not_located: incidents of the month that no area of the map shows. alerts: None where the month has no
    file. risk: month -> area -> PublishedRisk, only areas scored. coverage: area -> partner ("" unknown or
    not for this audience), None where the year has no file. incident_list: None where the audience gets none.
    breakdowns: of the month, in the report's order: types of each category, then each column for the country, its
    regions, its categories, as far as the audience may see and the month's table has the column.
    left: month -> region -> what is left to who reruns the program (see `MonthFigures`). fit: month -> kind of count
    ("categories", "types", "profils") -> the least number of values that fit what is published (see `fewest`).
    arrows: month -> regions of a box -> category -> how it changed from the month before, where that is told, though the
    figures may leave it open (see `month_arrows`).
    sheets: table -> file and sheet -> account of its lines, only for who sees everything: a team that keeps a sheet for
    each cercle would tell the counts of all of them.
    first_told: past months whose figures, but for the bulletin's totals, stay as they were first published
    though rows have changed since. repeats: months that are told as they left the office, rows having changed since.
    version: of what left of the month, or of what will (see `register`). replaces: the ISO date of the one before,
    "" where there is none; corrects: what this version, that has not left, tells otherwise than the one before.
    division: of the cercles and regions.
    groups: name under which regions are counted together -> they, where a month is told in another division than its
    own; release: what those months are told in their own, which alone is recorded (see `disclosure.retold`).
    moved: commune -> the regions (groups) that it counts in: in months told in the division of 2021, in those of 2025.
    retold: rows carried from one division to another; only an exact audience is told
    how many have no sure cercle, for these lie in few communes.
    """

    policy: Policy
    month: Month
    info: MonthInfo
    months: tuple[Month, ...]
    risk_months: tuple[Month, ...]
    areas: Mapping[Month, Mapping[str, Count]]
    cercles: Mapping[Month, Mapping[str, Count]]
    cercle_categories: Mapping[str, Mapping[str, Count]]
    regions: Mapping[Month, Mapping[str, int]]
    categories: Mapping[Month, Mapping[str, int]]
    region_categories: Mapping[Month, Mapping[str, Mapping[str, Count]]]
    not_located: int
    alerts: tuple[PublishedAlert, ...] | None
    risk: Mapping[Month, Mapping[str, PublishedRisk]]
    coverage: Mapping[str, str] | None
    incident_list: ListTable | None
    accounts: Mapping[str, Mapping[str, Account]]
    sheets: Mapping[str, Mapping[str, Account]]
    first_told: tuple[Month, ...] = ()
    repeats: Mapping[Month, Repeat] = field(default_factory=dict)
    version: int = 1
    replaces: str = ""
    corrects: Repeat | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    left: Mapping[Month, Mapping[str, int]] = field(default_factory=dict)
    fit: Mapping[Month, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    arrows: Mapping[Month, Mapping[tuple[str, ...], Mapping[str, Change]]] = field(default_factory=dict)
    division: str = ""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    release: Published | None = None
    retold: Retold = field(default_factory=Retold)
    moved: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def counted(self, region: str) -> str:
        """The name under which a region drawn is counted: its own, or that of its group."""
        return next((name for name, members in self.groups.items() if region in members), region)

    def retold_from(self, month: Month) -> bool:
        """Whether a month is told here in another division than its own."""
        return self.release is not None and month in self.release.months

    @property
    def audience(self) -> str:
        return self.policy.audience

    @property
    def classes(self) -> tuple[CountClass, ...]:
        """The legend's classes of violations by area, as this audience's threshold makes them."""
        return classes_of(self.policy.threshold)

    def class_key(self, count: Count) -> str:
        """Key of the legend class of a count (see `Count.class_key`)."""
        return count.class_key(self.policy.threshold)

    def withheld(self, count: Count) -> bool:
        """Whether the count of a commune is told less finely than the audience's rule alone would: see WITHHELD."""
        if count.state != "range":
            return count.state == "suppressed"
        ruled = [one for one in self.classes if one.low < self.policy.threshold]
        if self.policy.counts["commune"].above == CLASS:
            ruled = list(self.classes)
        return all((one.low, one.high) != (count.low, count.high) for one in ruled)

    def total(self, month: Month) -> int:
        """Violations of one month, as the bulletin prints them."""
        return sum(self.categories.get(month, {}).values())


# Sentences about published counts that say no more than the counts do. For captions and notes.


WITHHELD = "élargi ou masqué pour protéger d’autres chiffres"
"""Said of every count that is told less finely than its rule: large or small, it is never itself called small."""


def bounds(count: Count) -> tuple[int, int | None]:
    """What a reader may take the count to be: low and high, both included; high None: no upper end."""
    if count.state == "suppressed":
        return 0, None
    return count.low, count.high if count.state == "range" else count.low


# The policy of an audience as a table that a protection officer reads: `make explain-audience`.


LEVELS = {
    "village": "village (point du village)",
    "commune": "commune",
    "cercle": "cercle",
    "region": "région",
    "pays": "pays entier",
}
LEVELS_OF = {"cercle": "du cercle", "region": "de la région", "pays": "du pays"}
SHARED = {
    "ouvert": "archive zip",
    "chiffré": "archive zip ; chiffrée, mot de passe exigé, dès que la liste dit un type sensible par région",
    "jamais": "archive zip ; refusée dès que la liste dit un type sensible par région",
}
TIMES = {"jour": "jour", "mois": "mois"}
COUNTED = {
    "commune": "Violations par commune",
    "cercle": "Violations par cercle",
    "cercle_categorie": "Violations par cercle et catégorie",
    "region_categorie": "Violations par région et catégorie",
    "type": "Violations par type (pays)",
    "profil": "Par auteur, victime, lieu ou horaire",
    "menages": "Ménages d’une alerte flash",
}
DIVIDED = ("type", "profil")
"""What stands as parts beside their total: small ones are told together."""
COLUMN_NAMES = {
    "lieu": "lieu", "type": "type", "menages": "ménages", "personnes": "personnes", "jour": "jour",
    "village": "village", "description": "description", "commune": "commune couverte", "partenaire": "partenaire",
    "id": "identifiant", "date": "date", "mois": "mois", "region": "région", "cercle": "cercle",
    "localite": "localité", "categorie": "catégorie", "auteur": "auteur présumé", "nombre": "nombre",
}  # fmt: skip
LIST_NAMES = COLUMN_NAMES | {"commune": "commune"}


def explain(audience: str) -> str:
    """The table, in French, one line a subject. Raises InputError where the audience is not declared."""
    policy = policy_of(audience)
    rows = _rows(policy)
    wide = max(len(subject) for subject, _ in rows)
    head = f"Ce que voit « {policy.audience} » : {policy.label}"
    lines = [f"{subject.ljust(wide)} | {told}" for subject, told in rows]
    return "\n".join((head, "=" * len(head), *lines, "", *_notes(policy)))


def _rows(policy: Policy) -> list[tuple[str, str]]:
    names = [COLUMN_NAMES[name] for name in COLUMN_NAMES if name in policy.alerts]
    cover = [COLUMN_NAMES[name] for name in COLUMN_NAMES if name in policy.coverage]
    listed = [LIST_NAMES[name] for name in policy.list_columns]
    return [
        ("Totaux par région et mois, par catégorie et mois", "exacts (le bulletin les imprime)"),
        ("Violations, lieu le plus précis", LEVELS[policy.place]),
        ("Violations, temps", TIMES[policy.time]),
        *((label, _rule(policy.counts[kind], policy, kind in DIVIDED)) for kind, label in COUNTED.items()),
        (
            "Violences sexuelles, mariage forcé, exploitation sexuelle",
            f"au plus fin : {LEVELS[policy.sensitive]}",
        ),
        (
            "Auteur ; sexe, âge et statut de la victime",
            f"agrégés, au plus fin : {LEVELS[policy.profiles]}",
        ),
        ("Alertes flash", listing(names) if names else "aucune"),
        ("Indice de risque", "points et niveau" if policy.scores else "niveau seulement"),
        ("Couverture", listing(cover)),
        ("Liste des incidents (annexe 4)", ", ".join(listed) if listed else "non produite"),
        (
            "Partage",
            "archive chiffrée AES-256, mot de passe exigé" if policy.encrypted else SHARED[policy.protocol],
        ),
    ]


def _rule(rule: CountRule, policy: Policy, divided: bool) -> str:
    if rule.exact or not policy.threshold:
        return "exact"
    small = f"de 1 à {policy.threshold - 1}"
    above = {
        EXACT: f"exact à partir de {policy.threshold}",
        CLASS: f"classe de la légende à partir de {policy.threshold}",
    }[rule.above]
    below = {
        EXACT: f"{small} : exact",
        CLASS: f"{small} : la classe « 1 à {policy.threshold - 1} »",
        HIDDEN: f"{small} : en somme, « {OTHERS} »" if divided else f"{small} : non publié",
    }[rule.below]
    return f"{above} ; {below} ; zéro : zéro"


def _notes(policy: Policy) -> list[str]:
    notes = [
        "Zéro, non couvert, sans données et non publié sont quatre choses, et chacune a son entrée de légende."
    ]
    if not policy.exact:
        notes += [
            f"Un effectif, grand ou petit, peut être {WITHHELD} : dix, quinze ou cinquante valeurs, sa classe, ce que "
            "disent ses communes, ce que les sommes publiées laissent (« 9 à 15 »), ou rien. Par soustraction, un effectif "
            f"de 1 à {policy.threshold - 1} par commune ou par cercle garde toutes les valeurs de sa classe, ou ce que "
            "les totaux imprimés laissent. À qui relance ce programme, sans la clé de l’office, il en garde cinq, ou ce "
            "que sa classe et les totaux laissent, par lieu, catégorie, type et profil ; certaines peuvent être plus "
            "probables que d’autres. Des chiffres sont masqués sans besoin, par tirage : rien ne se déduit de ceux qui le "
            "sont.",
            "Violences sexuelles, mariages forcés, exploitations sexuelles : plus finement que le niveau "
            f"{LEVELS_OF[policy.sensitive]}, tout nombre reste possible, zéro compris, si nombreux soient-ils.",
            "Flèches : seulement celles qui laissent à chaque petit effectif des deux mois ses valeurs ; n’en ajouter "
            "aucune à la main. Ce qu’un attaquant peut encore apprendre est dit dans docs/divulgation.md.",
        ]
        notes.append(
            "Ce qui a été partagé (make share) est redit tel quel, à tous les publics et dans les mois suivants, quoi que "
            "deviennent ses lignes, jusqu’à une correction lue et signée (CORRECTIF=)."
        )
    if policy.coarser_than:
        notes.append(f"Jamais plus précis que « {policy.coarser_than} », même en croisant les deux.")
    notes.append(
        f"Autres publics : {', '.join(name for name in policies() if name != policy.audience)}. "
        "Règles : pipeline/disclosure/policies.toml ; explications : docs/divulgation.md."
    )
    return notes
