# The commands for people. The build itself is in meson.build.

BUILD := build
DEMO := freeze
HOLDINGS := data/new-start-aggregates.csv data/new-start-by-type.csv

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

demo: all ## play a year of a verified freeze, and the same with a cheater; DEMO=new-start: the record of New START
	@$(MAKE) --no-print-directory demo-$(DEMO)

demo-freeze: all
	@demo/freeze $(BUILD)/countersign $(BUILD)/demo

demo-new-start: all
	@$(BUILD)/countersign assess --treaty treaties/new-start.yaml $(HOLDINGS:%=--holdings %) --at 2026-02-05 \
	  --plot $(BUILD)/new-start.svg || test $$? -eq 1
	@echo "The chart is in $(BUILD)/new-start.svg."
	@echo
	@demo/ledgers $(BUILD)/countersign $(BUILD)/demo

check: ## every test, in normal, sanitized and valgrind builds
	@packaging/install-packages build check
	@tests/run

torture: all ## kill it at 500 moments, and see that nothing is lost
	@packaging/install-packages build check
	@tests/torture/run $(BUILD) 500

bench: ## what it takes, beside SQLite, OpenSSL, nginx and R
	@packaging/install-packages build bench
	@bench/run

format: ## lay out the C code
	@packaging/install-packages lint
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint: ## what compilers and linters say
	@packaging/install-packages build check bench lint
	@packaging/lint

install: all ## DESTDIR= for packages
	@meson install -C $(BUILD) --quiet --no-rebuild $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

clean:
	@rm -rf $(BUILD)

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

$(BUILD)/build.ninja:
	@packaging/install-packages build
	@meson setup $(BUILD) $(if $(PREFIX),--prefix $(PREFIX)) >/dev/null

.PHONY: all demo demo-freeze demo-new-start check torture bench format lint install clean help
