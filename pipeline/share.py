"""One month for one audience as an archive to send, with its notice: checked, reproducible, encrypted where needed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.annexes.common import DISCLAIMER
from pipeline.disclosure.policy import Policy, policies, policy_of
from pipeline.disclosure.published import WITHHELD
from pipeline.errors import DisclosureError, InputError
from pipeline.files import is_temporary, replacing, sha256_bytes
from pipeline.french import Month, day, listing
from pipeline.manifest import ARCHIVE
from pipeline.scan import Forbidden, enforce
from pipeline.taxonomy import SENSITIVE_TYPES

# LISEZMOI.txt, which goes along with a shared folder: what it holds, for whom, on what conditions.


READ = (".html", ".png", ".pdf", ".xlsx", ".docx", ".gpkg")
MANIFEST, SUMS, READ_ME = "manifest.json", "SHA256SUMS", "LISEZMOI.txt"
LIST = "annexe-4-"


def read_me(policy: Policy, manifest: Mapping[str, Any], parcel: Parcel) -> str:
    """LISEZMOI: what is in the archive, for whom, on what conditions. French, plain text."""
    month = Month.parse(manifest["month"])
    titles = [
        f"- {entry['path']} : {entry['title']}"
        for entry in manifest["outputs"]
        if entry["path"].endswith(READ)
    ]
    lines = [
        f"CARTES DE PROTECTION, MALI – {month.label.upper()}",
        f"Diffusion : {policy.label}",
        *_which(parcel, month),
        *parcel.warnings,
        "",
        "Ouvrir index.html : tout se lit hors ligne, sur ordinateur ou téléphone.",
        "",
        "CONTENU",
        *titles,
        f"- {MANIFEST} : provenance et empreinte de chaque fichier ; {SUMS} : pour vérifier (sha256sum -c {SUMS}).",
        "",
        "CONDITIONS D’USAGE",
        *(f"{rank}. {rule}" for rank, rule in enumerate(_conditions(policy), start=1)),
        "",
        "PROVENANCE",
        f"Produit le {day(date.fromisoformat(manifest['produced_on']))} (version {manifest['pipeline_version']}). "
        f"Limites : {manifest['boundaries']['source']}.",
        DISCLAIMER.replace("cette carte", "ces cartes"),
        "",
    ]
    return "\n".join(lines)


def _which(parcel: Parcel, month: Month) -> list[str]:
    if parcel.version == 1:
        lines = ["Version 1."]
    else:
        lines = [
            f"Version {parcel.version}, corrigée : lire d’abord erratum.html (ou erratum.pdf). Elle remplace la version "
            f"{parcel.version - 1}, à effacer ; ne pas comparer les deux : leur différence pourrait désigner une personne."
        ]
    if parcel.edition > 1:
        others = listing([Month.parse(name).label for name in parcel.corrected])
        lines.append(
            f"Édition {parcel.edition} de la version {parcel.version} : les violations {month.of_label} y sont les mêmes, "
            f"et les totaux des mois d’avant suivent le bulletin"
            f"{f' ; {others} y est dit comme corrigé depuis' if others else ''} ; fichiers refaits, ajoutés ou retirés : "
            f"{listing(list(parcel.changed))}."
        )
    return lines


def _conditions(policy: Policy) -> list[str]:
    whom = {
        True: "Réservé aux membres du Cluster Protection qui en ont besoin pour leur travail ; ne pas transférer, "
        "ne pas imprimer sans nécessité, effacer quand ce n’est plus utile.",
        False: "À l’usage de la coordination et de l’action humanitaires ; aucune vente.",
    }[policy.encrypted]
    rules = [whom]
    if policy.threshold:
        rules.append(
            f"Les effectifs de 1 à {policy.threshold - 1} sont donnés en classe ou ne sont pas publiés ; tout autre "
            f"donné en intervalle, ou non publié, est {WITHHELD}. Ne pas chercher à les retrouver, ni à reconnaître une "
            "personne, une famille ou un village, seul ou en croisant avec d’autres données."
        )
    if policy.list_columns and not policy.encrypted:
        rules.append(
            "Destiné aux partenaires : ne pas publier ni transmettre hors de la réponse humanitaire."
        )
    return [
        *rules,
        "Les violations documentées ne sont pas toutes les violations commises : une zone sans couleur n’est "
        "pas une zone sans violence. Zéro, non couvert, sans données et non publié sont quatre choses.",
        "Citer la source : Cluster Protection Mali, système de monitoring de protection, avec le mois et la "
        "date de production.",
        "Signaler toute donnée qui pourrait désigner quelqu’un : elle sera retirée aussitôt.",
    ]


# A folder of one month and audience as one archive to send: checked, reproducible, encrypted where it must be.


KINDS = (".html", ".png", ".pdf", ".svg", ".xlsx", ".docx", ".gpkg", ".pgw", ".prj")
EPOCH = (1980, 1, 1, 0, 0, 0)
SHORTEST_PASSWORD = 12
DISTINCT = 6
"""Different signs that a password must have at least: "aaaaaaaaaaaa" is found at the first try."""
AES_256 = 3
"""How the WinZip AES extension (AE-2) writes a key of 256 bits."""


@dataclass(frozen=True)
class Parcel:
    """Which archive of a month it is. version: of the figures; edition: of the files that tell them; changed: names of
    those that are not as in the edition before; corrected: months before it that were corrected meanwhile; warnings: what
    every page says at its head ("DONNÉES D’EXEMPLE : ...")."""

    version: int = 1
    edition: int = 1
    changed: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def share(
    folder: Path,
    audience: str,
    out: Path,
    password_file: Path | None = None,
    forbidden: Forbidden | None = None,
    parcel: Parcel = Parcel(),
    enter: Callable[[Path, str], None] = lambda path, checksum: None,
) -> Path:
    """Pack outputs/<month>/<audience> into out/<name>.zip and return its path.

    Only files that the manifest tells of are packed, each with the checksum it tells. forbidden: what the
    files are scanned for first (see `pipeline.scan`), required unless the audience sees everything.
    parcel: from its second version or edition on, the name says it. enter: enters it (path, checksum) in the register,
    before it has its name: what raises leaves no archive, and no archive is there that was not entered.
    Raises DisclosureError where a check fails, InputError where something is missing. Same folder, same
    bytes; an encrypted archive has new salts each time.
    """
    policy = policy_of(audience)
    password = _password(policy, password_file)
    manifest = _manifest(folder, policy)
    if not policy.exact:
        if forbidden is None:
            raise ValueError(f"share({audience!r}) needs what is forbidden")
        enforce(folder, forbidden)
    files = _files(folder, manifest, policy.exact)
    _keep_protocol(policy, files, password)
    files[READ_ME] = read_me(policy, manifest, parcel).encode("utf-8")
    sums = "".join(f"{sha256_bytes(files[name])}  {name}\n" for name in sorted(files))
    files[SUMS] = sums.encode("ascii")
    mark = f"-v{parcel.version}" if parcel.version > 1 else ""
    mark += f"-edition-{parcel.edition}" if parcel.edition > 1 else ""
    target = out / f"{ARCHIVE}{manifest['month']}-{audience}{mark}.zip"
    _keep_apart(target, policy, audience)
    packed = _encrypted(files, password) if password is not None else _packed(files)
    _read_back(packed, files, password)
    with replacing(target) as temporary:
        temporary.write_bytes(packed)
        enter(target, sha256_bytes(packed))
    return target


def refuse_other_password(archive: Path, audience: str, password_file: Path) -> None:
    """Raise InputError where an archive that was shared does not open with this password alone: who seals it again must not
    believe that it is."""
    import pyzipper

    password = _password(policy_of(audience), password_file)
    with pyzipper.AESZipFile(archive) as opened:
        sealed = all(info.flag_bits & 1 for info in opened.infolist())
        opened.setpassword(password)
        with suppress(RuntimeError):
            opened.read(READ_ME)
            if sealed:
                return
    why = "a un autre mot de passe" if sealed else "n’est pas chiffrée"
    raise InputError(
        f"PASSWORD_FILE={password_file} est donné, mais {archive}, déjà inscrite au registre, {why}",
        "rien n’est réécrit : ce mot de passe ne la protège pas",
        "la transmettre telle quelle, ou la sortir de son dossier puis relancer la même commande : l’archive est refaite, "
        "la même, avec ce mot de passe",
    )


def _keep_protocol(policy: Policy, files: Mapping[str, bytes], password: bytes | None) -> None:
    """Types that name what was done to a body leave by region only as the policy's protocol says. What is packed is
    read, not what should be in it. Raises DisclosureError."""
    if (
        policy.encrypted
        or policy.protocol == "ouvert"
        or (policy.protocol == "chiffré" and password is not None)
    ):
        return
    kinds = sorted(
        {kind for name, data in files.items() if name.endswith(".xlsx") for kind in _sensitive(data)}
    )
    if not kinds:
        return
    bearers = sorted(name for name in files if name.startswith((LIST, "annexes.")))
    elsewhere = (
        f"ou partager sans eux : make AUDIENCE=public, puis make share AUDIENCE=public ; ou types_sensibles = « pays » "
        f"pour « {policy.audience} » dans pipeline/disclosure/policies.toml, puis make"
    )
    sealed = (
        f"écrire un mot de passe dans un fichier, puis make share AUDIENCE={policy.audience} PASSWORD_FILE=ce-fichier, et "
        f"le transmettre par un autre canal que l’archive, selon le protocole convenu avec qui la reçoit ; {elsewhere}"
    )
    raise DisclosureError(
        f"{listing(bearers)} : types sensibles dits par région ({', '.join(kinds)})",
        "l’archive n’est pas faite : perdue ou transférée, elle livrerait où des violences sexuelles, des mariages forcés "
        "ou des exploitations sexuelles ont été signalés",
        sealed if policy.protocol == "chiffré" else elsewhere.removeprefix("ou "),
    )


def _sensitive(workbook: bytes) -> set[str]:
    """The sensitive types of the lines of a workbook that name a region."""
    import openpyxl

    found: set[str] = set()
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    for sheet in book:
        heads: list[str] = []
        for row in sheet.iter_rows(values_only=True):
            texts = [str(value) if value is not None else "" for value in row]
            if {"Région", "Type"} <= set(texts):
                heads = texts
            elif heads and texts[heads.index("Région")]:
                found |= SENSITIVE_TYPES & {texts[heads.index("Type")]}
    return found


def produced_on(folder: Path, policy: Policy) -> str:
    """The date that the month's outputs bear. Raises as `share` where there is no manifest."""
    return str(_manifest(folder, policy).get("produced_on", ""))


