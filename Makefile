# SPDX-License-Identifier: GPL-2.0
#
# What people type.  What the module is made of stands in Kbuild, which kbuild
# prefers to this file.

KERNEL ?= 6.12
DRIVER ?= ours
BUILD  := $(CURDIR)/build
export KERNEL DRIVER

# What cannot be is refused before anything is built.
ifeq ($(filter 6.12 6.1,$(KERNEL)),)
$(error KERNEL=$(KERNEL): it is 6.12 or 6.1)
endif
ifeq ($(filter ours stock none,$(DRIVER)),)
$(error DRIVER=$(DRIVER): it is ours, stock or none)
endif

# make module W=1 C=1 hands these on to kbuild.
KBUILD_ARGS := $(foreach v,W C V,$(if $($(v)),$(v)=$($(v))))
MODULE := $(CURDIR)/vm/module.sh $(if $(DEBUG),-d)

.PHONY: readme help setup update kernel module modules module-sparse lib tests bench bench-gate \
	bench-ring bench-programs where sanitizers sanitizer-modules shell demo check check-all \
	check-quick check-kcsan \
	check-kasan soak proof tour clean
.DEFAULT_GOAL := help
# Set-up comes first, whatever -j says; each step is parallel in itself.
.NOTPARALLEL:
SUB = $(MAKE) --no-print-directory $(if $(V),,-s)

help: ## this list
	@echo "evtmmap: a xen-evtchn driver with a mappable port ring"
	@echo
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1|\2/p' $(CURDIR)/Makefile | \
		while IFS='|' read -r t d; do printf '  make %-14s %s\n' "$$t" "$$d"; done
	@echo
	@echo "  KERNEL=6.12|6.1  DRIVER=ours|stock|none   for shell and demo; KERNEL for bench"
	@echo "  KDIR=/path       module for any other kernel"
	@echo "  DEBUG=1          module that can be stopped in the middle, for tests"
	@echo "  W=1 C=1          module with more warnings, with sparse"
	@echo "  V=1              show the commands"

setup: ## packages, kernels, headers and Xen (apt; once)
	@$(CURDIR)/vm/setup.sh

update: ## the same, looking for newer kernels
	@$(CURDIR)/vm/setup.sh --update

kernel: setup ## CONFIG=kcsan|kasan: a dom0 kernel with a sanitizer, into the cache
	@$(CURDIR)/vm/kernel.sh "$(CONFIG)" $(KERNEL)

sanitizers: setup ## both kernels with sanitizers, and the module for them
	@$(CURDIR)/vm/kernel.sh kcsan
	@$(CURDIR)/vm/kernel.sh kasan
	@$(SUB) sanitizer-modules

# For those of these kernels that are there.
sanitizer-modules: setup
	@for k in kcsan kasan; do \
		! $(CURDIR)/vm/common.sh kernel_release $$k >/dev/null 2>&1 || \
			$(CURDIR)/vm/module.sh $$k || exit; \
	done

modules: module

ifdef KDIR
module: ## build/<release>/xen-evtchn.ko for 6.12 and 6.1, or KDIR
	@$(MODULE) $(KDIR) $(KBUILD_ARGS)
else
module: setup
	@$(MODULE) 6.12 $(KBUILD_ARGS)
	@$(MODULE) 6.1 $(KBUILD_ARGS)
endif

module-sparse: setup ## gate: both kernels, W=1 and sparse, no warning
	@$(CURDIR)/vm/module.sh -g 6.12
	@$(CURDIR)/vm/module.sh -g 6.1

lib: ## build/lib/libevtmmap.a and .so
	@echo "  lib/libevtmmap"
	@$(SUB) -C lib/libevtmmap BUILD=$(BUILD)/lib

tests: lib ## the test programs, static, in build/tests/bin
	@echo "  tests"
	@$(SUB) -C tests BUILD=$(BUILD)

bench-programs: lib ## evtbench, static, in build/bench/bin
	@echo "  bench"
	@$(SUB) -C bench BUILD=$(BUILD)/bench

bench-ring: module ## the ring alone, beside other rings (which it installs)
	@$(CURDIR)/bench/ring/run.sh

where: module bench-programs ## each instruction of a round trip, and whose it is
	@$(CURDIR)/bench/where.sh

shell: module tests ## a dom0 shell on this terminal, driver loaded
	@$(CURDIR)/vm/shell.sh

bench: module bench-programs ## all measurements: bench/results/, docs/performance.md
	@$(CURDIR)/bench/bench.sh

bench-gate: module bench-programs ## instructions, system calls and barriers against the committed ones
	@$(CURDIR)/bench/figures.sh $(KERNEL)

demo: module bench-programs ## classic and mapped, stock and ours, in one table
	@$(CURDIR)/bench/demo.sh

readme: ## README's table and example, from the last demo and examples/
	@$(CURDIR)/tools/readme-table.sh

# make check WORD...: stages whose name has that in it
CHECK := $(filter check check-all,$(firstword $(MAKECMDGOALS)))
ifdef CHECK
STAGES := $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
.PHONY: $(STAGES)
$(STAGES): ;@:
endif

check: ## each suite once, no kernel built: N passed, N failed; or only check STAGE...
	@$(CURDIR)/tests/check.sh $(STAGES)

check-all: ## everything, in its long form, and docs/proof.md
	@$(CURDIR)/tests/check.sh -a $(STAGES)
	@$(if $(STAGES),,$(CURDIR)/tools/proof.py)

check-quick: ## the short ones only: before each commit
	@$(CURDIR)/tests/check.sh -q

check-kcsan: ## races: everything at once on a kernel that watches
	@$(CURDIR)/tests/check.sh -a kcsan

check-kasan: ## memory: every suite on a kernel that checks each access
	@$(CURDIR)/tests/check.sh -a kasan

MINUTES ?= 30
ifneq ($(shell expr '$(MINUTES)' : '[1-9][0-9]*$$'),$(shell printf %s '$(MINUTES)' | wc -c))
$(error MINUTES=$(MINUTES): not a number of minutes)
endif
soak: module lib tests sanitizers ## MINUTES=30: all at once, and every event accounted for
	@$(CURDIR)/tests/soak.sh $(MINUTES)

proof: ## docs/proof.md, from the last make check-all
	@$(CURDIR)/tools/proof.py

tour: ## the way of one event through the code
	@$(CURDIR)/tools/tour.sh

clean: ## remove build/
	rm -rf $(BUILD)
