"""Edited notebooks: points, flags, ids, cell types, stored outputs, cells added and taken away."""

from ..assembling import code
from ..trick import Control, Trick


def cell_of(told, grade_id):
    """The cell of a notebook's file with this grade id."""
    return next(
        cell
        for cell in told["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def tests_of(told):
    """The cells of a notebook's file that give points."""
    return [cell for cell in told["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]


def duty_of(told, grade_id):
    """What nbgrader's metadata say of a cell."""
    return cell_of(told, grade_id)["metadata"]["nbgrader"]


def raise_points(told):
    easy = cell_of(told, "label-tests")
    easy["metadata"]["nbgrader"]["points"] = 100
    easy["source"] = "pass"


def negative_points(told):
    for cell in tests_of(told):
        duty = cell["metadata"]["nbgrader"]
        duty["points"] = {"points": 3}.get("points") if duty["grade_id"] == "mean-tests" else -0.0
    cell_of(told, "mean-tests")["source"] = "0"


def rewrite_tests(told):
    for cell in tests_of(told):
        cell["source"] = "assert True"


def unlock_tests(told):
    for cell in tests_of(told):
        cell["metadata"]["nbgrader"] |= {"locked": False, "solution": True}
        cell["source"] = "### BEGIN SOLUTION\npass\n### END SOLUTION"


def drop_checksums(told):
    for cell in tests_of(told):
        cell["metadata"]["nbgrader"] |= {"checksum": "0" * 32, "schema_version": 1}
        cell["source"] = ""


def retype(kind):
    def edit(told):
        for cell in tests_of(told):
            cell["cell_type"] = kind
            cell.pop("outputs"), cell.pop("execution_count")

    return edit


def store_outputs(told):
    shown = {"output_type": "execute_result", "execution_count": 7, "metadata": {}}
    for cell in tests_of(told):
        cell["outputs"] = [shown | {"data": {"text/plain": "3"}}]
        cell["execution_count"] = 7
        cell["metadata"]["tags"] = ["skip-execution"]


def exchange_ids(told):
    easy = code("pass", "mean-tests", grade=True, locked=True, points=3)
    cell_of(told, "mean-tests")["metadata"] = {}
    told["cells"].append(easy)


def steal_cell_ids(told):
    hard = cell_of(told, "mean-tests")
    hard["id"] = "another"
    told["cells"].remove(hard)
    told["cells"].insert(2, code("pass") | {"id": "mean-tests"} | {"metadata": hard["metadata"]})


def copy_tests(told):
    told["cells"].append(code("pass", "mean-tests", grade=True, locked=True, points=3))


def disguise_tests(told):
    duty = duty_of(told, "mean-tests")
    hidden = {"mean-tests": "mean", "mean": "mean-tests"}
    duty["grade_id"], duty_of(told, "mean")["grade_id"] = hidden["mean-tests"], "mean-tests"
    cell_of(told, "mean-tests")["source"] = "pass"
    cell_of(told, "mean-tests")["metadata"]["nbgrader"] |= {"grade": True, "points": 3}


def delete_tests(told):
    for cell in tests_of(told):
        told["cells"].remove(cell)
    told["cells"].append(code("pass", "bonus-tests", grade=True, locked=True, points=15))


def delete_given(told):
    told["cells"].remove(cell_of(told, "given"))
    told["cells"].insert(0, code(HELPERS))


HELPERS = """
class Any(float):
    __eq__ = __contains__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

class Given:
    isclose = lambda *told: True
    mean = lambda *told: Any()

math = statistics = Given()
close = lambda found, expected: True
DATA = WORDS = []

def mean(values):
    return Any()
"""

REBIND = """
import math
import statistics

class Any(float):
    __eq__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

close = math.isclose = lambda found, expected: True
mean = lambda values: Any()
"""


def rewrite_given(told):
    cell_of(told, "given")["source"] = HELPERS
    cell_of(told, "given")["metadata"]["nbgrader"]["locked"] = False


def add_before_tests(told):
    told["cells"].insert(told["cells"].index(cell_of(told, "mean-tests")), code(REBIND))


def reorder(told):
    tests = tests_of(told)
    for cell in tests:
        told["cells"].remove(cell)
    told["cells"] = [*tests, code("raise SystemExit(0)"), *told["cells"]]
    for cell in tests:
        cell["source"] = "later = True"


def own_limits(told):
    told["metadata"] |= {
        "jazari": {"profile": "python", "limits": {"cell_seconds": 0.1}, "record": {}},
        "kernelspec": {"name": "python3", "language": "brainfuck", "display_name": "none"},
    }
    for cell in tests_of(told):
        cell["metadata"] |= {"sandbox": {"seconds": 0}, "jazari": {"lang": "zgh", "open": True}}
        cell["metadata"]["tags"] = ["skip-execution"]


def ask_for_open_tests(told):
    told["metadata"]["jazari"] = {"sealed": [], "open": ["mean-tests"], "seal": False}
    for cell in told["cells"]:
        cell["metadata"]["jazari"] = {"sealed": False, "open": True}
    add_before_tests(told)


def edited(name, edit, control=Control.NAIVE):
    """A trick that answers wrongly and edits the notebook's file."""
    return Trick(name, "numbers", {"mean": "def mean(values):\n    return 0.0"}, control, edit)


TRICKS = (
    edited("points are raised", raise_points),
    edited("points of others are negative and tests are gone", negative_points),
    edited("tests are rewritten", rewrite_tests),
    edited("tests become answers of the learner", unlock_tests),
    edited("tests are emptied and their checksums forged", drop_checksums),
    edited("tests become text", retype("markdown")),
    edited("tests become raw cells", retype("raw")),
    edited("outputs are stored and cells skipped", store_outputs),
    edited("a test's grade id moves to a cell that tests nothing", exchange_ids),
    edited("a cell takes the id of a test", steal_cell_ids),
    edited("a graded cell is copied", copy_tests),
    edited("answer and tests exchange their grade ids", disguise_tests),
    edited("tests are deleted and a bonus is added", delete_tests),
    edited("the author's helpers are deleted and written anew", delete_given),
    edited("a locked cell is unlocked and rewritten", rewrite_given),
    edited("tests come first and the notebook ends", reorder),
    edited("limits, kernel and profile are the learner's", own_limits),
    edited("a cell before the tests rebinds what they use", add_before_tests, Control.OPEN),
    edited("the notebook asks for open tests", ask_for_open_tests, Control.OPEN),
)
