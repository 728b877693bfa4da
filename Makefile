# Every command below does all of its own set-up, is safe to run again, and is quick when
# nothing has changed. Set-up is in requirements/, what the commands do is in lms/ and tests/.

PYTHON ?= python3
PORT ?= 8000
DATA ?= $(or $(JAZARI_DATA),data)
ROUNDS ?= 9

# Half as many again as there are processors: many tests wait for a kernel or a browser.
WORKERS = $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))

SET_UP = @sh requirements/set-up.sh

.DEFAULT_GOAL := help
.PHONY: help ready serve test check bench translations lock vendor clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

ready: ## Make everything that serving needs, and do not serve: for services and upgrades.
	$(SET_UP) serve '$(PYTHON)'

serve: ## Serve the site and mark notebooks on http://127.0.0.1:8000 (PORT=8000 DATA=data).
	$(SET_UP) serve '$(PYTHON)'
	@exec .venv/bin/lms serve --port '$(PORT)' --data '$(DATA)'

test: ## Run the whole suite, static checks and browser included (ARGS="-k words" for a part).
	$(SET_UP) test '$(PYTHON)'
	@.venv/bin/python -m pytest -n $(WORKERS) --maxprocesses 8 --dist worksteal $(ARGS)

check: ## Run only the static checks: ruff, mypy, import-linter.
	$(SET_UP) test '$(PYTHON)'
	@.venv/bin/python -m pytest tests/packaging/test_static_checks.py

bench: ## Measure kernels, marking, its latency and pages beside their aims (ROUNDS=9 PART=pages).
	$(SET_UP) test '$(PYTHON)'
	@sh requirements/system.sh bench '$(PYTHON)'
	@.venv/bin/python -m tests.bench --rounds '$(ROUNDS)' $(if $(PART),--part '$(PART)')

translations: ## Bring the catalogues of lms/locale up to date with the sentences, and compile them.
	$(SET_UP) serve '$(PYTHON)'
	@.venv/bin/python -m lms.locale.update

lock: ## Resolve the lock files again after a change of dependencies (UPGRADE=1 for the newest).
	$(SET_UP) dev '$(PYTHON)'
	@sh requirements/lock.sh $(UPGRADE)

vendor: ## Fetch the browser's fonts and editor again and compare their hashes (needs npm).
	$(SET_UP) dev '$(PYTHON)'
	@.venv/bin/python static/vendor/vendor.py

clean: ## Remove what the commands made, except your data folder.
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find lms/locale -name '*.mo' -delete 2>/dev/null || true
