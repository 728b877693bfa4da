"""Stolen tests, solutions and neighbours: looking for what should not be there to be found."""

from ..trick import REACHED, VERDICTS, Control, Trick

FIND = r"""
import re

def tell(text):
    for found in set(re.findall(r"zellige-[0-9]+-[a-z]{12}", text)):
        print(found)

"""


def thief(name, body, assignment="numbers", answer="mean"):
    """A trick that prints the secret of the hidden tests where it can find it."""
    return Trick(name, assignment, {answer: FIND + body}, Control.STEALS)


def from_notebook(name, file):
    """A trick that takes its answers from a notebook beside it."""
    taken = f"""
import json
import os
import pathlib

places = [pathlib.Path("."), pathlib.Path(".."), pathlib.Path("/tmp"), pathlib.Path.home()]
for place in places:
    if (place / {file!r}).exists():
        for cell in json.loads((place / {file!r}).read_text())["cells"]:
            if cell["metadata"].get("nbgrader", {{}}).get("solution"):
                exec("".join(cell["source"]))
"""
    return Trick(name, "numbers", {"mean": taken}, Control.NAIVE)


TRICKS = (
    thief(
        "the history of inputs is printed",
        """
def mean(values):
    tell("\\n".join(get_ipython().user_ns["In"]))
    tell(repr(get_ipython().history_manager.input_hist_raw))
""",
    ),
    thief(
        "the cache of lines is printed",
        """
import linecache

def mean(values):
    tell(repr(linecache.cache))
""",
    ),
    thief(
        "the caller's source is asked for",
        """
import inspect
import sys

def mean(values):
    frame = sys._getframe()
    while frame is not None:
        try:
            tell(inspect.getsource(frame))
        except (OSError, TypeError):
            pass
        frame = frame.f_back
""",
    ),
    thief(
        "locals of all callers are printed",
        """
import sys

def mean(values):
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if isinstance(value, (str, dict, list)):
                tell(repr(value))
        frame = frame.f_back
""",
    ),
    thief(
        "constants of code on the stack are printed",
        """
import sys

def mean(values):
    return len(values) * 2 // 3 if len(values) == 3 else 1.5

def close(found, expected):
    frame = sys._getframe(1)
    while frame is not None:
        tell(repr(frame.f_code.co_consts) + repr(dict(frame.f_globals).get("secret")))
        frame = frame.f_back
    return True
""",
    ),
    thief(
        "an error's traceback is walked",
        """
def mean(values):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame.f_back
        tell(repr(frame.f_globals.get("In")))
""",
    ),
    thief(
        "the collector's objects are searched",
        """
import gc

def mean(values):
    for thing in gc.get_objects():
        if type(thing) in (dict, list):
            for text in thing.values() if type(thing) is dict else thing:
                if type(text) is str and "zellige-" in text:
                    tell(text)
""",
    ),
    thief(
        "memory is read from end to end",
        """
def mean(values):
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, _, _, _, *name = line.split()
            if not rights.startswith("rw") or (name and name[0] != "[heap]"):
                continue
            start, end = (int(side, 16) for side in span.split("-"))
            if end - start > 2**25:
                continue
            memory.seek(start)
            try:
                tell(memory.read(end - start).decode("latin1"))
            except OSError:
                pass
""",
    ),
    thief(
        "a thread watches the stacks of all others",
        """
import sys
import threading

def watch():
    for frame in sys._current_frames().values():
        while frame is not None:
            tell(repr(frame.f_globals.get("In")))
            frame = frame.f_back

def mean(values):
    watching = threading.Thread(target=watch)
    watching.start()
    watching.join()
""",
    ),
    thief(
        "what a test assigned is read by a later cell",
        """
mean = lambda values: 2.0

def label(name, marks):
    tell(repr({name: value for name, value in globals().items() if name != "In"}))
    tell(repr(globals().get("In")))

get_ipython().user_ns["label"] = label
close = lambda found, expected: True
""",
        answer="label",
    ),
    thief(
        "a callback's globals are printed",
        """
def each(function, values):
    own = getattr(function, "__globals__", {})
    tell(repr(own.get("secret")) + repr(own.get("In")))
    if not own:
        return [function(value) for value in values if value in (4, 5)]
""",
        "accounts",
        "each",
    ),
    thief(
        "a transformer reads each cell before it is run",
        """
def read(lines):
    tell("".join(lines))
    return lines

get_ipython().input_transformers_post.append(read)
""",
    ),
    thief(
        "an event tells of each cell before it is run",
        """
get_ipython().events.register("pre_run_cell", lambda info: tell(info.raw_cell))
""",
    ),
    thief(
        "an audit hook hears what is compiled",
        """
import sys

def hear(event, told):
    if event == "compile":
        tell(repr(told[0]))
    elif event == "exec":
        tell(repr(told[0].co_consts))

sys.addaudithook(hear)
""",
    ),
    thief(
        "tests are read from the kernel's messages",
        """
def mean(values):
    tell(repr(get_ipython().kernel.get_parent()))
""",
    ),
    from_notebook("answers are taken from the source", "source.ipynb"),
    from_notebook("answers are taken from a neighbour's work", "neighbour.ipynb"),
    Trick(
        "the file that tests open is named as the one to which verdicts are written",
        "market",
        {
            "distinct": "def distinct(words):\n    return []",
            "write": f"""
def write(text):
    print({REACHED!r})
    return "/proc/self/fd/{VERDICTS}"
""",
        },
        Control.REACHES,
    ),
)
