#!/bin/sh
# Runs a command of the pipeline, unless everything that it read and made is as it was.
# Usage: run.sh [--again] COMMAND [ARGUMENT...]. Its values are in the environment, named in VARIABLES: they are text,
# and never part of a command line. Names, sizes and dates are compared here, in some milliseconds and without Python;
# where they differ Python compares contents before it does anything (see pipeline/freshness.py).
set -u
again=
[ "$1" != --again ] || { again=oui; shift; }
AGAIN=$again
export AGAIN

values() {
    printf '%s\n' "$*"
    for name in $VARIABLES; do eval "printf '%s=%s\n' $name \"\${$name-}\""; done
}
if stat -c %s / >/dev/null 2>&1; then  # GNU, then BSD and macOS
    look() { xargs -0 stat -L -c '%n %s %.9Y %.9Z' <"$MEMORY.lus" 2>&1 || :; }
else
    look() { xargs -0 stat -L -f '%N %z %Fm %Fc' <"$MEMORY.lus" 2>&1 || :; }
fi
MEMORY=build/memoire/$(values "$@" | cksum | tr ' ' '-')
export MEMORY
state() { values "$@"; look; }
if [ -n "$again" ]; then
    rm -f "$MEMORY".*
elif [ -f "$MEMORY.etat" ] && [ -f "$MEMORY.lus" ] && state "$@" | cmp -s - "$MEMORY.etat"; then
    [ "$1" = boundaries ] || echo "À jour : rien n’a changé depuis le dernier passage."
    exit 0
fi
rm -f "$MEMORY".etat* "$MEMORY.lus"
# What is kept there names files and values, and holds what the tables hold: its owner alone reads it.
mkdir -p build && chmod 700 build
# Pictures go back to the system as soon as they are done with (glibc; others leave it unread): two processes draw at once.
export MALLOC_MMAP_THRESHOLD_=300000 MALLOC_TRIM_THRESHOLD_=1000000 MALLOC_ARENA_MAX=1
[ -x .venv/bin/python ] || sh tools/environment.sh requirements.lock .venv/.run || exit $?
.venv/bin/python -m pipeline.cli "$@" || exit $?
[ ! -f "$MEMORY.lus" ] || { state "$@" >"$MEMORY.etat.$$" && mv -f "$MEMORY.etat.$$" "$MEMORY.etat" || :; }