def _password(policy: Policy, path: Path | None) -> bytes | None:
    if not policy.encrypted and (path is None or policy.protocol != "chiffré"):
        if path is not None:
            raise InputError(
                f"PASSWORD_FILE={path} est donné pour AUDIENCE={policy.audience}, qui n’est pas chiffrée",
                "l’archive n’est pas faite, pour ne pas laisser croire qu’elle est protégée",
                "retirer PASSWORD_FILE=, ou choisir un public dont le protocole est « chiffré » : AUDIENCE=interne",
            )
        return None
    if path is None:
        raise DisclosureError(
            f"AUDIENCE={policy.audience} ne se partage pas sans mot de passe",
            "aucune archive n’est faite : perdue ou transférée, elle livrerait lieux, jours et villages",
            "écrire un mot de passe dans un fichier, puis make share AUDIENCE=interne PASSWORD_FILE=ce-fichier ; "
            "transmettre le mot de passe par un autre canal que l’archive",
        )
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"PASSWORD_FILE={path} ne se lit pas ({error.__class__.__name__})",
            "aucune archive n’est faite",
            "donner le chemin d’un fichier texte dont la première ligne est le mot de passe",
        ) from error
    first = text.splitlines()[0].strip() if text else ""
    if len(first) < SHORTEST_PASSWORD:
        raise InputError(
            f"le mot de passe de {path} a {len(first)} caractères",
            f"aucune archive n’est faite : sous {SHORTEST_PASSWORD} caractères il se devine",
            f"en écrire un de {SHORTEST_PASSWORD} caractères ou plus, par exemple quatre mots sans rapport",
        )
    if len(set(first)) < DISTINCT or first.isdigit():
        raise InputError(
            f"le mot de passe de {path} répète les mêmes signes, ou n’a que des chiffres",
            "aucune archive n’est faite : il se devine en quelques essais",
            "en écrire un autre, par exemple quatre mots sans rapport",
        )
    return first.encode("utf-8")


