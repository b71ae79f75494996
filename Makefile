# La salle des cartes du Cluster Protection au Mali : make help
SHELL := /bin/sh
.SHELLFLAGS := tools/recipe.sh
.SUFFIXES:
.DEFAULT_GOAL := all
GROUND    := BOUNDARIES MIRROR COPIES_URL HDX_URL ACCEPTER
VARIABLES := MONTH AUDIENCE INPUTS OUTPUTS PRODUCED_ON PAGE FORMAT BASEMAP MAX_NON_RESOLUS MAX_REFUSES DIVISION REGISTRE \
             CORRECTIF PAR $(GROUND)
OTHERS    := WITH PASSWORD_FILE PYTHON ROOM FICHIER TABLEAU OUI

# Values are text, whatever their quotes, $ and `: they reach programs through the environment, never a command line.
$(foreach name,$(VARIABLES) $(OTHERS),$(eval override $(name) := $$(value $(name))))
export VARIABLES $(VARIABLES) $(OTHERS)

# A variable that nothing reads (MOIS=2021-05) would leave its command to go on as if it were not there.
NAMED   := $(foreach word,$(MAKEOVERRIDES),$(firstword $(subst =, ,$(word))))
UNKNOWN := $(foreach name,$(filter-out $(VARIABLES) $(OTHERS),$(NAMED)),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
KNOWN   := $(if $(strip $(UNKNOWN)),.inconnue)

PY  := .venv/bin/python
RUN := sh tools/run.sh

.PHONY: all bilan recette boundaries divisions bulletin compare new-month decide share explain-audience check diagnostic test quick lint bench \
        clean help $(addprefix annex-,1 2 3 4 5 6) $(addprefix annexe-,1 2 3 4 5 6)

# What a command read and made is remembered by the command itself: tools/run.sh starts nothing where it is the same.
all: .limites ## toutes les annexes du mois (MONTH, AUDIENCE) | every annex of the month
	@$(RUN) build --whole

annex-1: ## carte des incidents (FORMAT=png, pdf, svg) | incidents map
annex-2: ## carte des alertes flash | flash alerts map
annex-3: ## carte de l’indice de risque | risk index map
annex-4: ## liste des incidents | list of incidents
annex-5: ## carte de la couverture | coverage map
annex-6: ## évolution de la sévérité, un mois par carte | severity month by month
$(addprefix annex-,1 2 3 4 5 6) $(addprefix annexe-,1 2 3 4 5 6): .limites
	@$(RUN) build $(lastword $(subst -, ,$@))

boundaries: .limites ## les limites : BOUNDARIES=, vos fichiers, miroir, copies, HDX | the boundaries

# Asked for by name, boundaries are looked for again: better ones, or a newer release.
.PHONY: .limites
.limites: .venv/.run
	@VARIABLES='$(GROUND)' $(RUN) $(if $(filter boundaries,$(MAKECMDGOALS)),--again) boundaries

divisions: .limites ## les divisions du Mali présentes, celle d’un mois (DIVISION=2025) | the divisions at hand
	@$(PY) -m pipeline.cli divisions

bulletin: .limites ## tableaux, graphiques, Word et PDF pour le bulletin | the bulletin's files
	@$(RUN) build --whole --bulletin

bilan: .limites ## le mois sur une page avant de partager : lignes, écarts, à confirmer | the month on one page
	@$(PY) -m pipeline.cli bilan

recette: .venv/.run ## comment lire l’export d’un partenaire : FICHIER= (OUI=1 accepte) | how to read a partner's export
	@$(PY) -m pipeline.cli recette

compare: .limites ## ce qui a changé depuis WITH=2021-05 (sinon le mois d’avant) | what changed between two months
	@$(PY) -m pipeline.cli compare

new-month: .limites ## le dossier d’un mois, modèles à remplir : MONTH=2021-07 | templates of a new month
	@$(PY) -m pipeline.cli new-month

decide: .limites ## reprend vos décisions de revue/lieux-a-verifier (PAR=nom) | take your decisions on places
	@$(PY) -m pipeline.cli decide

share: .limites ## l’archive à transmettre (PASSWORD_FILE= : interne, ou types sensibles par région) | the archive to pass on
	@$(PY) -m pipeline.cli share

explain-audience: .venv/.run ## ce que voit un public : AUDIENCE=public | what an audience may see
	@$(PY) -m pipeline.cli explain-audience

check: .limites ## les totaux contre le bulletin, et d’une page à l’autre | totals against the published ones
	@$(PY) -m pipeline.cli check

diagnostic: .limites ## ce qui manque, est périmé, retouché, en trop ; le remet en ordre | what is wrong in outputs, mended
	@$(PY) -m pipeline.cli diagnostic

test: lint .venv/.browser ## tous les tests ; ROOM=records : ceux d’un dossier, sans les lents | all tests, or a room’s but the slow ones
	@sh tools/tests.sh

quick: .venv/.dev ## les tests sans navigateur, make entier ni lenteur, en 3 minutes | all but browser, whole-make and slow tests
	@sh tools/tests.sh quick

lint: .venv/.dev ## style, types, étages de la maison | style, types, floors of the house
	$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports && $(PY) -m tools.es2015

bench: .venv/.dev .limites ## temps et tailles mesurés | measured times and sizes
	$(PY) -m tools.bench

clean: $(KNOWN) ## efface ce qui est produit, pas vos données ni vos réponses | remove what is made, not your data
	@[ ! -x $(PY) ] || $(PY) -m pipeline.cli clean
	@rm -rf build boundaries/mali.gpkg boundaries/relief.tif

help: ## cette aide | this help
	@sh tools/help.sh $(firstword $(MAKEFILE_LIST))

.venv/.run: requirements.lock $(KNOWN)
	@sh tools/environment.sh requirements.lock $@
.venv/.dev: requirements-dev.lock .venv/.run
	@sh tools/environment.sh requirements-dev.lock $@
.venv/.browser: .venv/.dev
	@sh tools/browser.sh $@

.PHONY: .inconnue
.inconnue:
	@sh tools/help.sh variable '$(firstword $(UNKNOWN))' $(VARIABLES) $(OTHERS)

.DEFAULT:
	@sh tools/help.sh unknown '$(subst ','\'',$@)'
