"""Runs cells in a Jupyter kernel and believes whatever it sends: ``trusting.py CELLS``.

This is what reading a kernel comes to without a guard: no signature is looked at, no
byte counted, and no answer missed however long it takes.
"""

import json
import sys
import time
from pathlib import Path

import zmq
from jupyter_client.manager import KernelManager

_ANSWERS_AFTER = 0.3  # Outputs may follow the answer by a moment.


def main() -> None:
    """Run one cell after the other and print the content of every message."""
    cells = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    manager = KernelManager()
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=30)
    context = zmq.Context()
    outputs = context.socket(zmq.SUB)
    outputs.subscribe(b"")
    outputs.connect(f"tcp://127.0.0.1:{manager.iopub_port}")
    time.sleep(0.2)
    for cell in cells:
        asked = client.execute(cell)
        read(outputs, client.shell_channel.socket, asked)
    Path(sys.argv[1]).with_suffix(".told").touch()
    manager.shutdown_kernel(now=True)


def read(outputs: zmq.Socket, answers: zmq.Socket, asked: str) -> None:
    """Print what comes, until the cell that was asked for is answered and nothing follows."""
    poller = zmq.Poller()
    poller.register(outputs, zmq.POLLIN)
    poller.register(answers, zmq.POLLIN)
    answered = False
    while True:
        ready = dict(poller.poll(_ANSWERS_AFTER * 1000 if answered else None))
        if not ready:
            return
        if outputs in ready:
            show(outputs.recv_multipart())
        if answers in ready:
            # A slow kernel was asked more than once whether it has begun, and answers late.
            answered |= answers_to(answers.recv_multipart()) == asked


def answers_to(frames: list[bytes]) -> str | None:
    """The number of the message that this one says it answers."""
    parent = json.loads(frames[frames.index(b"<IDS|MSG>") + 3])
    return parent.get("msg_id")


def show(frames: list[bytes]) -> None:
    """Print a message's content; what is no message is printed as it came."""
    if b"<IDS|MSG>" not in frames:
        print(frames, flush=True)
        return
    header, _, _, content = frames[frames.index(b"<IDS|MSG>") + 2 :][:4]
    kind = json.loads(header)["msg_type"]
    told = json.loads(content)
    if kind not in ("execute_input", "status"):
        where = sys.stderr if kind == "error" else sys.stdout
        print(told.get("text") or told, file=where, flush=True)


if __name__ == "__main__":
    main()
