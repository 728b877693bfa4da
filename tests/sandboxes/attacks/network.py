"""Reaching others: on this host, on its network, by names and without a network at all."""

import socket

from . import listeners
from .attack import Attack

ATTACKS = (
    Attack(
        "a server on this host",
        "import socket\nsocket.create_connection(bait, 1)",
        listeners.tcp(),
    ),
    Attack(
        "a server on this host by the newer protocol",
        "import socket\nsocket.create_connection(bait, 1)",
        listeners.tcp(socket.AF_INET6),
    ),
    Attack(
        "a server on this host without waiting for the handshake",
        """
import socket
with socket.socket() as caller:
    caller.settimeout(1)
    caller.sendto(b"x", socket.MSG_FASTOPEN, bait)
""",
        listeners.tcp(),
    ),
    Attack(
        "a server at this host's address on the network",
        "import socket\nsocket.create_connection(bait, 1)",
        listeners.tcp_on_every_address(),
    ),
    Attack(
        "a server on this host by a program of the system",
        "import subprocess\n"
        "subprocess.run(['bash', '-c', 'exec 3<>/dev/tcp/%s/%s' % bait], timeout=2)",
        listeners.tcp(),
    ),
    Attack(
        "datagrams",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', bait)",
        listeners.udp(),
    ),
    Attack(
        "an abstract socket",
        "import socket\nsocket.socket(socket.AF_UNIX).connect(bait)",
        listeners.abstract(),
    ),
    Attack(
        "an abstract socket by datagram",
        "import socket\nsocket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', bait)",
        listeners.abstract(socket.SOCK_DGRAM),
    ),
    Attack(
        "a socket by its path",
        "import socket\nsocket.socket(socket.AF_UNIX).connect(bait)",
        listeners.path(),
    ),
    Attack(
        "the resolver of names",
        "import socket\nsocket.getaddrinfo(bait, 80)",
        listeners.names(),
        needs_root=True,
    ),
    Attack(
        "a question for a name, written by hand",
        """
import socket
labels = b"".join(bytes([len(word)]) + word.encode() for word in bait.split("."))
asked = b"\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + labels + b"\\0\\0\\1\\0\\1"
asks = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asks.settimeout(1)
asks.sendto(asked, ("127.0.0.9", 53))
asks.recv(100)
""",
        listeners.names("127.0.0.9"),
        needs_root=True,
    ),
)
