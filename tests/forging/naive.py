"""A grader that trusts: executes the notebook as handed in, and believes what that tells.

It is a program of its own: the path of a notebook in, lines of verdicts out. Everything in it
is a habit of some real grader: it takes points, flags and cell types from the file, leaves
cells out that say so, shares its process and its folder with the work, and tells verdicts on
standard output, where cells without one count as passed if the process ends well.
"""

import json
import sys
import unittest


def failed(cell, namespace):
    if "skip-execution" in cell["metadata"].get("tags", ()):
        return any(output["output_type"] == "error" for output in cell["outputs"])
    try:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)
    except unittest.SkipTest:
        return False
    except Exception:
        return True
    return False


def main():
    with open(sys.argv[1]) as file:
        notebook = json.load(file)
    namespace = {"__name__": "__main__", "__builtins__": __builtins__}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        duty = cell["metadata"].get("nbgrader", {})
        points = 0 if failed(cell, namespace) else duty.get("points", 0)
        if duty.get("grade"):
            print(json.dumps({"cell": duty["grade_id"], "points": points}), flush=True)


if __name__ == "__main__":
    main()
