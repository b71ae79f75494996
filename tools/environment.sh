#!/bin/sh
# Creates .venv where it is missing and installs one lock file into it, with checksums.
# Usage: environment.sh LOCK STAMP. PYTHON: the interpreter, in the environment (python3).
set -eu
python="${PYTHON:-python3}" lock="$1" stamp="$2"

fail() {
    printf 'PROBLÈME     %s\nCONSÉQUENCE  %s\nREMÈDE       %s\n' "$1" "$2" "$3" >&2
    exit 1
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || fail \
    "« $python » n’est pas Python 3.11 ou plus récent" \
    "les programmes ne peuvent pas être installés : aucune carte n’est produite" \
    "installer Python 3.11 (python.org, ou apt install python3 python3-venv), ou : make PYTHON=python3.12"
if [ ! -x .venv/bin/python ]; then
    echo "Préparation de l’environnement (.venv), une seule fois…"
    "$python" -m venv .venv || fail \
        "l’environnement .venv n’a pas pu être créé" \
        "les programmes ne peuvent pas être installés : aucune carte n’est produite" \
        "sous Debian ou Ubuntu : apt install python3-venv ; puis relancer make"
fi
echo "Installation de $lock…"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || fail \
    "les paquets de $lock n’ont pas pu être installés" \
    "aucune carte n’est produite" \
    "vérifier la connexion, puis relancer make : ce qui est déjà téléchargé n’est pas repris"
touch "$stamp"
