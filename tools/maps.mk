# What each annex is made of, and what is missing or changed: read by the Makefile, which runs what follows.
# Every variable of the Makefile's head (INPUTS, OUTPUTS, MONTH, AUDIENCE...) is known here.

# What each annex is made of: the only place that says so.
spread  = $(wildcard $(addsuffix .csv,$1) $(addsuffix .xlsx,$1))
year    = $(call spread,$(foreach m,$(UPTO),$(INPUTS)/$(YEAR)-$m/$1))
COVER  := $(call spread,$(INPUTS)/$(YEAR)/couverture)
TABLES := $(call year,incidents) $(call year,indice_risque) $(COVER) $(call spread,$(INPUTS)/$(MONTH)/alertes_flash)
CODE   := $(shell find pipeline -name '*.py' -o -name '*.css' -o -name '*.js' -o -name '*.toml' -o -name '*.html' -o -name '*.typ')
GEOCODE := $(filter pipeline/geography/%,$(CODE))
COMMON  = boundaries/mali.gpkg $(CODE) build/$(MONTH)-$(AUDIENCE) \
          $(wildcard $(filter %.tif %.tiff %.vrt,$(BASEMAP)) $(INPUTS)/lieux.csv $(INPUTS)/lignee.csv boundaries/divisions/lignee-2021-2025.csv $(foreach m,$(UPTO),$(INPUTS)/$(YEAR)-$m/mois.toml))
# What earlier months were told to this audience, and to the one that it may never be sharper than: a past month
# made again changes what this one may say of it.
PAST    = $(filter-out $(lastword $(UPTO)),$(UPTO))
TOLD    = $(wildcard $(foreach a,$(AUDIENCE) $(if $(filter public,$(AUDIENCE)),partenaires),$(foreach m,$(PAST),$(OUTPUTS)/$(YEAR)-$m/$a/manifest.json)))
DEPS_1  = $(COMMON) $(COVER) $(call year,incidents) $(TOLD)
DEPS_2  = $(COMMON) $(call spread,$(INPUTS)/$(MONTH)/alertes_flash)
DEPS_3  = $(COMMON) $(COVER) $(call year,indice_risque)
DEPS_4  = $(COMMON) $(call year,incidents) $(TOLD)
DEPS_5  = $(COMMON) $(COVER)
DEPS_6  = $(DEPS_3)
SLUG_1 := annexe-1-incidents
SLUG_2 := annexe-2-alertes-flash
SLUG_3 := annexe-3-indice-risque
SLUG_4 := annexe-4-liste-incidents
SLUG_5 := annexe-5-couverture
SLUG_6 := annexe-6-evolution-severite
NUMBERS := 1 2 3 $(if $(filter public,$(AUDIENCE)),,4) 5 6
image    = $(if $(filter 4,$1),xlsx,$(FORMAT))
missing  = $(foreach f,$1,$(if $(wildcard $f),,$f))
LOST    := $(foreach n,$(NUMBERS),$(call missing,$(OUT)/$(SLUG_$n).$(if $(filter 4,$n),xlsx,png) $(OUT)/$(SLUG_$n).html))
LOST_ALL = $(LOST) $(call missing,$(OUT)/index.html $(OUT)/cartes.gpkg $(OUT)/manifest.json)

# A file that changes only when a value does: what is asked for is a prerequisite like any other.
remember = $(shell mkdir -p build; printf '%s\n' '$2' | cmp -s - build/$1 || printf '%s\n' '$2' > build/$1)
$(call remember,limites,$(BOUNDARIES))
$(call remember,$(MONTH)-$(AUDIENCE),$(PRODUCED_ON) $(PAGE) $(BASEMAP) $(DIVISION) $(sort $(TABLES)))
