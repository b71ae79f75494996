#!/bin/sh
# Prints the targets of the Makefile with the text after "##", in French then in English.
# Usage: help.sh MAKEFILE; help.sh unknown TARGET: says that there is no such target; help.sh variable NAME KNOWN...
set -eu
if [ "$1" = unknown ]; then
    printf 'PROBLÈME     « %s » n’est ni une commande de make ni un fichier d’ici\n' "$2" >&2
    printf 'CONSÉQUENCE  rien n’est fait\nREMÈDE       voir make help ; par exemple : make annex-1, make share\n' >&2
    exit 2
fi
if [ "$1" = variable ]; then
    printf 'PROBLÈME     « %s » n’est pas une variable de make\n' "$2" >&2
    shift 2
    printf 'CONSÉQUENCE  rien n’est fait : elle serait passée sous silence\n' >&2
    printf 'REMÈDE       choisir parmi %s ; make help les explique\n' "$*" >&2
    exit 2
fi
echo "Usage : make [cible] [VARIABLE=valeur]"
echo
awk -F ' ## ' '/^[a-z0-9-]+:.* ## /{ split($1, t, ":"); split($2, w, " \\| "); printf "  %-17s %s\n  %-17s %s\n", t[1], w[1], "", w[2] }' "$1"
cat <<'TEXT'

Variables
  MONTH            mois, par défaut le dernier de inputs/           | month, default: the latest
  AUDIENCE         partenaires (défaut), interne, public            | who the maps are for
  BOUNDARIES       votre fichier ou dossier de limites              | your own boundary file or folder
  INPUTS OUTPUTS   dossiers d’entrée et de sortie                   | folders
  PRODUCED_ON      date imprimée (AAAA-MM-JJ), par défaut ce jour   | date printed, default today
  FORMAT           png (défaut), pdf, svg, pour annex-N             | image format, for annex-N
  PAGE             A4-paysage (défaut), A3-paysage, A4-portrait, colonne (160 mm, pour un document) | paper of the maps
  BASEMAP          oui, un nom, une adresse {z}/{x}/{y} ou un .tif  | tiles or GeoTIFF under the maps
  MAX_NON_RESOLUS  part de lieux à vérifier tolérée, en % (5)       | share of open places allowed
  MAX_REFUSES      part de lignes refusées tolérée, en % (5)        | share of refused rows allowed
  DIVISION         2021 ou 2025, par défaut celle en vigueur        | division of Mali, default: in force
  PAR              votre nom, pour decide, share et CORRECTIF       | your name, for decide, share, CORRECTIF
  FICHIER TABLEAU  export à lire et son tableau, pour recette       | export to read, and its table
  OUI              1 : accepter ce que recette propose              | accept what recette proposes
  WITH             mois de comparaison, pour compare                | the month to compare with
  ROOM             dossier de tests, par exemple records, pour test (sans les lents) | tests of one room, for test (not the slow ones)
  PYTHON           l’interpréteur, par défaut python3               | the interpreter
  MIRROR COPIES_URL HDX_URL  où chercher les limites                | where boundaries are looked for
  ACCEPTER         oui : prendre une édition des limites qui a changé | oui: take boundaries that changed
  PASSWORD_FILE    fichier du mot de passe, pour share (interne)    | file with the password, for share
  REGISTRE         dossier de ce qui a été partagé, par défaut registre/ | folder of what was shared
  CORRECTIF        oui : corrige un mois déjà partagé, dès cinq lignes changées ; urgent : sans attendre (make, puis share,
                   signé par PAR=) | oui, urgent: make, then share, correct a month already shared
TEXT
