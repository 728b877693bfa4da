"""How gunicorn serves the site (its configuration: ``gunicorn -c python:lms.serving``)."""

import gc
import os
import signal
from typing import Any

wsgi_app = "lms.wsgi:app"
workers = 2
threads = 8
# Loading the application once and forking it is quicker than loading it twice at the same time.
preload_app = True
worker_tmp_dir = "/dev/shm"
loglevel = "warning"
# The supervisor is `lms serve`; nobody needs a socket to talk to gunicorn.
control_socket_disable = True


# How long requests in hand may take when the site stops, in seconds.
graceful_timeout = 10


def pre_fork(_server: Any, _worker: Any) -> None:
    """Have what is loaded by now never be searched for garbage: all of it stays, in every worker.

    A page that makes many objects, such as that of a run with thousands of learners, takes a
    quarter less of the processor so, and workers go on sharing this memory.
    """
    gc.collect()
    gc.freeze()


def when_ready(_server: Any) -> None:
    """Have Ctrl-C end the master as SIGTERM does.

    Its own quick way makes a worker wait for ever when it was just handing a
    request to a thread: the farewell wants the lock that the handing over holds.
    """
    signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def post_worker_init(_worker: Any) -> None:
    """Leave Ctrl-C, which reaches workers too, to the master."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
