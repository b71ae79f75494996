#!/bin/sh
# Creates .venv where it is missing and installs one lock file into it, with checksums.
# Usage: environment.sh LOCK STAMP. PYTHON: the interpreter, in the environment (python3, or a later or earlier one that
# is there and fits).
set -eu
python="${PYTHON:-python3}" lock="$1" stamp="$2"

fail() {
    printf 'PROBLÈME     %s\nCONSÉQUENCE  %s\nREMÈDE       %s\n' "$1" "$2" "$3" >&2
    exit 1
}

# The first that some package (fiona) has no ready-made build for is 3.14: pip would try to compile it, and blame all else.
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }
if [ -z "${PYTHON:-}" ]; then
    for name in python3 python3.13 python3.12 python3.11; do
        if fits "$name"; then python=$name; break; fi
    done
fi
if ! fits "$python"; then
    found=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || found=
    told="n’est pas là, ou n’est pas Python"
    [ -z "$found" ] || told="est Python $found"
    fail "« $python » $told" \
        "les programmes demandent Python 3.11, 3.12 ou 3.13 et ne peuvent pas être installés : aucune carte n’est produite" \
        "installer Python 3.13 (python.org ; sous Debian ou Ubuntu : apt install python3 python3-venv), puis relancer make ; \
s’il est là sous un autre nom : make PYTHON=python3.13"
fi
# Two first makes at once: the second waits, and a lock that a killed one left is taken over.
lock_folder=build/environnement
mkdir -p build
until mkdir "$lock_folder" 2>/dev/null; do
    kill -0 "$(cat "$lock_folder/pid" 2>/dev/null || echo 0)" 2>/dev/null || rm -rf "$lock_folder"
    sleep 1
done
echo $$ >"$lock_folder/pid"
trap 'rm -rf "$lock_folder"' EXIT
trap 'exit 130' INT TERM
[ ! "$stamp" -nt "$lock_folder" ] || exit 0
# An environment without pip is half made: it was killed, or Debian lacks python3-venv. pip is what all else needs.
if [ -x .venv/bin/python ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "L’environnement .venv est incomplet : il est refait."
    rm -rf .venv
fi
if [ ! -x .venv/bin/python ]; then
    rm -rf .venv  # its interpreter may be gone: the machine has another Python than when it was made
    echo "Préparation de l’environnement (.venv), une seule fois…"
    "$python" -m venv .venv || rm -rf .venv
    [ -x .venv/bin/python ] || fail \
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
