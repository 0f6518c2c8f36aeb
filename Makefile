# `make lab` opens the notebooks, `make test` tests everything; `make help` lists the rest.

PYTHON ?= python3.14 python3.13 python3.12 python3.11 python3 python
PORT ?= 8888
IP ?= 127.0.0.1
PYTEST_ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python

.PHONY: help lab test bench bench-others format clean

help:
	@echo "make lab      open JupyterLab with the first notebook (make lab PORT=8899 for another port)"
	@echo "make test     run every test and every notebook (make test PYTEST_ARGS='-k wheel' for some)"
	@echo "make bench    measure EM beside scikit-learn; then how fast pictures and notebooks are"
	@echo "make bench-others   one EM iteration beside R's mclust and pomegranate, if installed"
	@echo "make format   tidy the code"
	@echo "make clean    remove what was installed and built; the notebooks stay as they are"

# A browser that needs a screen is no use without one: then JupyterLab only prints its address.
# In .jupyter a setting is changed: pictures are saved with a notebook, and move when it is reopened.
lab: export JUPYTER_CONFIG_PATH := $(CURDIR)/.jupyter$(if $(JUPYTER_CONFIG_PATH),:$(JUPYTER_CONFIG_PATH))
lab: $(VENV)/lab
	@cd notebooks && set -- 00_*.ipynb && \
	set -- --log-level=WARN --ip=$(IP) --port=$(PORT) --LabApp.default_url="/lab/tree/$$1" && \
	if [ "$$(id -u)" = 0 ]; then set -- "$$@" --allow-root; fi && \
	if ! ../$(PY) -c 'import os, sys, webbrowser; webbrowser.get(); sys.exit(sys.platform == "linux" \
	  and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))))' 2>/dev/null; then \
	  set -- "$$@" --no-browser; \
	  echo "No browser was found here. JupyterLab prints an address in a moment: open it in your browser."; \
	  echo "(In a container with a published port, start it as: make lab IP=0.0.0.0)"; \
	fi && \
	echo "JupyterLab is starting. Press Ctrl+C twice to end it." && \
	exec ../$(PY) -m jupyterlab "$$@"

# Two processes take a file each in turn (a notebook is one, too): on two cores two thirds of the time.
test: $(VENV)/test
	@$(PY) -m pytest tests notebooks --nbval -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

bench: $(VENV)/test
	@$(PY) benchmarks/speed.py
	@$(PY) benchmarks/player.py
	@$(PY) benchmarks/series.py

bench-others: $(VENV)/test
	@$(PY) benchmarks/others.py

format: $(VENV)/test
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# What is installed: empty files inside .venv remember it, so that a second run starts at once.
$(VENV)/lab: EXTRA = notebooks
$(VENV)/test: EXTRA = test
$(VENV)/lab $(VENV)/test: pyproject.toml constraints.txt
	@$(PY) -m pip --version >/dev/null 2>&1 || { $(make_venv); }
	@echo "Installing what is needed into $(VENV): a few minutes, once."
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[$(EXTRA)]' -c constraints.txt || { \
	  echo "That did not work; the lines above say why. With a network connection, run it again."; exit 1; }
	@touch $(VENV)/lab $@

# The first Python that is new enough and can make an environment makes it; else say what is missing.
define make_venv
for p in $(PYTHON); do \
  version=$$($$p -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
  case $$version in 2.*|3.[0-9]|3.10) old="$$old $$p is $$version."; continue;; esac; \
  $$p -c 'import ensurepip, venv' 2>/dev/null || { bare=$$p; continue; }; \
  $$p -m venv --clear $(VENV); exit; \
done; \
if [ "$$bare" ]; then \
  echo "$$bare is new enough, but its venv module is missing, so no environment can be made."; \
  echo "On Debian or Ubuntu: apt install $${bare##*/}-venv. Then run this again."; \
else \
  echo "Python 3.11 or newer is needed, and none was found.$$old"; \
  echo "Install one, or name it: make lab PYTHON=/path/to/python3.12"; \
fi; \
exit 1
endef
