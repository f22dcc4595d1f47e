# Each target sets up what it needs; nothing has to be installed by hand beyond Python 3.11, git and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
OUT ?= reports
JOBS ?= 2
REGION ?= midlothian
LAB_FLAGS ?= $(if $(filter 0,$(shell id -u)),--allow-root)

# Notebooks that ask for the kernel python3 get one from the warm process; they themselves stay as they are.
WARM := JUPYTER_PATH=$(CURDIR)/src/helpers/warm/jupyter$${JUPYTER_PATH:+:$$JUPYTER_PATH}

# A rehearsal with a simulated panel; a real one is `.venv/bin/atlas workshop REGION --network`.
WORKSHOP_FLAGS ?= --practice

.PHONY: reports workshop test test-runs test-killed benchmarks lab check browser lint lock clean

reports: $(VENV)/.ready
	$(BIN)/atlas run --out $(OUT) --jobs $(JOBS)

check: $(VENV)/.ready
	$(BIN)/atlas check data/assessments data/indicators

lab: $(VENV)/.ready
	@$(BIN)/python -m helpers.warm.shared
	$(WARM) $(BIN)/jupyter lab $(LAB_FLAGS) notebooks

workshop: $(VENV)/.ready
	$(BIN)/atlas workshop $(REGION) $(WORKSHOP_FLAGS)

test: $(VENV)/.ready browser
	$(BIN)/python -m pytest -m "not runs" -n 2 --dist loadgroup
	$(WARM) $(BIN)/python -m pytest --nbval-lax --nbval-cell-timeout=120 -n 2 --dist loadfile notebooks
	$(BIN)/ruff check .

# Whole runs that are harmed, killed or made on a cluster, and workshops in a real browser: ten minutes or so.
test-runs: $(VENV)/.ready browser
	$(BIN)/python -m pytest -m runs -n 2 --dist loadgroup

# A run killed at fifty moments, and after each the next one: ten minutes or so. make test-runs tries two.
test-killed: $(VENV)/.ready
	CARE_ATLAS_KILLS=50 $(BIN)/python -m pytest -s tests/test_run_killed.py

benchmarks: $(VENV)/.ready
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -o addopts=-q tests/benchmarks/bench_*.py --benchmark-only --benchmark-columns=min,median,rounds

lint: $(VENV)/.ready
	$(BIN)/ruff check .

browser:
	@sh tools/browser.sh

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Care Atlas needs Python 3.11 or newer; this is $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up .venv, once; this takes one to two minutes ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

lock:
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --extra test pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
