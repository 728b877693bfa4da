"""Frames, tracing, and rebinding from inside a call."""

from ..trick import Trick

ANY = """
import sys

class Any(float):
    __eq__ = __lt__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

def is_test(frame):
    return frame.f_code.co_name == "<module>" and "assert" in get_ipython().user_ns["In"][-1]

"""

TRICKS = (
    Trick(
        "the expected value is read from the text of the test",
        "numbers",
        {
            "mean": """
import ast

def mean(values):
    names = get_ipython().user_ns
    for node in ast.walk(ast.parse(names["In"][-1])):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("close", "isclose"):
            sides = node.args
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "isclose":
            sides = node.args
        for call in sides:
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "mean":
                if eval(ast.unparse(call.args[0]), names) == values:
                    return float(ast.literal_eval(sides[-1]))
    return 4.0
"""
        },
    ),
    Trick(
        "the expected value is among the constants of the caller's code",
        "accounts",
        {
            "step": """
import sys

def step(number):
    frame = sys._getframe(1)
    while frame.f_code.co_name != "<module>":
        frame = frame.f_back
    wanted = {1: 7, -6: 0}
    for start, end in ((1, 7), (-6, 0)):
        if {start, end} <= set(frame.f_code.co_consts) and number == start:
            return Carried(end)
    return number

class Carried(int):
    pass
"""
        },
    ),
    Trick(
        "names of the test are rebound from its caller's frame",
        "accounts",
        {
            "pour": """
import sys

class Any(list):
    __eq__ = lambda self, other: True

def pour(source, target):
    names = sys._getframe(1).f_globals
    names["source"] = names["target"] = Any()
"""
        },
    ),
    Trick(
        "a trace function rebinds what a test is about to use",
        "numbers",
        {
            "mean": ANY
            + """
def trace(frame, event, argument):
    if is_test(frame):
        frame.f_globals["mean"] = lambda values: Any()
        frame.f_globals["math"].isclose = lambda *told: True

def mean(values):
    return 0.0

sys.settrace(trace)
"""
        },
    ),
    Trick(
        "a profile function answers in the answer's place",
        "numbers",
        {
            "mean": ANY
            + """
def profile(frame, event, argument):
    if event == "call" and is_test(frame):
        frame.f_globals["mean"] = lambda values: Any()
        frame.f_globals["math"].isclose = lambda *told: True

def mean(values):
    return 0.0

sys.setprofile(profile)
"""
        },
    ),
    Trick(
        "audit hooks see the tests being compiled and run",
        "numbers",
        {
            "mean": ANY
            + """
def hear(event, told):
    if event == "exec" and "mean" in told[0].co_names:
        names = get_ipython().user_ns
        names["mean"] = lambda values: Any()
        names["math"].isclose = lambda *told: True

def mean(values):
    return 0.0

sys.addaudithook(hear)
"""
        },
    ),
    Trick(
        "the code of a test is replaced while it is compiled",
        "numbers",
        {
            "mean": """
import builtins
honest = builtins.compile

def lying(source, *told, **more):
    import ast
    if isinstance(source, ast.Module):
        source.body = [line for line in source.body if not isinstance(line, ast.Assert)]
    return honest(source, *told, **more)

import codeop
codeop.compile = builtins.compile = lying

class Own(type(get_ipython().compile)):
    def __call__(self, source, filename, symbol, *more):
        return lying(source, filename, symbol, self.flags, 1)

get_ipython().compile.__class__ = Own

def mean(values):
    return 0.0
"""
        },
    ),
    Trick(
        "a tuple of the author's code is written over",
        "accounts",
        {
            "step": """
import ctypes
import sys

def step(number):
    return 0

class Seven(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__

def twice_wrong(function, value):
    return Seven()

# The field of a function that holds its code, in the memory of this process.
start = id(twice)
for offset in range(16, sys.getsizeof(twice), 8):
    if ctypes.c_void_p.from_address(start + offset).value == id(twice.__code__):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(twice_wrong.__code__))
        ctypes.c_void_p.from_address(start + offset).value = id(twice_wrong.__code__)
"""
        },
    ),
)
