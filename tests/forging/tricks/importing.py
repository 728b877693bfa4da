"""Import hooks, shadowed modules, and folders that are not what they were."""

from ..trick import Trick


def forged(name: str, before: str) -> Trick:
    """A trick of a learner who puts ``before`` where the test imports a library for itself."""
    return Trick(name, "accounts", {"middle": before})


TRICKS = (
    forged(
        "a file of the learner's shadows a library",
        """
import pathlib
import sys
pathlib.Path("fractions.py").write_text("Fraction = lambda *told: 0")
sys.modules.pop("fractions", None)
sys.path.insert(0, "")
middle = 0
""",
    ),
    forged(
        "sys.modules holds a forgery",
        """
import sys
import types
sys.modules["fractions"] = types.SimpleNamespace(Fraction=lambda *told: 0)
middle = 0
""",
    ),
    forged(
        "a finder of its own finds the library",
        """
import importlib.abc
import importlib.machinery
import sys

class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name == "fractions":
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.Fraction = lambda *told: 0

sys.modules.pop("fractions", None)
sys.meta_path.insert(0, Finder())
middle = 0
""",
    ),
    forged(
        "the import statement is replaced",
        """
import builtins
import types
honest = builtins.__import__

def lying(name, *told, **more):
    if name == "fractions":
        return types.SimpleNamespace(Fraction=lambda *told: 0)
    return honest(name, *told, **more)

builtins.__import__ = lying
middle = 0
""",
    ),
    forged(
        "a path hook answers for a folder that is none",
        """
import importlib.abc
import importlib.machinery
import sys

class Finder(importlib.abc.PathEntryFinder, importlib.abc.Loader):
    def find_spec(self, name, target=None):
        if name == "fractions":
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.Fraction = lambda *told: 0

def hook(path):
    if path == "nowhere":
        return Finder()
    raise ImportError

sys.path_hooks.insert(0, hook)
sys.path.insert(0, "nowhere")
sys.modules.pop("fractions", None)
middle = 0
""",
    ),
    forged(
        "what a library exports is replaced",
        """
import fractions
fractions.Fraction = lambda *told: 0
middle = 0
""",
    ),
    forged(
        "a library's method is replaced",
        """
import fractions
fractions.Fraction.__eq__ = lambda self, other: True
fractions.Fraction.__sub__ = lambda self, other: 0
middle = 0
""",
    ),
    Trick(
        "the working folder is another",
        "frames",
        {
            "people": """
import os
import tempfile
os.chdir(tempfile.mkdtemp())
with open("towns.csv", "w") as file:
    file.write("people\\n0\\n")
people = 0
"""
        },
    ),
)
