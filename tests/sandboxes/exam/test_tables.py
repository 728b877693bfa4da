"""Arrays and tables arrive as what they were, whatever they hold, and odd ones are refused."""

import subprocess
from pathlib import Path

import pytest

from sandboxes.environments import build
from sandboxes.inside.exam import data

PRELUDE = """
import copy, json, sys
sys.path[:0] = [sys.argv[1]]
import numpy as np, pandas as pd
from sandboxes.inside.exam import codec, data
from sandboxes.inside.exam.channel import BrokenMessage
from sandboxes.inside.exam.ledger import Ledger
data.load()
def told(value):
    packing = codec.Packing(Ledger(1), None)
    return json.loads(json.dumps([packing.pack(value), packing.objects]))
def arrive(value, objects):
    unpacking = codec.Unpacking(Ledger(2), None)
    unpacking.objects(objects)
    return unpacking.unpack(value)
def cross(value):
    return arrive(*told(value))
table = pd.DataFrame(
    {"n": [1.5, np.nan], "text": ["a", None], "any": pd.Series([1, "b"], dtype=object)},
    index=pd.Index(["x", "y"], name="row"),
)
"""
ARRIVING = """
assert cross(table).dtypes.equals(table.dtypes)
pd.testing.assert_frame_equal(cross(table), table)
for name in table:
    pd.testing.assert_series_equal(cross(table[name]), table[name])
# Numbers as objects stay objects, and so do texts.
objects = pd.Series([1, 2], index=["x", "y"], dtype=object, name="o")
assert cross(objects).dtype == object and cross(objects).tolist() == [1, 2]
assert cross(objects.to_frame())["o"].dtype == object
assert cross(pd.Series(["a"], dtype=object)).dtype == object
surrogate = pd.Series(["a", "\\ud800", None])
assert cross(surrogate).tolist()[:2] == surrogate.tolist()[:2]
several = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
pd.testing.assert_frame_equal(cross(several), several)
for empty in (pd.DataFrame(), pd.DataFrame(index=[1]), pd.DataFrame(columns=["a"])):
    pd.testing.assert_frame_equal(cross(empty), empty)
# Columns of one type share memory, as where the table was made.
assert len(cross(pd.DataFrame({"a": [1.0], "b": [2.0]}))._mgr.blocks) == 1
"""
REFUSED = """
def refused(value, change):
    node, objects = told(value)
    change(objects["1"])
    try:
        arrive(node, objects)
    except BrokenMessage:
        return True
    return False
def shorter(body):
    body[3][0][4] = data.text_of(b"\\0" * 8)
    body[3][0][3] = [1]
def without_texts(body):
    next(column for column in body[3] if column[0] == "cs")[3] = "ab"
def of_numbers(body):
    next(column for column in body[3] if column[0] == "cs")[3] = [1, 2]
assert not refused(table, lambda body: None)
assert refused(table, shorter)
assert refused(table, without_texts)
assert refused(table, of_numbers)
assert refused(table, lambda body: body[3].pop())
assert refused(table["n"], lambda body: body.__setitem__(2, told(pd.RangeIndex(3))[0]))
assert refused(np.arange(2.0), lambda body: body.__setitem__(3, [3]))
assert refused(np.arange(2.0), lambda body: body.clear() or body.append("a"))
"""
AGAIN = """
ours, theirs = Ledger(1), Ledger(2)
def again(value):
    packing = codec.Packing(ours, None)
    node = packing.pack(value)
    unpacking = codec.Unpacking(theirs, None)
    objects = json.loads(json.dumps(packing.objects))
    unpacking.objects(objects)
    return unpacking.unpack(node), objects
values = [table, table["any"], np.arange(3.0), np.array(["a", None, 2], dtype=object)]
for value in values:
    first, sent = again(value)
    assert sent
    same, sent = again(value)
    assert same is first and not sent
    # Nor does the other side, which has packed none of them yet, tell of them again.
    back = codec.Packing(theirs, None)
    back.pack(first)
    assert not back.objects, type(value)
values[2][0] = values[3][1] = 7
table.loc["x", "n"] = 9.0
for value in (values[0], *values[2:]):
    came, sent = again(value)
    assert len(sent) == 1
assert came[1] == 7
"""


@pytest.mark.parametrize(
    "script", [ARRIVING, REFUSED, AGAIN], ids=["arriving", "refused", "not told again"]
)
def test_arrays_and_tables(script, python_ml):
    python = build(python_ml).folder / "bin" / "python"
    ours = Path(data.__file__).parents[3]

    ran = subprocess.run(
        [python, "-c", PRELUDE + script, ours], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