def _manifest(folder: Path, policy: Policy) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
        told = (
            found["month"],
            found["audience"],
            [(entry["path"], entry["sha256"]) for entry in found["outputs"]],
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{path} manque ou ne se lit pas",
            "rien ne dit quels fichiers sont ceux du mois : l’archive n’est pas faite",
            "relancer make pour ce mois et ce public, puis make share",
        ) from error
    if told[1] != policy.audience:
        raise DisclosureError(
            f"{path} est fait pour « {told[1]} », pas pour « {policy.audience} »",
            "l’archive n’est pas faite : elle montrerait à un public ce qui est fait pour un autre",
            f"relancer make AUDIENCE={policy.audience}, puis make share",
        )
    return dict(found)


def _files(folder: Path, manifest: Mapping[str, Any], exact: bool) -> dict[str, bytes]:
    """The files to pack, by name: those of the manifest, as they were when it was written, and itself, less what it says
    of the files read: the checksum of a short table tells who guesses its rows that the guess is right."""
    files = {MANIFEST: (folder / MANIFEST).read_bytes()}
    if not exact:
        inputs = [{**file, "sha256": ""} for file in manifest["inputs"]]
        outputs = [{**entry, "made_of": ""} for entry in manifest["outputs"]]
        told = {**manifest, "inputs": inputs, "outputs": outputs}
        files[MANIFEST] = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    wrong = []
    for entry in manifest["outputs"]:
        name = Path(entry["path"]).name
        path = folder / name
        if not name.endswith(KINDS):
            continue
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() == entry["sha256"]:
            files[name] = data
        else:
            wrong.append(name)
    known = {*files, *wrong}
    there = [path for path in folder.iterdir() if path.suffix in KINDS and not is_temporary(path)]
    stray = sorted(path.name for path in there if path.name not in known)
    if stray:
        raise DisclosureError(
            f"{listing(stray)} : dans {folder}, mais pas ou plus dans son manifeste",
            "l’archive n’est pas faite : ces fichiers ne viennent pas des données d’aujourd’hui, et deux versions d’un "
            "mois se comparent",
            "relancer make bulletin pour ce mois et ce public s’ils sont du bulletin, sinon les enlever, puis make share",
        )
    if wrong:
        raise DisclosureError(
            f"{listing(wrong)} : manquant, ou changé depuis que le manifeste a été écrit",
            "l’archive n’est pas faite : elle ne contiendrait pas ce qui a été vérifié",
            "relancer make pour ce mois et ce public, sans retoucher les fichiers produits, puis make share",
        )
    return files


