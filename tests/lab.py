"""Open notebooks in real JupyterLab in headless Chromium: small functions for the browser tests.

with lab(folder) as base, chromium() as browser:
    page = browser.new_page()
    open_notebook(page, base, "some.ipynb")
    run_all(page)
    assert not cell_errors(page)
    shut_down_kernels(base)
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# Every cell is kept in the page (no windowing), nothing asks, nothing is fetched from outside.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}
CONFIG = Path(__file__).parent.parent / ".jupyter"  # as `make lab` has it
NOTEBOOK = "window.jupyterapp.shell.currentWidget"


def find_chromium():
    """The path of a Chromium or Chrome ($CHROMIUM first), or None."""
    names = [os.environ.get("CHROMIUM"), *CHROMIUM_NAMES]
    return next((path for name in names if name and (path := shutil.which(name))), None)


def require_chromium():
    """The path of a browser; without one the test is skipped, or fails where one is demanded."""
    if path := find_chromium():
        return path
    message = (
        "no Chromium found: install the package `chromium` (or Google Chrome), "
        "or set CHROMIUM to its path"
    )
    if os.environ.get("GMMLEARN_REQUIRE_BROWSER") == "1":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def chromium():
    """A headless browser, closed at the end."""
    path = require_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def lab(folder, *, dark=False):
    """JupyterLab on a copy of `folder` (which stays as it is); yields the address it answers at."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        scratch = Path(scratch)
        copy = shutil.copytree(folder, scratch / "work" / Path(folder).resolve().name)
        theme = {"theme": f"JupyterLab {'Dark' if dark else 'Light'}"}
        for name, values in {**SETTINGS, "apputils-extension/themes": theme}.items():
            extension, plugin = name.split("/")
            path = (
                scratch / "settings" / "@jupyterlab" / extension / f"{plugin}.jupyterlab-settings"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", f"--port={port}", "--expose-app-in-browser"),
                *("--IdentityProvider.token=", "--ServerApp.password="),
                *("--ServerApp.disable_check_xsrf=True", "--LabApp.news_url=None"),
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            ],
            cwd=copy,
            env={
                **os.environ,
                "JUPYTER_CONFIG_DIR": f"{scratch}/config",
                "JUPYTER_CONFIG_PATH": str(CONFIG),
                "JUPYTER_RUNTIME_DIR": f"{scratch}/runtime",
                "JUPYTERLAB_SETTINGS_DIR": f"{scratch}/settings",
                "JUPYTERLAB_WORKSPACES_DIR": f"{scratch}/workspaces",
                "IPYTHONDIR": f"{scratch}/ipython",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        base = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: answers(f"{base}/api"), 90, "JupyterLab did not answer")
            yield base
        finally:
            if server.poll() is None:
                shut_down_kernels(base)
                server.terminate()
                server.wait(30)


def answers(url):
    """Whether something answers at `url`."""
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except OSError:
        return False
    return True


def wait_for(condition, seconds, complaint):
    """Wait until `condition()` is true; TimeoutError with `complaint` after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{complaint} within {seconds} seconds")
        time.sleep(0.1)


def open_notebook(page, base, path):
    """Open `path` (relative to the copied folder) and wait for its kernel."""
    page.goto(f"{base}/lab/tree/{path}?reset", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)

    def idle():
        # A notebook without a kernelspec asks for one: take what is offered.
        if button := page.query_selector(".jp-Dialog button.jp-mod-accept"):
            button.click()
        kernel = f"{NOTEBOOK}?.context?.sessionContext.session?.kernel"
        return page.evaluate(f"() => {kernel}?.status") == "idle"

    wait_for(idle, 90, f"no kernel became idle for {path}")


def run_all(page, seconds=300):
    """Run every cell, from cleared outputs, and wait for the last (or for the first error)."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.evaluate(
        "() => { window.allRan = false; window.jupyterapp.commands"
        ".execute('notebook:run-all-cells').finally(() => { window.allRan = true; }); }"
    )
    page.wait_for_function("() => window.allRan", timeout=seconds * 1000)


def cell_errors(page):
    """(cell index, error) for each error in the outputs and each code cell that did not run."""
    return page.evaluate(
        f"""() => {NOTEBOOK}.content.widgets.flatMap((cell, index) => {{
            const model = cell.model;
            if (model.type !== 'code' || !model.sharedModel.source.trim()) return [];
            const errors = model.outputs.toJSON().filter(o => o.output_type === 'error')
                .map(o => [index, `${{o.ename}}: ${{o.evalue}}`]);
            return model.executionCount > 0 ? errors : [...errors, [index, 'did not run']];
        }})"""
    )


def cell_nodes(page):
    """The cells' elements, in order; `.query_selector(".jp-OutputArea")` has the output."""
    count = page.evaluate(f"() => {NOTEBOOK}.content.widgets.length")
    return [
        page.evaluate_handle(f"i => {NOTEBOOK}.content.widgets[i].node", i).as_element()
        for i in range(count)
    ]


def shut_down_kernels(base):
    """Shut down every kernel of this JupyterLab: what still moves moves without one."""
    with urllib.request.urlopen(f"{base}/api/kernels") as reply:
        kernels = json.load(reply)
    for kernel in kernels:
        request = urllib.request.Request(f"{base}/api/kernels/{kernel['id']}", method="DELETE")
        urllib.request.urlopen(request).close()


def write_notebook(path, *cells):
    """Write an unexecuted notebook with these code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, path)
