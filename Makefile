# Two commands: `make run` shows the portal, `make test` proves it. Both need Python 3.11 or newer, and nothing else.

.DEFAULT_GOAL := help
PORT ?= 8000
export PORT

VENV := .venv
PY := $(VENV)/bin/python
# A stamp carries the hash of what it installed: the same requirements are never installed twice.
RUN_STAMP := $(VENV)/.run-$(shell cksum < requirements.txt | tr -s ' ' -)
TEST_STAMP := $(VENV)/.test-$(shell cat requirements.txt requirements-test.txt | cksum | tr -s ' ' -)
BENCH_VENV := .venv-bench
PANDOC_VENV := .venv-pandoc
BENCH_PY := $(BENCH_VENV)/bin/python
BENCH_STAMP := $(BENCH_VENV)/.bench-$(shell cat requirements.txt post/bench/requirements.txt | cksum | tr -s ' ' -)
# The demonstration and the tests keep to their own files, whatever the shell exports for another project.
ALONE := env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL DEMO=1

# uv is quick where it can be had; pip does the same everywhere.
install = ( $(PY) -m pip install --quiet --retries 1 --timeout 15 uv==0.13.9 \
	&& $(PY) -m uv pip install --quiet --compile-bytecode --python $(PY) -r $(1) ) 2>/dev/null \
	|| $(PY) -m pip install --quiet --disable-pip-version-check -r $(1)

.DELETE_ON_ERROR:
.PHONY: help run encoder test install lint format bench-suggest bench-stories bench-pages bench-search bench-landscape bench-reports bench-dispatch bench-faults clean

help: ## Lists these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 15

run: $(RUN_STAMP) ## Starts the demonstration at http://127.0.0.1:8000/ (PORT=8001 for another port)
	@$(PY) -m proposals.related.fetch & exec $(ALONE) $(PY) manage.py serve

encoder: $(RUN_STAMP) ## Fetches the sentence encoder (83 MB, pinned by hash, read as data); all works without it
	@$(PY) -m proposals.related.fetch

test: $(TEST_STAMP) ## Runs the tests on SQLite; the browser tests too where Chromium is installed
	@kinds="not postgres"; \
	if ! command -v chromium >/dev/null && ! test -x /usr/bin/chromium; then \
		if test "$${CI:-}" = true; then echo "Chromium is missing: apt-get install chromium libatomic1"; exit 1; fi; \
		echo "Chromium is missing, so the browser tests are left out: apt-get install chromium libatomic1"; \
		kinds="$$kinds and not browser"; \
	fi; \
	if ! test -f "$${ENCODER_DIR:-var/encoder}/model.safetensors"; then \
		echo "The sentence encoder is missing, so its tests are left out: make encoder"; \
		kinds="$$kinds and not encoder"; \
	fi; \
	if test -z "$${DATA:-}"; then \
		echo "No folder of real cases is named, so the figures of the suggestions are not measured: make test DATA=folder"; \
	fi; \
	if ! command -v soffice >/dev/null; then \
		echo "LibreOffice is missing, so the Word files are not opened in it: apt-get install libreoffice-writer-nogui libreoffice-impress-nogui"; \
		kinds="$$kinds and not office"; \
	fi; \
	exec $(ALONE) $(PY) -m pytest -n 3 --dist worksteal -q -m "$$kinds"

install: $(TEST_STAMP) ## Builds the environment for tests, without running them

lint: $(TEST_STAMP) ## Checks style and format
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

format: $(TEST_STAMP) ## Puts style and format right
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

bench-suggest: $(RUN_STAMP) ## Measures the suggestions: DATA=folder with overlap_cases.csv, committees.csv and what else is known
	@test -n "$(DATA)" || { echo "Say where the cases are: make bench-suggest DATA=folder"; exit 1; }
	@$(PY) -m proposals.related.fetch || true
	@$(ALONE) $(PY) -m proposals.related.bench "$(DATA)"

bench-stories: $(TEST_STAMP) ## Logs and circulates a proposal in Chromium at 200 ms a key: seconds, screens, clicks
	@$(ALONE) $(PY) -m spcg_portal.bench_stories

bench-pages: $(RUN_STAMP) ## Measures queries and CPU time of every page at 10,000 proposals (some minutes)
	@$(ALONE) $(PY) -m spcg_portal.bench_pages

bench-search: $(RUN_STAMP) ## Measures the search at 100,000 records on SQLite, and on PostgreSQL where DATABASE_URL names a server
	@DEMO=1 $(PY) -m spcg_portal.bench_search $(NUMBER)

bench-landscape: $(RUN_STAMP) ## Measures every page of the landscape at 40 and at 1,000 areas, side by side (some minutes)
	@$(ALONE) $(PY) -m spcg_portal.bench_landscape

bench-reports: $(RUN_STAMP) ## Measures the exports of a large meeting and a large board report, beside pandoc where its wheel can be had
	@test -x $(PANDOC_VENV)/bin/python || $(MAKE) --no-print-directory PYTHON="$(PYTHON)" VENV=$(PANDOC_VENV) $(PANDOC_VENV)/bin/python
	@$(PANDOC_VENV)/bin/python -m pip install --quiet --disable-pip-version-check pypandoc_binary==1.17 || echo "pandoc cannot be had here"
	@$(ALONE) $(PY) -m spcg_portal.bench_reports $(PANDOC_VENV)

bench-dispatch: $(BENCH_STAMP) ## Measures the dispatch beside raw smtplib and others, on servers of its own (ROUNDS=3 RECIPIENTS=5000 LARGE=100000)
	@$(ALONE) $(BENCH_PY) -m post.bench.dispatch --rounds $(or $(ROUNDS),3) --recipients $(or $(RECIPIENTS),5000) --large $(or $(LARGE),100000)

bench-faults: $(BENCH_STAMP) ## Kills workers, empties Redis, restarts PostgreSQL ... and counts at the mail server (SCALE=1 ONLY=kills,sigterm)
	@$(ALONE) $(BENCH_PY) -m post.bench.faults --scale $(or $(SCALE),1) --only "$(ONLY)"

clean: ## Removes the environment and what was built; the data in var/ stays
	rm -rf $(VENV) $(BENCH_VENV) $(PANDOC_VENV) staticfiles .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@rm -rf $(VENV)
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Building $(VENV) …"; exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed: put it on the PATH or say make PYTHON=/path/to/python3"; exit 1

# What the portal is compared with never enters its own environment.
$(BENCH_STAMP):
	@rm -rf $(BENCH_VENV) && $(MAKE) --no-print-directory PYTHON="$(PYTHON)" VENV=$(BENCH_VENV) $(BENCH_PY)
	@echo "Installing post/bench/requirements.txt …"
	@$(BENCH_PY) -m pip install --quiet --disable-pip-version-check -r post/bench/requirements.txt && touch $@

$(RUN_STAMP): $(PY)
	@echo "Installing requirements.txt …"
	@$(call install,requirements.txt)
	@rm -f $(VENV)/.run-* && touch $@

$(TEST_STAMP): $(PY)
	@echo "Installing requirements-test.txt …"
	@$(call install,requirements-test.txt)
	@rm -f $(VENV)/.run-* $(VENV)/.test-* && touch $(RUN_STAMP) $@