def _keep_apart(target: Path, policy: Policy, audience: str) -> None:
    """An archive that is for inside may not be put where another audience's files are."""
    others = {*policies(), "revue"} - {audience}
    inside = others & set(target.resolve().parts[-3:])
    if policy.encrypted and inside:
        raise DisclosureError(
            f"{target} est dans un dossier de « {inside.pop()} »",
            "l’archive interne n’y est pas écrite : elle partirait avec les autres fichiers",
            "choisir un autre dossier pour l’archive",
        )


def _packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of fixed times and sorted names."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(_member(zipfile.ZipInfo(name, EPOCH)), files[name])
    return whole.getvalue()


def _encrypted(files: Mapping[str, bytes], password: bytes) -> bytes:
    """The same, each member encrypted with AES-256 as WinZip and 7-Zip read it."""
    import pyzipper

    whole = io.BytesIO()
    with pyzipper.AESZipFile(whole, "w", compression=pyzipper.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.setpassword(password)
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for name in sorted(files):
            archive.writestr(_member(archive.zipinfo_cls(name, EPOCH)), files[name])
    return whole.getvalue()


def _read_back(packed: bytes, files: Mapping[str, bytes], password: bytes | None) -> None:
    """Open what was packed as its reader will: every file whole, and, where it is encrypted, only with the
    password and by AES-256. Raises DisclosureError: an archive that fails this is never written."""
    import pyzipper

    with pyzipper.AESZipFile(io.BytesIO(packed)) as archive:
        members = archive.infolist()
        sealed = all(info.flag_bits & 1 and info.wz_aes_strength == AES_256 for info in members)
        if password is not None:
            archive.setpassword(password)
        same = {info.filename: archive.read(info) for info in members} == dict(files)
    if not same or (password is not None and not sealed):
        raise DisclosureError(
            "l’archive relue n’est pas celle qui devait être faite",
            "elle n’est pas écrite : incomplète ou mal chiffrée, elle ne protégerait personne",
            "relancer make share ; si cela se répète, le dire à l’équipe qui tient ce programme",
        )


def _member(info: Any) -> Any:
    """A member as Linux writes it, whatever the machine."""
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    return info
