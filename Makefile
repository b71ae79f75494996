# La salle des cartes du Cluster Protection au Mali : make help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

INPUTS      ?= inputs
OUTPUTS     ?= outputs
AUDIENCE    ?= partenaires
BOUNDARIES  ?=
PRODUCED_ON ?=
WITH        ?=
PAGE        ?= A4-paysage
FORMAT      ?= png
BASEMAP     ?=
MAX_NON_RESOLUS ?= 5
PYTHON      ?= python3
MONTH       ?= $(lastword $(sort $(notdir $(wildcard $(INPUTS)/20[0-9][0-9]-[01][0-9]))))

PY   := .venv/bin/python
RUN   = $(PY) -m pipeline.cli
YEAR := $(firstword $(subst -, ,$(MONTH)))
UPTO := $(wordlist 1,$(patsubst 0%,%,$(lastword 1 $(subst -, ,$(MONTH)))),01 02 03 04 05 06 07 08 09 10 11 12)
OUT   = $(OUTPUTS)/$(MONTH)/$(AUDIENCE)
SELECT = --month "$(MONTH)" --audience "$(AUDIENCE)" --inputs "$(INPUTS)" --outputs "$(OUTPUTS)" \
         --produced-on "$(PRODUCED_ON)"
ORDER = $(SELECT) --max-unresolved "$(MAX_NON_RESOLUS)" --page "$(PAGE)" --basemap "$(BASEMAP)"

PASTED := tableaux.xlsx annexes.docx annexes.pdf graphique-categories.png graphique-regions.png

# DEPS_n, SLUG_n, NUMBERS, LOST: what each annex is made of, and what has to be made again.
include tools/maps.mk

.PHONY: all boundaries bulletin compare new-month decide share explain-audience check test lint bench clean help FORCE $(addprefix annex-,1 2 3 4 5 6)

all: $(OUT)/.a-jour ## toutes les annexes du mois (MONTH, AUDIENCE) | every annex of the month

$(OUT)/.a-jour: $(sort $(foreach n,$(NUMBERS),$(DEPS_$n))) $(if $(strip $(LOST_ALL)),FORCE)
	$(RUN) build $(ORDER) --whole $(if $(filter bulletin,$(MAKECMDGOALS)),--bulletin) $(foreach n,$(NUMBERS),$(if $(filter $(DEPS_$n),$?)$(findstring $(SLUG_$n),$(LOST)),$n))
	@touch $@ $(if $(filter bulletin,$(MAKECMDGOALS)),$(OUT)/.bulletin)

define annex
annex-$1: $$(OUT)/$$(SLUG_$1).$$(call image,$1)
$$(OUT)/$$(SLUG_$1).$$(call image,$1): $$(DEPS_$1)
	$$(RUN) build $$(ORDER) --image "$$(FORMAT)" $1
endef
$(foreach n,1 2 3 4 5 6,$(eval $(call annex,$n)))
annex-1: ## carte des incidents (FORMAT=png, pdf, svg) | incidents map
annex-2: ## carte des alertes flash | flash alerts map
annex-3: ## carte de l'indice de risque | risk index map
annex-4: ## liste des incidents | list of incidents
annex-5: ## carte de la couverture | coverage map
annex-6: ## évolution de la sévérité, un mois par carte | severity month by month

boundaries: boundaries/mali.gpkg ## les limites : BOUNDARIES=, vos fichiers, miroir, HDX, grille | the boundaries

# Asked for by name, the schematic grid is given another chance to be replaced by real boundaries.
boundaries/mali.gpkg: .venv/.run boundaries/sources.toml boundaries/grille.txt build/limites $(GEOCODE) \
    $(filter-out boundaries/mali.gpkg,$(wildcard $(BOUNDARIES) $(addprefix boundaries/*.,zip shp gpkg geojson json gdb))) \
    $(if $(filter boundaries,$(MAKECMDGOALS)),$(if $(wildcard boundaries/.schematique),FORCE))
	$(RUN) boundaries --chosen "$(BOUNDARIES)"

bulletin: $(OUT)/.bulletin ## tableaux, graphiques, Word et PDF pour le bulletin | the bulletin's files
$(OUT)/.bulletin: $(OUT)/.a-jour $(if $(strip $(call missing,$(addprefix $(OUT)/,$(PASTED)))),FORCE)
	@if [ $< -nt $@ ] || ! ls $(addprefix $(OUT)/,$(PASTED)) >/dev/null 2>&1; then $(RUN) bulletin $(SELECT); fi
	@touch $@

compare: boundaries/mali.gpkg ## ce qui a changé depuis WITH=2021-05 (sinon le mois d'avant) | what changed between two months
	$(RUN) compare $(SELECT) --with "$(WITH)"

new-month: boundaries/mali.gpkg ## le dossier d'un mois, modèles à remplir : MONTH=2021-07 | templates of a new month
	$(RUN) new-month --month "$(MONTH)" --inputs "$(INPUTS)"

decide: boundaries/mali.gpkg ## reprend vos décisions de revue/lieux-a-verifier (PAR=nom) | take your decisions on places
	$(RUN) decide --month "$(MONTH)" --inputs "$(INPUTS)" --outputs "$(OUTPUTS)" --by "$(PAR)"

share: $(OUT)/.a-jour ## l'archive à transmettre (interne : PASSWORD_FILE=) | the archive to pass on
	$(RUN) share $(SELECT) --password-file "$(PASSWORD_FILE)"

explain-audience: .venv/.run ## ce que voit un public : AUDIENCE=public | what an audience may see
	$(RUN) explain-audience --audience "$(AUDIENCE)"

check: boundaries/mali.gpkg ## les totaux contre le bulletin, et d'une page à l'autre | totals against the published ones
	$(RUN) check --month "$(MONTH)" --audience "$(AUDIENCE)" --inputs "$(INPUTS)" --outputs "$(OUTPUTS)"

test: lint .venv/.browser ## tous les tests | all tests
	$(PY) -m pytest

lint: .venv/.dev ## style, types, étages de la maison | style, types, floors of the house
	$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports && $(PY) -m tools.es2015

bench: .venv/.dev boundaries/mali.gpkg ## temps et tailles mesurés | measured times and sizes
	$(PY) -m tools.bench

clean: ## efface ce qui est produit, pas vos données | remove what is made, not your data
	rm -rf "$(OUTPUTS)" build boundaries/mali.gpkg boundaries/relief.tif boundaries/.schematique

help: ## cette aide | this help
	@sh tools/help.sh $(firstword $(MAKEFILE_LIST))

.venv/.run: requirements.lock
	@sh tools/environment.sh "$(PYTHON)" requirements.lock $@
.venv/.dev: requirements-dev.lock .venv/.run
	@sh tools/environment.sh "$(PYTHON)" requirements-dev.lock $@
.venv/.browser: .venv/.dev
	@sh tools/browser.sh $@
FORCE:
