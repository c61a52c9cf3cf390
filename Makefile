# The commands for people. The build itself is in meson.build.

BUILD := build
HOLDINGS := data/new-start-aggregates.csv data/new-start-by-type.csv

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

demo: all ## judge the whole record of New START, and draw it
	@$(BUILD)/countersign assess --treaty treaties/new-start.yaml $(HOLDINGS:%=--holdings %) --at 2026-02-05 \
	  --plot $(BUILD)/new-start.svg || test $$? -eq 1
	@echo "The chart is in $(BUILD)/new-start.svg."

check: ## every test, in normal, sanitized and valgrind builds
	@packaging/install-packages build check
	@tests/run

bench: ## what it takes, beside SQLite
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

.PHONY: all demo check bench format lint install clean help
