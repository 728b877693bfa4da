"""The learner's functions that tests look up first: asked for as a cell begins, not when needed.

The kernel answers while the examiner gets ready, so that the first call waits for one answer less.
"""

from typing import Any

from .codec import Node
from .conversation import Conversation


class Foreseen:
    """The answer to one question for several functions.

    It holds until anything else is asked: whatever the learner's code then runs may bind a name
    anew.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._number: int | None = None
        self._nodes: dict[str, Node] = {}

    def ask(self, names: list[str]) -> None:
        """A cell begins whose tests will look up these names; sent with what else is told."""
        self._number, self._nodes = None, {}
        # The kernel answers in the order of the questions, and to an earlier one it may owe it yet.
        if names and not self._conversation.late():
            self._number = self._conversation.ask("", {"ask": "functions", "names": names})

    def hear(self) -> None:
        """Take the answer, if one is due; raises BrokenMessage or Gone."""
        number = self._number
        if number is None or not self._conversation.is_open(number):
            return
        told: dict[str, Any] = {}
        is_call = True
        while is_call:
            told, is_call = self._conversation.hear(number)
        nodes = told.get("functions")
        self._nodes = nodes if isinstance(nodes, dict) else {}

    def node(self, name: str) -> Node:
        """The node of the function of that name, or None."""
        return self._nodes.get(name)
