PYTHON ?= python3
BIN = .venv/bin
export PATH := $(PATH):$(CURDIR)/$(BIN)
unexport PYTHONDONTWRITEBYTECODE # tests start hundreds of processes, which would compile all modules anew
UV = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: run page test contract clone-check lint format notebook pictures bench servers fuzz faults soak audit licences sbom lock proto help

help: ## what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ —/'

run: ## set up, build the page, start everything; PORT=9000 chooses the port
	@$(PYTHON) install.py run && exec $(BIN)/python -m webapp $(if $(PORT),--port $(PORT))

page: ## build the page again
	@$(PYTHON) install.py page

test: ## set up everything and run every test that CI runs; CI=true also asks whether they reach every branch
	@$(PYTHON) install.py test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest $(if $(CI),--cov --cov-fail-under=100) --numprocesses auto --dist loadfile --no-loadscope-reorder

clone-check: ## `make run` in a fresh clone, with an empty home
	@$(BIN)/python -m pytest -m clone tests/test_clone.py

contract: ## hold a server to what ours is held to: TARGET=host:8500, and REST=host:8501 and TARGET_MODELS=/models/digits
	@$(PYTHON) install.py test
	@$(if $(TARGET),TARGET=$(TARGET)) $(if $(REST),REST=$(REST)) $(if $(TARGET_MODELS),TARGET_MODELS=$(TARGET_MODELS)) \
		$(BIN)/python -m pytest --no-cov -rs tests/contract/test_contract*.py tests/contract/test_http.py

lint: ## what ruff finds
	@$(BIN)/ruff check && $(BIN)/ruff format --check

format: ## let ruff mend and lay out
	@$(BIN)/ruff check --fix && $(BIN)/ruff format

notebook: ## open the notebook in JupyterLab
	@$(PYTHON) install.py train && exec $(BIN)/jupyter lab notebook/model.ipynb

pictures: ## take the README's pictures of the page anew
	@$(PYTHON) install.py test && exec $(BIN)/python tests/browser/pictures.py

bench: ## print what things cost; asserts nothing
	@$(PYTHON) install.py test && exec $(BIN)/python -m pytest -m bench -s --no-cov

servers: ## measure the web servers that might be used, beside each other; those that are not go into .venv/servers
	@$(PYTHON) install.py test && $(BIN)/uv pip install --quiet --target .venv/servers gunicorn granian
	@PYTHONPATH=.venv/servers exec $(BIN)/python tests/bench/servers.py

fuzz: ## send 20,000 broken inks; then look for a body that does harm, for SECONDS=60, which needs atheris
	@$(PYTHON) install.py test && FUZZ_TIMES=10 $(BIN)/python -m pytest -s --no-cov tests/test_fuzz_ink.py
	@exec $(BIN)/python tests/fuzz/fuzz_ink.py -max_total_time=$(or $(SECONDS),60)

faults: ## break everything that can break, for some minutes, and see that it recovers
	@$(PYTHON) install.py test && exec $(BIN)/python -m pytest -m faults -s --no-cov

soak: ## send REQUESTS=100000 requests, and see that nothing grows
	@$(PYTHON) install.py test && exec $(BIN)/python -m pytest -m soak -s --no-cov

audit: ## ask whether a package has a known hole; says so where nobody can be asked
	@$(PYTHON) install.py test && exec $(BIN)/python requirements/supply.py audit

licences: ## list every package with its licence
	@$(PYTHON) install.py test && exec $(BIN)/python requirements/supply.py licences

sbom: ## write bills of materials of what runs, as CycloneDX, into sbom/
	@$(PYTHON) install.py test && exec $(BIN)/python requirements/supply.py sbom

lock: ## resolve requirements/*.txt anew from pyproject.toml, package-lock.json from package.json
	@$(UV) --upgrade --group test -o requirements/test.txt
	@for group in train run web node; do $(UV) --upgrade --group $$group -c requirements/test.txt -o requirements/$$group.txt; done
	@npm install --package-lock-only && npm run --silent unfund

proto: ## make serving/predict_pb2.py from serving/predict.proto
	@$(BIN)/python -m grpc_tools.protoc -I. --python_out=. serving/predict.proto
