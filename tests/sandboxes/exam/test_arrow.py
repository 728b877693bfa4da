"""Arrow's data crosses as what it was, value by value, in types of a closed list."""

import datetime
import decimal
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from sandboxes.environments import build
from sandboxes.inside.exam import codec, data
from sandboxes.inside.exam.channel import BrokenMessage

data.load()

DAY = datetime.date(2026, 11, 29)
POINT = pa.struct([pa.field("x", pa.float32(), nullable=False), ("tags", pa.list_(pa.string()))])
ARRAYS = [
    pa.nulls(2),
    pa.array([True, None]),
    pa.array([1, None, -(2**63)]),
    pa.array([2**64 - 1], pa.uint64()),
    pa.array([0.5, float("inf"), None]),
    pa.array([0x3C00, None], pa.uint16()).view(pa.float16()),
    pa.array(["ⴰⵣⵓⵍ", None, ""]),
    pa.array(["a"], pa.large_string()),
    pa.array([b"\x00\xff", None]),
    pa.array([b"ab"], pa.binary(2)),
    pa.array([decimal.Decimal("0.10"), None], pa.decimal128(5, 2)),
    pa.array([DAY, None]),
    pa.array([DAY], pa.date64()),
    pa.array([1, None], pa.int64()).view(pa.timestamp("ns", "Africa/Casablanca")),
    pa.array([1], pa.int32()).view(pa.time32("ms")),
    pa.array([1], pa.int64()).view(pa.time64("ns")),
    pa.array([1], pa.int64()).view(pa.duration("ns")),
    pa.array([[1], None, [], [2, None]]),
    pa.array([["a"], None], pa.large_list(pa.string())),
    pa.array([{"x": 1.5, "tags": ["a"]}, None, {"x": 2.0, "tags": None}], POINT),
    pa.array(["a", "b", "a", None]).dictionary_encode(),
    pa.array([1, 2, 3, 4])[1:3],
    pa.array([[1], [2, 3], None, [4]])[1:],
    pa.array([], pa.string()),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(array.type))
def test_an_array_arrives_as_what_it_was(sides, array):
    came = sides.cross(array)

    assert type(came) is type(array)
    assert came.type == array.type
    assert came.equals(array)


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(array.type))
def test_one_of_its_values_and_its_type_cross_as_well(sides, array):
    assert sides.cross(array.type) == array.type
    for one in array:
        came = sides.cross(one)

        assert came.type == one.type
        # Two of a dictionary are equal only where their dictionaries are.
        assert came.equals(one) or came.as_py() == one.as_py()


def test_a_table_arrives_with_its_columns_in_their_pieces_and_what_is_said_of_it(sides):
    schema = pa.schema([("n", pa.int8()), ("t", pa.string())], metadata={b"made by": b"hand"})
    batch = pa.RecordBatch.from_arrays([pa.array([1], pa.int8()), pa.array(["a"])], schema=schema)
    table = pa.Table.from_batches([batch, batch])

    came = sides.cross(table)

    assert came.equals(table, check_metadata=True)
    assert came["n"].num_chunks == 2
    assert sides.cross(batch).equals(batch, check_metadata=True)
    assert sides.cross(schema).equals(schema, check_metadata=True)


UNFIT = {
    "a union": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
    "a list of fixed length": pa.array([[1, 2]], pa.list_(pa.int8(), 2)),
    "an extension": pa.array(["{}"], pa.json_()),
}


@pytest.mark.parametrize("array", UNFIT.values(), ids=UNFIT.keys())
def test_a_type_that_is_not_in_the_list_does_not_cross(sides, array):
    with pytest.raises(codec.Unfit):
        sides.cross(array)


BROKEN = [
    ["ra"],
    ["ra", "int8"],
    ["ra", "int8", [1000]],
    ["ra", "int8", ["a"]],
    ["ra", "string", [5]],
    ["ra", "string", [["u", "7aCA"]]],
    ["ra", "no_such", []],
    ["ra", "table", []],
    ["ra", ["time32", "ms"], [86_400_000]],
    ["ra", ["time32", "ns"], [1]],
    ["ra", ["decimal128", 500, 0], []],
    ["ra", ["decimal128", 38, 2**31 - 1], [["de", "1"]]],
    ["ra", ["decimal128", 38, 0], [["de", "1E-39"]]],
    ["ra", ["decimal128", 38, 2], [["de", "1"]]],
    ["ra", ["decimal128", 38, 0], [1]],
    ["ra", ["decimal256", 76, 0], [["de", "1E-999999999"]]],
    ["ra", ["decimal256", 76, 0], [["de", "NaN"]]],
    ["ra", ["decimal256", 76, 0], [["de", "1E+999999999"]]],
    ["ra", ["binary", -1], []],
    ["ra", ["binary", 2**30], [None]],
    ["ra", ["list_", ["item", "int8", True]], [3], ["ra", "int8", [1]]],
    ["ra", ["list_", ["item", "int8", True]], [-1], ["ra", "int8", [1]]],
    ["ra", ["list_", ["item", "int8", True]], [1], ["ra", "string", ["a"]]],
    ["ra", ["list_", ["item", "int8", True]], [1], "text"],
    ["ra", ["struct", [["x", "int8", True]]], [True, True], [["ra", "int8", [1]]]],
    ["ra", ["dictionary", "int8", "string", False], ["ra", "int8", [5]], ["ra", "string", ["a"]]],
    ["rc", "int8", [["ra", "string", ["a"]]]],
    ["rt", ["rh", [["n", "int8", True]], []], [["ra", "string", ["a"]]]],
    ["rt", ["rh", [["n", "int8", True]], []], []],
    ["rt", "text", []],
    ["rs", ["ra", "int8", []]],
    ["rh", [["n", "int8"]], []],
    ["rh", [], [["***", ""]]],
]


@pytest.mark.parametrize("node", BROKEN, ids=json.dumps)
def test_what_no_honest_side_sends_is_refused(sides, node):
    with pytest.raises(BrokenMessage):
        sides.arrive({"value": node, "objects": {}})


PANDAS = """
import json, sys
sys.path[:0] = [sys.argv[1]]
sys.path.append(sys.argv[2])
import pandas as pd, pyarrow as pa
from sandboxes.inside.exam import codec, data
from sandboxes.inside.exam.ledger import Ledger
data.load()
def cross(value):
    packing = codec.Packing(Ledger(1), None)
    told = json.loads(json.dumps([packing.pack(value), packing.objects]))
    unpacking = codec.Unpacking(Ledger(2), None)
    unpacking.objects(told[1])
    return unpacking.unpack(told[0])
table = pd.DataFrame({"text": ["a", None], "n": pd.array([1, None], "int64[pyarrow]")})
table["lists"] = pd.Series([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64())))
pd.testing.assert_frame_equal(cross(table), table)
pd.testing.assert_series_equal(cross(table["n"]), table["n"])
for column in table:
    assert type(cross(table[column].array)) is type(table[column].array), column
indexed = table.set_index("n").drop(columns="lists")  # Which pandas does not take back.
pd.testing.assert_frame_equal(cross(indexed), indexed)
whole = pa.Table.from_pandas(indexed)
pd.testing.assert_frame_equal(cross(whole).to_pandas(), whole.to_pandas())
"""


def test_columns_of_pandas_that_arrow_holds_arrive_as_they_were(python_ml):
    python = build(python_ml).folder / "bin" / "python"
    ours, theirs = Path(data.__file__).parents[3], Path(pa.__file__).parents[1]

    ran = subprocess.run(
        [python, "-c", PANDAS, ours, theirs], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, ""), sys.version
