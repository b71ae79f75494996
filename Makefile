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
PAGE        ?= A4-paysage
FORMAT      ?= png
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
ORDER = $(SELECT) --max-unresolved "$(MAX_NON_RESOLUS)" --page "$(PAGE)"

# What each annex is made of: the only place that says so.
spread  = $(wildcard $(addsuffix .csv,$1) $(addsuffix .xlsx,$1))
year    = $(call spread,$(foreach m,$(UPTO),$(INPUTS)/$(YEAR)-$m/$1))
COVER  := $(call spread,$(INPUTS)/$(YEAR)/couverture)
TABLES := $(call year,incidents) $(call year,indice_risque) $(COVER) $(call spread,$(INPUTS)/$(MONTH)/alertes_flash)
CODE   := $(shell find pipeline -name '*.py' -o -name '*.css' -o -name '*.js' -o -name '*.toml' -o -name '*.html')
GEOCODE := $(filter pipeline/geography/%,$(CODE))
COMMON  = boundaries/mali.gpkg $(CODE) build/$(MONTH)-$(AUDIENCE) \
          $(wildcard $(INPUTS)/lieux.csv $(foreach m,$(UPTO),$(INPUTS)/$(YEAR)-$m/mois.toml))
DEPS_1  = $(COMMON) $(COVER) $(call year,incidents)
DEPS_2  = $(COMMON) $(call spread,$(INPUTS)/$(MONTH)/alertes_flash)
DEPS_3  = $(COMMON) $(COVER) $(call year,indice_risque)
DEPS_4  = $(COMMON) $(call year,incidents)
DEPS_5  = $(COMMON) $(COVER)
DEPS_6  = $(DEPS_3)
SLUG_1 := annexe-1-incidents
SLUG_2 := annexe-2-alertes-flash
SLUG_3 := annexe-3-indice-risque
SLUG_4 := annexe-4-liste-incidents
SLUG_5 := annexe-5-couverture
SLUG_6 := annexe-6-evolution-severite
PASTED  := tableaux.xlsx annexes.docx annexes.pdf
NUMBERS := 1 2 3 $(if $(filter public,$(AUDIENCE)),,4) 5 6
image    = $(if $(filter 4,$1),xlsx,$(FORMAT))
missing  = $(foreach f,$1,$(if $(wildcard $f),,$f))
LOST    := $(foreach n,$(NUMBERS),$(call missing,$(OUT)/$(SLUG_$n).$(if $(filter 4,$n),xlsx,png) $(OUT)/$(SLUG_$n).html))
LOST_ALL = $(LOST) $(call missing,$(OUT)/index.html $(OUT)/cartes.gpkg $(OUT)/manifest.json)

# A file that changes only when a value does: what is asked for is a prerequisite like any other.
remember = $(shell mkdir -p build; printf '%s\n' '$2' | cmp -s - build/$1 || printf '%s\n' '$2' > build/$1)
$(call remember,limites,$(BOUNDARIES))
$(call remember,$(MONTH)-$(AUDIENCE),$(PRODUCED_ON) $(PAGE) $(sort $(TABLES)))

.PHONY: all boundaries bulletin check test lint bench clean help FORCE $(addprefix annex-,1 2 3 4 5 6)

all: $(OUT)/.a-jour ## toutes les annexes du mois (MONTH, AUDIENCE) | every annex of the month

$(OUT)/.a-jour: $(sort $(foreach n,$(NUMBERS),$(DEPS_$n))) $(if $(strip $(LOST_ALL)),FORCE)
	$(RUN) build $(ORDER) --whole $(foreach n,$(NUMBERS),$(if $(filter $(DEPS_$n),$?)$(findstring $(SLUG_$n),$(LOST)),$n))
	@touch $@

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
    $(wildcard $(BOUNDARIES) boundaries/*.zip boundaries/*.shp boundaries/*.geojson) \
    $(if $(filter boundaries,$(MAKECMDGOALS)),$(if $(wildcard boundaries/.schematique),FORCE))
	$(RUN) boundaries --chosen "$(BOUNDARIES)"

bulletin: $(OUT)/.bulletin ## tableaux, graphiques, Word et PDF pour le bulletin | the bulletin's files
$(OUT)/.bulletin: $(OUT)/.a-jour $(if $(strip $(call missing,$(addprefix $(OUT)/,$(PASTED)))),FORCE)
	$(RUN) bulletin $(SELECT)
	@touch $@

check: boundaries/mali.gpkg ## les totaux contre ceux du bulletin | totals against the published ones
	$(RUN) check --month "$(MONTH)" --inputs "$(INPUTS)"

test: lint .venv/.browser ## tous les tests | all tests
	$(PY) -m pytest

lint: .venv/.dev ## style, types, étages de la maison | style, types, floors of the house
	$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports

bench: .venv/.dev boundaries/mali.gpkg ## temps et tailles mesurés | measured times and sizes
	$(PY) -m tools.bench

clean: ## efface ce qui est produit, pas vos données | remove what is made, not your data
	rm -rf "$(OUTPUTS)" build boundaries/mali.gpkg boundaries/relief.tif boundaries/.schematique

help: ## cette aide | this help
	@sh tools/help.sh $(MAKEFILE_LIST)

.venv/.run: requirements.lock
	@sh tools/environment.sh "$(PYTHON)" requirements.lock $@
.venv/.dev: requirements-dev.lock .venv/.run
	@sh tools/environment.sh "$(PYTHON)" requirements-dev.lock $@
.venv/.browser: .venv/.dev
	@sh tools/browser.sh $@
FORCE:
