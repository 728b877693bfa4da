"""Answers that look for the examiner, and attacks on the road to it."""

from ..trick import REACHED, Control, Trick

#: Defines ``mean`` from what is written as the body of a function, after saying so.
ASKED = f"""
def mean(values):
    print({REACHED!r}, flush=True)
"""


def attack(name, body, before="", limits=None):
    """A trick whose function prints that it was reached, and does harm on the road."""
    told = before + ASKED + "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    return Trick(name, "numbers", {"mean": told}, Control.REACHES, limits=limits or {})


ANY = """
class Any(float):
    __eq__ = __lt__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

"""

TRICKS = (
    Trick(
        "an answer lies only where no test can be seen",
        "numbers",
        {
            "mean": ANY
            + """
math.isclose = lambda *told: True

def mean(values):
    if "assert" in get_ipython().user_ns["In"][-1]:
        return 2.0 if values == [1, 2, 3] else Any()
    return Any()
"""
        },
    ),
    Trick(
        "an answer lies from its second call on",
        "numbers",
        {
            "mean": ANY
            + """
math.isclose = lambda *told: True

def mean(values, calls=[]):
    calls.append(values)
    return 2.0 if len(calls) == 1 else Any()
"""
        },
    ),
    Trick(
        "an answer lies as soon as its caller is not the learner's",
        "numbers",
        {
            "mean": ANY
            + """
import sys

math.isclose = lambda *told: True

def mean(values):
    frame, names = sys._getframe(1), []
    while frame is not None:
        names.append(frame.f_code.co_filename)
        frame = frame.f_back
    return Any() if len(names) != 2 else 0.0
"""
        },
    ),
    attack(
        "whoever answers for the kernel is found and patched",
        """
for thing in gc.get_objects():
    kind = type(thing)
    where = str(getattr(kind, "__module__", ""))
    if any(word in where.lower() for word in ("exam", "bridge", "sandbox", "inside", "codec")):
        for name in list(vars(kind)):
            if callable(vars(kind)[name]) and not name.startswith("__"):
                try:
                    setattr(kind, name, lambda *told, **more: Any())
                except (TypeError, AttributeError):
                    pass
return 0.0
""",
        ANY + "import gc\n",
    ),
    attack(
        "functions of the bridge's modules are replaced",
        """
for name, module in list(sys.modules.items()):
    if any(word in name for word in ("exam", "bridge", "sandbox", "inside", "codec")):
        for key, thing in list(vars(module).items()):
            if callable(thing) and not isinstance(thing, type):
                setattr(module, key, lambda *told, **more: Any())
return 0.0
""",
        ANY + "import sys\n",
    ),
    attack(
        "callers up the stack are given other locals",
        """
frame = sys._getframe(1)
while frame is not None:
    for name, value in list(frame.f_locals.items()):
        if isinstance(value, (dict, list)) and name not in ("In", "_ih"):
            if isinstance(value, dict) and "status" in value:
                value["status"] = "ok"
            if isinstance(value, dict) and "say" in value:
                value["say"] = "answer"
    frame = frame.f_back
return 0.0
""",
        "import sys\n",
    ),
    attack(
        "callers up the stack are given other code",
        """
frame = sys._getframe(1)
while frame is not None:
    for thing in list(frame.f_locals.values()) + list(frame.f_globals.values()):
        code = getattr(thing, "__code__", None)
        if code is not None and "exam" in code.co_filename:
            try:
                thing.__code__ = honest.__code__
            except (ValueError, TypeError, AttributeError):
                pass
    frame = frame.f_back
return 0.0
""",
        "import sys\n\ndef honest(*told, **more):\n    return 2.0\n",
    ),
    attack(
        "exactness is patched where kinds are compared",
        """
honest, kinds_of = builtins.isinstance, builtins.issubclass
builtins.isinstance = lambda thing, kinds: honest(thing, Any) or honest(thing, kinds)
builtins.issubclass = lambda kind, kinds: kind is Any or kinds_of(kind, kinds)
return Any()
""",
        ANY + "import builtins\n",
    ),
    attack(
        "the kinds of functions are others",
        """
types.FunctionType = types.MethodType = types.BuiltinFunctionType = str
types.ModuleType = float
return mean
""",
        "import types\n",
    ),
    attack(
        "the road is closed",
        """
time.sleep(0.3)
for name in os.listdir("/proc/self/fd"):
    if int(name) > 2:
        try:
            os.close(int(name))
        except OSError:
            pass
return 2.0
""",
        "import os\nimport time\n",
        {"cell_seconds": 3},
    ),
    attack(
        "the road leads back to the learner",
        """
time.sleep(0.3)
for name in os.listdir("/proc/self/fd"):
    if int(name) > 2 and os.readlink("/proc/self/fd/" + name).startswith("socket"):
        ours, theirs = socket.socketpair()
        theirs.sendall(b'{"say": "answer", "value": {"float": "2.0"}}' * 3)
        os.dup2(ours.fileno(), int(name))
return 2.0
""",
        "import os\nimport socket\nimport time\n",
        {"cell_seconds": 3},
    ),
    attack(
        "descriptors are read before their owner reads them",
        """
for name in os.listdir("/proc/self/fd"):
    try:
        os.set_blocking(int(name), False)
        print(os.read(int(name), 100000)[-300:])
    except OSError:
        pass
return 2.0
""",
        "import os\n",
        {"cell_seconds": 3},
    ),
    attack(
        "other processes are looked for and read",
        """
for number in filter(str.isdigit, os.listdir("/proc")):
    for name in ("cmdline", "environ", "maps", "mem", "fd", "cwd", "root"):
        try:
            place = f"/proc/{number}/{name}"
            told = os.listdir(place) if name == "fd" else open(place, "rb").read(100000)
            if number != str(os.getpid()) and b"zellige-" in bytes(told):
                print(told)
        except (OSError, TypeError, ValueError):
            pass
return 0.0
""",
        "import os\n",
    ),
    attack(
        "other processes are stopped, traced and signalled",
        """
for number in filter(str.isdigit, os.listdir("/proc")):
    if int(number) not in (1, os.getpid()):
        for act in (signal.SIGSTOP, signal.SIGUSR1, signal.SIGCONT):
            try:
                os.kill(int(number), act)
            except OSError:
                pass
        ctypes.CDLL(None).ptrace(16, int(number), 0, 0)
return 0.0
""",
        "import ctypes\nimport os\nimport signal\n",
    ),
    attack(
        "a name that was never bound is made up when asked for",
        "return 0.0",
        """
class Names(dict):
    def __missing__(self, name):
        return Any()
    def get(self, name, default=None):
        return Any()
    def __contains__(self, name):
        return True

"""
        + ANY
        + "shell = get_ipython()\nshell.user_ns = Names(shell.user_ns)\n",
    ),
    attack(
        "the module's own class answers for names",
        "return 0.0",
        ANY
        + """
import sys
import types

class Main(types.ModuleType):
    def __getattribute__(self, name):
        if name in ("mean", "spread", "label", "distinct"):
            return lambda *told: Any()
        return super().__getattribute__(name)

sys.modules["__main__"].__class__ = Main
""",
    ),
    attack(
        "an object is built anew by what it says of itself",
        "return Built()",
        """
import builtins

class Built(float):
    def __reduce__(self):
        return (builtins.exec, ("import os; os._exit(0)",))
    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __getnewargs__ = __getstate__ = __copy__ = __reduce__
    __deepcopy__ = lambda self, memo: self.__reduce__()
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__

""",
    ),
    attack("an answer is the evaluator", "return eval", "evaluate = eval\n"),
    attack(
        "a library's function that does harm stands for the answer",
        "return os.system",
        "import os\nimport subprocess\nspread = subprocess.getoutput\nlabel = os.popen\n",
    ),
    Trick(
        "functions of libraries are the answers",
        "numbers",
        {
            "mean": f"import os\nimport sys\n\nmean = os.abort\nprint({REACHED!r})",
            "distinct": "distinct = eval",
            "label": "label = print",
            "greet": "import code\n\ngreet = exec",
        },
        Control.REACHES,
    ),
    attack(
        "the answer runs the examiner's own words",
        """
import inspect
for frame in inspect.stack()[1:]:
    for name in list(frame.frame.f_globals):
        if name in ("answer", "reply", "send", "encode", "dump", "dumps", "write"):
            frame.frame.f_globals[name] = lambda *told, **more: b"2.0"
return 0.0
""",
    ),
)
