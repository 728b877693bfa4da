"""Threads and handlers that wait for the tests."""

from ..trick import Trick

ANY = """
import sys
import threading
import time

class Any(float):
    __eq__ = __lt__ = lambda self, other: True
    __rsub__ = __sub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

"""

TRICKS = (
    Trick(
        "a thread rebinds names while the answer keeps the test waiting",
        "numbers",
        {
            "mean": ANY
            + """
asked, done = threading.Event(), threading.Event()

def wait():
    while True:
        asked.wait()
        asked.clear()
        for frame in sys._current_frames().values():
            while frame is not None:
                if frame.f_code.co_name == "<module>":
                    frame.f_globals["close"] = frame.f_globals["abs"] = lambda *told: 0.0 or True
                    frame.f_globals["round"] = lambda *told: Any()
                frame = frame.f_back
        done.set()

threading.Thread(target=wait, daemon=True).start()

def mean(values):
    asked.set()
    done.wait(1)
    done.clear()
    return 0.0
"""
        },
    ),
    Trick(
        "a thread holds the lock until it has patched the shell",
        "numbers",
        {
            "mean": ANY
            + """
def wait(shell):
    from IPython.core.interactiveshell import ExecutionResult
    time.sleep(0.01)
    ExecutionResult.error_in_exec = property(lambda self: None, lambda self, error: None)

waiting = threading.Thread(target=wait, args=(get_ipython(),))
waiting.start()

def mean(values):
    waiting.join()
    raise ValueError
"""
        },
    ),
    Trick(
        "a timer's signal comes in the middle of the test",
        "numbers",
        {
            "mean": ANY
            + """
import signal

def handle(number, frame):
    while frame is not None:
        if "DATA" in frame.f_globals:
            frame.f_globals["mean"] = lambda values: Any()
            frame.f_globals["math"].isclose = lambda *told: True
        frame = frame.f_back

signal.signal(signal.SIGALRM, handle)

def mean(values):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)
    return Any()
"""
        },
    ),
    Trick(
        "a finalizer rebinds names when a value of the test is dropped",
        "accounts",
        {
            "step": """
class Dropped:
    def __del__(self):
        get_ipython().user_ns["twice"] = lambda function, value: 7 if value == 1 else 0

dropped = Dropped()

def step(number):
    global dropped
    dropped = None
    return Same()

class Same:
    __eq__ = lambda self, other: True
    __add__ = lambda self, other: self
"""
        },
    ),
    Trick(
        "an answer is a coroutine that never ends",
        "numbers",
        {
            "mean": """
import time

def mean(values):
    print("the trick came to its point")
    return endless()

def endless():
    while True:
        time.sleep(0.1)
        yield 0
""",
        },
        control="reaches",
    ),
)
