"""The second process of a kernel's namespaces: the one that runs what somebody else wrote.

It is forked from a template that has loaded all packages, among the processes of the first but not
by it, and enters its other namespaces once the first has built the walls.
"""

import json
import os
import socket
from collections.abc import Callable
from typing import Any

from . import linux, walls
from .first import LARGEST_ORDERS, NAMESPACES
from .template import become_inner_user

_ENTERED = ("cgroup", *(kind for kind in NAMESPACES if kind != "pid"))

Role = Callable[[dict[str, Any], list[int]], None]


def run(descriptors: list[int], filters: list[bytes], role: Role) -> None:
    """Await the orders of `first.run`, go behind the walls and play the role with the rest.

    The descriptors are the pidfd of the first process, the way to it, and what the role needs.
    """
    first, way_there, *given = descriptors
    with socket.socket(fileno=way_there) as way:
        ourselves = os.pidfd_open(os.getpid())
        socket.send_fds(way, [b"{}"], [ourselves])
        os.close(ourselves)
        told = way.recv(LARGEST_ORDERS)
    if not told:
        return
    orders: dict[str, Any] = json.loads(told)
    linux.enter(first, *_ENTERED)
    os.close(first)
    become_inner_user()
    os.setsid()  # Its group would be that of processes outside, whom it could then signal.
    walls.enter(orders["limits"])
    walls.lock_files()
    for program in filters:
        linux.load_filter(program)
    role(orders, given)
