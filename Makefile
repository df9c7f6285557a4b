# Every target prepares what it needs. `make demo` and `make test` are the two to know.

.PHONY: help demo test test-unit check bench media-bench generate lock install clean

help:
	@echo "make demo         start the hub with a class of simulated pupils (Ctrl-C ends it)"
	@echo "make test         every check and every test"
	@echo "make test-unit    the quick tests: no browser, desktop, Ray, video or integration"
	@echo "make check        linters, types, import rules, generated files, front end"
	@echo "make bench        load: every goal, and docs/performance.md (BENCH=--quick: a tenth)"
	@echo "make media-bench  live screens: latency, CPU and bytes of a real agent"
	@echo "make generate     write what is made from the protocol's source"
	@echo "make lock         make requirements.lock again from pyproject.toml"
	@echo "make clean        remove everything that was built (var/ with its data stays)"

demo: install
	@exec .venv/bin/formroom demo

test:
	@scripts/system-packages
	@scripts/install
	@scripts/test

test-unit: install
	@scripts/test --unit

check: install
	@scripts/check

bench: install
	@.venv/bin/python -m loadtests bench $(BENCH)

media-bench:
	@scripts/system-packages
	@scripts/install
	@.venv/bin/python -m loadtests.media.bench --json var/bench-media.json

generate: install
	@.venv/bin/python scripts/generate

lock:
	@scripts/lock

install:
	@scripts/install

clean:
	rm -rf .venv build dist *.egg-info frontend/node_modules frontend/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
