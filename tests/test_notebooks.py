"""What every notebook keeps: its form, its contract with the reader, its exercises, its numbers.

A rule takes a notebook and says what is wrong with it. Each rule is tried on every notebook, and on
a small notebook that breaks it.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval.plugin import IPyNbFile

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(nb):
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def prose(nb):
    """The text of the markdown cells, without the code that they show."""
    text = "\n\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```|<[^>]+>", " ", text, flags=re.DOTALL)


def head(nb):
    """The markdown above the first code cell."""
    first = next((i for i, c in enumerate(nb.cells) if c.cell_type == "code"), len(nb.cells))
    return "\n\n".join(cell.source for cell in nb.cells[:first])


def outputs(nb):
    return [output for cell in code_cells(nb) for output in cell.outputs]


def texts(nb):
    """Every text that a cell printed or ended in."""
    found = [o.text for o in outputs(nb) if o.output_type == "stream"]
    return found + [o.data["text/plain"] for o in outputs(nb) if "text/plain" in o.get("data", {})]


# The form


def is_valid(nb):
    """A valid notebook whose cells have names of their own."""
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        return [f"format {nb.nbformat}.{nb.nbformat_minor} has no cell ids; 4.5 has"]
    names = [cell.get("id") for cell in nb.cells]
    if None in names or len(set(names)) < len(names):
        return ["a cell has no id, or shares it with another"]
    return [error.message for error in nbformat.validator.iter_validate(nb)]


def is_executed_in_order(nb):
    counts = [cell.execution_count for cell in code_cells(nb)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts are {counts}"]


def shows_no_errors(nb):
    bad = [o for o in outputs(nb) if o.output_type == "error" or o.get("name") == "stderr"]
    return [f"{o.get('ename', 'stderr')}: {o.get('evalue', o.get('text'))}" for o in bad]


def keeps_no_widget_state(nb):
    return ["metadata.widgets is saved"] if "widgets" in nb.metadata else []


def has_png_pictures_only(nb):
    kinds = {kind for output in outputs(nb) for kind in output.get("data", {})}
    return sorted(k for k in kinds if k.startswith("image/") and k != "image/png")


def runs_on_python3(nb):
    name = nb.metadata.get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"the kernel is {name}"]


def depends_on_no_folder(nb):
    """Helpers and data come from the installed package, wherever the notebook lies."""
    path = re.compile(
        r"sys\.path|os\.chdir|%cd|\.\./|[\"'](?:\./)?[\w/]+\.(?:csv|npy|npz|json)[\"']"
    )
    return [match for cell in code_cells(nb) for match in path.findall(cell.source)]


def is_checked_whole(nb):
    """No cell is exempt from the comparison of its output."""
    marked = re.compile(r"nbval|raises-exception", re.IGNORECASE)
    tags = [" ".join(cell.metadata.get("tags", [])) for cell in code_cells(nb)]
    sources = [cell.source for cell in code_cells(nb)]
    return [text for text in tags + sources if marked.search(text)]


def has_short_code_cells(nb):
    long = [cell.source for cell in code_cells(nb) if cell.source.count("\n") >= 12]
    return [f"{source.count(chr(10)) + 1} lines: {source[:60]}" for source in long]


def hides_no_value(nb):
    """Run again without a history, as nbval does, a semicolon at the end hides nothing."""
    return [c.source[-60:] for c in code_cells(nb) if c.source.rstrip().endswith(";")]


def has_stable_text(nb):
    """No addresses in memory, nothing that changes from run to run."""
    return [text for text in texts(nb) if re.search(r"0x[0-9a-f]{6,}|model_id", text)]


def prints_four_digits(nb):
    """At most four significant digits; whole numbers may have more."""

    def digits(number):
        return len(number.lower().split("e")[0].replace(".", "").lstrip("0"))

    numbers = [n for text in texts(nb) for n in re.findall(r"\d+\.\d+(?:e[-+]?\d+)?", text)]
    return [number for number in numbers if digits(number) > 4]


# The contract


def is_short_to_read(nb):
    words = [word for word in prose(nb).split() if re.search(r"\w", word)]
    return [f"{len(words)} words"] if len(words) > 1800 else []


def opens_with_a_question(nb):
    titles = re.findall(r"^# .*$", prose(nb), re.MULTILINE)
    good = len(titles) == 1 and titles[0].endswith("?") and head(nb).startswith(titles[0])
    return [] if good else [f"the title must be one question, but there is {titles}"]


def says_what_it_takes(nb):
    wanted = [r"\d+ minutes", "you need", "you will be able to", "you may stop here if"]
    return [words for words in wanted if not re.search(words, head(nb), re.IGNORECASE)]


def predicts_before_it_moves(nb):
    """A control has a prediction above it and an explanation below."""
    faults, above = [], ""
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "markdown":
            above = cell.source
        elif makes_widget(cell):
            if not re.search(r"predict|guess|before you|\?", above, re.IGNORECASE):
                faults.append(f"no prediction above: {cell.source[:60]}")
            if i + 1 == len(nb.cells) or nb.cells[i + 1].cell_type != "markdown":
                faults.append(f"no explanation below: {cell.source[:60]}")
    return faults


def makes_widget(cell):
    return re.search(r"\b(?:scrub|explore|drop_clusters)\(", cell.source)


def shows_pictures_without_widgets(nb):
    """What makes a widget also leaves a picture and a text, for places where none can run."""
    faults = []
    for cell in code_cells(nb):
        widgets = [output.data for output in cell.outputs if WIDGET in output.get("data", {})]
        if makes_widget(cell) and not widgets:
            faults.append(f"shows no widget: {cell.source[:60]}")
        for data in widgets:
            faults += [f"no {kind}" for kind in ("image/png", "text/plain") if kind not in data]
    return faults


def ends_with_an_exit(nb):
    last = nb.cells[-1] if nb.cells else None
    good = last and last.cell_type == "markdown" and re.search(r"\bexit\b", last.source, re.I)
    return [] if good else ["the last cell must be the exit sign"]


def helps_with_exercises(nb):
    """Each exercise has a hint and a solution one click away, and the solution is code."""
    faults = []
    for exercise in exercises(nb):
        if not re.search(r"<details>\s*<summary>Hint</summary>", exercise.help):
            faults.append(f"no hint: {exercise.check}")
        if not exercise.solution:
            faults.append(f"no solution: {exercise.check}")
    return faults


def exercises(nb):
    """The cells that end in `checks.name(attempt)`, with the text up to the next code cell."""
    found = []
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "code" and (check := check_call(cell.source)):
            after = nb.cells[i + 1 :]
            stop = next((j for j, c in enumerate(after) if c.cell_type == "code"), len(after))
            text = "\n\n".join(c.source for c in after[:stop])
            folded = re.search(r"<summary>Solution</summary>(.*?)</details>", text, re.DOTALL)
            # A blank line above the fence, or the page shows the code as running text.
            code = re.search(r"\n\n```python\n(.*?)```", folded[1], re.DOTALL) if folded else None
            found.append(
                SimpleNamespace(cell=cell, check=check, help=text, solution=code and code[1])
            )
    return found


def check_call(source):
    """The last line of a cell, if it calls a check."""
    body = ast.parse(source).body
    call = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    function = getattr(call, "func", None)
    is_check = isinstance(function, ast.Attribute) and ast.unparse(function.value) == "checks"
    return ast.unparse(call) if is_check else None


RULES = [
    is_valid,
    is_executed_in_order,
    shows_no_errors,
    keeps_no_widget_state,
    has_png_pictures_only,
    runs_on_python3,
    depends_on_no_folder,
    is_checked_whole,
    has_short_code_cells,
    hides_no_value,
    has_stable_text,
    prints_four_digits,
    is_short_to_read,
    opens_with_a_question,
    says_what_it_takes,
    predicts_before_it_moves,
    shows_pictures_without_widgets,
    ends_with_an_exit,
    helps_with_exercises,
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@every_rule
@every_notebook
def test_notebook_keeps_the_rule(path, rule):
    assert rule(read(path)) == []


def test_the_road_is_there():
    assert [path.name[:2] for path in NOTEBOOKS][:6] == ["00", "01", "02", "03", "04", "05"]


@every_notebook
def test_readme_maps_the_notebook(path):
    question = re.search(r"^# (.*)$", head(read(path)), re.MULTILINE)[1]
    minutes = re.search(r"(\d+) minutes", head(read(path)))[1]
    row = f"| [{path.name[:2]}](notebooks/{path.name}) | {question} | {minutes} |"
    assert row in (ROOT / "README.md").read_text()


# Each rule can fail

EXERCISE = "def double(x):\n    ...\n\nchecks.double(double)"
HELP = """<details><summary>Hint</summary>

