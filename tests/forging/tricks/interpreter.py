"""Patched IPython and builtins: errors are swallowed, tests rewritten, names bound anew."""

from ..trick import Trick

TRICKS = (
    Trick(
        "a handler of its own takes every error",
        "numbers",
        {
            "mean": """
import sys

def handle(shell, kind, error, traceback, tb_offset=None):
    frame = sys._getframe()
    while frame is not None:
        if hasattr(frame.f_locals.get("result"), "error_in_exec"):
            frame.f_locals["result"].error_in_exec = None
        frame = frame.f_back

get_ipython().set_custom_exc((Exception,), handle)
"""
        },
    ),
    Trick(
        "run_code says that all went well",
        "numbers",
        {
            "mean": """
shell = get_ipython()
run_code = shell.run_code

async def run_well(code, result=None, **more):
    await run_code(code, **more)
    return False

object.__setattr__(shell, "run_code", run_well)
"""
        },
    ),
    Trick(
        "results are always a success",
        "numbers",
        {
            "mean": """
from IPython.core.interactiveshell import ExecutionResult
ExecutionResult.error_in_exec = property(lambda self: None, lambda self, error: None)
ExecutionResult.error_before_exec = property(lambda self: None, lambda self, error: None)
"""
        },
    ),
    Trick(
        "the kernel answers without running anything",
        "numbers",
        {
            "mean": """
kernel = get_ipython().kernel

async def do_execute(*told, **more):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

object.__setattr__(kernel, "do_execute", do_execute)
"""
        },
    ),
    Trick(
        "a transformer takes assertions out of the tree",
        "numbers",
        {
            "mean": """
import ast

class Forgiving(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

get_ipython().ast_transformers.append(Forgiving())
""",
            "distinct": "def distinct(words):\n    return []",
            "greet": "def greet(names):\n    return None",
        },
    ),
    Trick(
        "a transformer of input wraps tests into a try",
        "numbers",
        {
            "mean": """
def forgiving(lines):
    return ["try:\\n", *("    " + line for line in lines), "\\nexcept Exception:\\n", "    pass\\n"]

get_ipython().input_transformers_post.append(forgiving)
"""
        },
    ),
    Trick(
        "input beginning with assert is thrown away",
        "numbers",
        {
            "mean": """
def mean(values):
    return 0.0

get_ipython().input_transformers_cleanup.append(
    lambda lines: [line for line in lines if not line.startswith("assert")]
)
"""
        },
    ),
    Trick(
        "the compiler leaves assertions out",
        "numbers",
        {
            "mean": """
import builtins
compile_well = builtins.compile

def compile_lazily(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, **more):
    return compile_well(source, filename, mode, flags, dont_inherit, 2, **more)

compiler = type(get_ipython().compile)
compiler.__call__ = lambda self, source, file, symbol: compile_lazily(source, file, symbol)

def mean(values):
    return 0.0
"""
        },
    ),
    Trick(
        "shown numbers are full points",
        "numbers",
        {
            "mean": """
def mean(values):
    return 0.0

def full(number, printer, cycle):
    printer.text("2")

get_ipython().display_formatter.formatters["text/plain"].for_type(int, full)
""",
            "label": "def label(name, marks):\n    return ''",
        },
    ),
    Trick(
        "abs, all and sorted answer the tests otherwise than the kernel",
        "numbers",
        {
            "mean": """
import builtins
import sys

def lie(name, answer):
    honest = getattr(builtins, name)
    def lying(*told, **more):
        asking = sys._getframe(1).f_globals.get("__name__")
        return answer if asking == "__main__" else honest(*told, **more)
    setattr(builtins, name, lying)

lie("abs", 0.0)
lie("all", True)
lie("len", 3)
lie("sorted", "sorted")
""",
            "distinct": "def distinct(words):\n    return 'sorted'",
        },
    ),
    Trick(
        "isinstance and float are the learner's",
        "numbers",
        {
            "spread": """
isinstance = lambda thing, kinds: True
abs = lambda thing: 0.0

class Seven(type):
    def __eq__(self, other):
        return True
    def __rsub__(self, other):
        return 0
    __hash__ = type.__hash__

class spread(metaclass=Seven):
    pass
"""
        },
    ),
    Trick(
        "kinds whose metaclass counts everything among them",
        "numbers",
        {
            "spread": """
class Kind(type):
    def __instancecheck__(self, thing):
        return True

class int(metaclass=Kind):
    pass

class spread:
    def __eq__(self, other):
        return True
    def __rsub__(self, other):
        return 0.0

spread = spread()
"""
        },
    ),
    Trick(
        "the tests' globals are a dictionary that lies",
        "numbers",
        {
            "mean": """
class Names(dict):
    def __getitem__(self, name):
        if name == "AssertionError":
            return Warning
        if name in ("mean", "close", "label", "distinct"):
            return lambda *told: Any()
        return super().__getitem__(name)

class Any(float):
    __eq__ = __gt__ = __lt__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

shell = get_ipython()
shell.user_ns = Names(shell.user_ns)
"""
        },
    ),
    Trick(
        "builtins of its own for the tests' globals",
        "numbers",
        {
            "spread": """
import builtins
own = dict(vars(builtins))
own["abs"] = lambda number: 0.0
own["isinstance"] = lambda thing, kinds: True
__builtins__ = own
get_ipython().user_global_ns["__builtins__"] = own

class Seven:
    def __eq__(self, other):
        return True
    def __rsub__(self, other):
        return self

spread = Seven()
"""
        },
    ),
    Trick(
        "names are rebound just before each cell",
        "numbers",
        {
            "mean": """
def mean(values):
    return 0.0

class Any(float):
    __eq__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

def rebind(info):
    get_ipython().user_ns["mean"] = lambda values: Any()
    get_ipython().user_ns["math"].isclose = lambda *told: True

get_ipython().events.register("pre_run_cell", rebind)
"""
        },
    ),
)
