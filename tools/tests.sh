#!/bin/sh
# Runs the tests: all, those of one room (ROOM=records, the slow ones left out; or the name of a module), or with "quick"
# all but those that drive a browser, run whole makes or are slow.
set -eu
# Whole makes start Python a hundred times, each with the same modules: what is compiled is kept, as on an officer's machine.
unset PYTHONDONTWRITEBYTECODE
fast='not browser and not make and not slow'
if [ "${1-}" = quick ]; then
    exec .venv/bin/python -m pytest -m "$fast" tests
elif [ -z "${ROOM-}" ]; then
    exec .venv/bin/python -m pytest
elif [ "$ROOM" = made ]; then
    exec .venv/bin/python -m pytest tests/made
elif [ -d "tests/$ROOM" ]; then
    exec .venv/bin/python -m pytest -m 'not make and not slow' "tests/$ROOM"
elif [ -f "tests/test_$ROOM.py" ]; then
    exec .venv/bin/python -m pytest -n 0 "tests/test_$ROOM.py"
fi
rooms=$(cd tests && ls -d */ | grep -v '^[_.]' | tr -d / | grep -v -e helpers -e artefacts | tr '\n' ' ')
printf 'PROBLÈME     ROOM=%s : il n’y a pas de tests de ce nom\nCONSÉQUENCE  aucun test n’est lancé\n' "$ROOM" >&2
printf 'REMÈDE       choisir parmi : %s\n' "$rooms" >&2
exit 2
