# SPDX-License-Identifier: Apache-2.0
# Thin calls; the work is in CMakePresets.json and scripts/.
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 20
WORKFLOW := cmake --workflow --preset

.PHONY: build demo test test-all bench fuzz lint install clean setup

build: setup
	@$(WORKFLOW) release

demo: build
	@scripts/demo

# Unit, golden, corpus and layer tests, all under the address and undefined-behaviour sanitizers.
test: setup
	@$(WORKFLOW) asan

# The same without sanitizers, what is slow, such as the matrices, and the thread sanitizer.
test-all: test
	@$(WORKFLOW) dev
	@ctest --test-dir build/dev -L slow --output-on-failure --no-tests=ignore
	@$(WORKFLOW) tsan

bench: setup
	@$(WORKFLOW) bench
	@for program in build/bench/bench/*_bench; do if [ -x $$program ]; then $$program || exit 1; fi; done
	@if [ -x bench/run ]; then bench/run; fi
	@if [ -x bench/live ]; then bench/live --million; fi

fuzz:
	@scripts/setup lint
	@$(WORKFLOW) fuzz
	@scripts/fuzz $(FUZZ_SECONDS)

lint:
	@scripts/setup lint
	@scripts/lint

install: build
	@scripts/install "$(DESTDIR)$(PREFIX)"

clean:
	@rm -rf build

setup:
	@scripts/setup