Twice.

</details>

<details><summary>Solution</summary>

```python
def double(x):
    return 2 * x
```

</details>"""


def sample():
    """A small notebook that keeps every rule."""
    widget = {
        WIDGET: {"model_id": "1"},
        "image/png": "iVBORw0KGgo=",
        "text/plain": "scrub: 3 states",
    }
    head = (
        "# Is it small?\n\n*5 minutes · you need: nothing · you will be able to: test · "
        "you may stop here if you trust tests*"
    )
    cells = [
        new_markdown_cell(head),
        new_code_cell(
            "print(0.804)", outputs=[new_output("stream", name="stdout", text="0.804\n")]
        ),
        new_markdown_cell("**Predict:** which way does it move?"),
        new_code_cell("scrub(draw, states)", outputs=[new_output("display_data", widget)]),
        new_markdown_cell("It moved to the left."),
        new_code_cell(EXERCISE),
        new_markdown_cell(HELP),
        new_markdown_cell("## Exit\n\nYou can now say it."),
    ]
    kernel = {"name": "python3", "display_name": "Python 3"}
    nb = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for count, cell in enumerate(code_cells(nb), 1):
        cell.execution_count = count
    return nb


def change(**values):
    """A function that changes these things in the first code cell."""
    return lambda nb: code_cells(nb)[0].update(values)


def show(kind, **values):
    """A function that gives the first code cell this output."""
    return change(outputs=[new_output(kind, **values)])


def source(index, text):
    """A function that gives cell `index` this source."""
    return lambda nb: nb.cells[index].update(source=text)


BREAKAGES = [
    (is_valid, lambda nb: nb.cells[0].update(id=nb.cells[1].id)),
    (is_valid, lambda nb: nb.cells[0].pop("id")),
    (is_valid, lambda nb: nb.cells[0].update(surplus=1)),
    (is_valid, lambda nb: nb.update(nbformat_minor=4)),
    (is_executed_in_order, change(execution_count=None)),
    (is_executed_in_order, change(execution_count=3)),
    (shows_no_errors, show("error", ename="ValueError", evalue="no", traceback=[])),
    (shows_no_errors, show("stream", name="stderr", text="a warning")),
    (keeps_no_widget_state, lambda nb: nb.metadata.update(widgets={})),
    (has_png_pictures_only, show("display_data", data={"image/svg+xml": "<svg/>"})),
    (runs_on_python3, lambda nb: nb.metadata.pop("kernelspec")),
    (depends_on_no_folder, change(source="import sys\nsys.path.append('x')")),
    (depends_on_no_folder, change(source="open('../data/faithful.csv')")),
    (depends_on_no_folder, change(source="pd.read_csv('data/faithful.csv')")),
    (is_checked_whole, change(source="# NBVAL_IGNORE_OUTPUT\nprint(1)")),
    (is_checked_whole, lambda nb: code_cells(nb)[0].metadata.update(tags=["nbval-skip"])),
    (has_short_code_cells, change(source="1\n" * 12 + "1")),
    (hides_no_value, change(source="ax.set(xlim=(0, 1));")),
    (has_stable_text, show("stream", text="<object at 0x7f3a2b4c5d60>")),
    (prints_four_digits, show("stream", text="log-likelihood -1034.0017")),
    (prints_four_digits, show("display_data", data={"text/plain": "array([0.30345])"})),
    (is_short_to_read, source(0, "# Long?\n" + "word " * 1800)),
    (opens_with_a_question, source(0, "# Small")),
    (opens_with_a_question, source(2, "# Another?")),
    (says_what_it_takes, source(0, "# Is it small?\n\nyou need, you will be able to")),
    (predicts_before_it_moves, source(2, "Play with it.")),
    (predicts_before_it_moves, lambda nb: nb.cells.pop(4)),
    (shows_pictures_without_widgets, change(source="scrub(draw, states)")),
    (shows_pictures_without_widgets, show("display_data", data={WIDGET: {}, "text/plain": "w"})),
    (shows_pictures_without_widgets, show("display_data", data={WIDGET: {}, "image/png": "iVBO"})),
    (ends_with_an_exit, lambda nb: nb.cells.pop()),
    (helps_with_exercises, source(6, HELP.replace("Hint", "Solution"))),
    (helps_with_exercises, source(6, HELP.replace("Solution", "Answer"))),
    (helps_with_exercises, source(6, HELP.replace("\n\n```", "\n```"))),
]


@every_rule
def test_the_sample_keeps_the_rule(rule):
    assert rule(sample()) == []


@pytest.mark.parametrize(("rule", "breaks"), BREAKAGES)
def test_the_rule_can_fail(rule, breaks):
    nb = sample()
    breaks(nb)
    assert rule(nb)


def test_every_rule_is_seen_to_fail():
    assert {rule for rule, _ in BREAKAGES} == set(RULES)


# Exercises: the stub is not attempted, the solution is correct


def run_cell(code, names):
    """Run a cell; the value of its last line, if it has one."""
    body = ast.parse(code).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    return last and eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def verdicts(nb):
    """Run every cell in one namespace; for each exercise (check, stub's status, solution's)."""
    names, found = {"__name__": "__main__"}, []
    solved = {exercise.cell.id: exercise for exercise in exercises(nb)}
    for cell in code_cells(nb):
        value = run_cell(cell.source, names)
        if exercise := solved.get(cell.id):
            exec(exercise.solution, names)
            found.append((exercise.check, value.status, run_cell(exercise.check, names).status))
        plt.close("all")
    return found


@pytest.fixture
def undisturbed(tmp_path, monkeypatch):
    """A folder away from the notebooks; what a notebook sets for itself is set back after."""
    monkeypatch.chdir(tmp_path)
    with matplotlib.rc_context(), np.printoptions():
        yield


@every_notebook
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_stubs_are_not_attempted_and_solutions_are_correct(path, undisturbed):
    for check, stub, solution in verdicts(read(path)):
        assert (check, stub, solution) == (check, "not attempted", "correct")


@pytest.mark.parametrize(
    ("solution", "status"), [("2 * x", "correct"), ("x + 2", "wrong")], ids=["right", "wrong"]
)
def test_a_wrong_solution_is_found(solution, status):
    nb = sample()
    nb.cells[6].source = HELP.replace("2 * x", solution)
    stub_checks = """
