#!/bin/sh
# Finds Chromium or Chrome for the browser tests, or installs Debian's package where that is possible.
# Usage: browser.sh STAMP. The tests look the program up again by the same names.
set -eu
stamp="$1"
found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}
if ! found && command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo="none"; fi
    if [ "$sudo" != none ]; then
        echo "Installation de Chromium pour les tests…"
        { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq chromium; } >/dev/null 2>&1 || true
    fi
fi
if found; then
    touch "$stamp"
elif [ "${CI:-}" = true ]; then
    echo "No Chromium, and this is CI: the browser tests must run here. Install Debian's package chromium." >&2
    exit 1
else
    echo "No Chromium or Chrome found: the browser tests will be reported as skipped (apt install chromium)." >&2
fi