from types import SimpleNamespace
def double(attempt):
    words = {None: "not attempted", 6: "correct"}
    return SimpleNamespace(status=words.get(attempt(3), "wrong"))
checks = SimpleNamespace(double=double)
scrub = draw = states = print"""
    nb.cells[3].source = stub_checks
    assert verdicts(nb) == [("checks.double(double)", "not attempted", status)]


# Numbers: a changed one is found


def tamper(nb):
    """Change one digit in the text of each cell that shows one; the numbers of these cells."""
    changed = []
    for number, cell in enumerate(code_cells(nb)):
        for output in cell.outputs:
            holder, key = (
                (output, "text") if "text" in output else (output.get("data"), "text/plain")
            )
            if holder and re.search(r"\d", holder.get(key, "")):
                holder[key] = re.sub(
                    r"\d", lambda m: str((int(m[0]) + 1) % 10), holder[key], count=1
                )
                changed.append(number)
                break
    return changed


def failing_cells(path):
    """The numbers of the cells that strict nbval finds changed."""
    nbval = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        path.name,
        "-q",
        "-rfE",
        "-p",
        "no:cacheprovider",
    ]
    result = subprocess.run(nbval, cwd=path.parent, capture_output=True, text=True)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return [int(n) for n in re.findall(r"^(?:FAILED|ERROR) .*::Cell (\d+)", result.stdout, re.M)]


def test_a_true_number_passes_and_a_changed_one_fails(tmp_path):
    nb = sample()
    nb.cells = nb.cells[:2]
    nbformat.write(nb, tmp_path / "true.ipynb")
    assert failing_cells(tmp_path / "true.ipynb") == []
    assert tamper(nb) == [0]
    assert code_cells(nb)[0].outputs[0].text == "1.804\n"
    nbformat.write(nb, tmp_path / "changed.ipynb")
    assert failing_cells(tmp_path / "changed.ipynb") == [0]


def told_apart(session, path, nb):
    """The numbers of the cells where strict nbval would tell `nb` from the notebook at `path`.

    The notebook is not run again for this: that it gives its outputs, nbval itself tests.
    """
    cells = IPyNbFile.from_parent(session, path=path).collect()
    return [
        cell.cell_num
        for cell, other in zip(cells, code_cells(nb), strict=True)
        if cell.options["check"] and not cell.compare_outputs(cell.cell.outputs, other.outputs)
    ]


@every_notebook
def test_changed_numbers_are_found(path, request):
    nb = read(path)
    assert told_apart(request.session, path, nb) == []
    changed = tamper(nb)
    assert changed
    assert told_apart(request.session, path, nb) == changed
