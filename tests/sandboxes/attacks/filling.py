"""Filling what there is to write to, with bytes and with names."""

from . import observers
from .attack import Attack

MIB = observers.MIB

_SMALL = {"scratch_bytes": 8 * MIB, "cell_seconds": 10, "memory_bytes": 400 * MIB}
_MOST_MIB = 40
_MOST_NAMES = 8192

ATTACKS = (
    Attack(
        "many files",
        """
import os
publish(bait)
for number in range(64):
    with open(f"fill-{number}", "wb") as file:
        file.write(bytes(2**20))
    publish(f"{bait}.{number + 1}")
import time
time.sleep(0.2)
""",
        observers.held(_MOST_MIB),
        limits=_SMALL,
    ),
    Attack(
        "one file",
        """
import time
publish(bait)
with open("fill", "wb") as file:
    for number in range(64):
        file.write(bytes(2**20))
        file.flush()
        publish(f"{bait}.{number + 1}")
time.sleep(0.2)
""",
        observers.held(_MOST_MIB),
        limits={"file_bytes": 4 * MIB, "cell_seconds": 10},
    ),
    Attack(
        "a file reserved and not written",
        """
import os, time
with open("fill", "wb") as file:
    os.posix_fallocate(file.fileno(), 0, 64 * 2**20)
publish(f"{bait}.64")
time.sleep(0.2)
""",
        observers.held(_MOST_MIB),
        limits=_SMALL,
    ),
    Attack(
        "many names for nothing",
        f"""
import os, time
made = 0
for folder in (".", "/tmp", "/dev/shm"):
    try:
        os.makedirs(folder + "/many", exist_ok=True)
        for number in range({_MOST_NAMES}):
            os.close(os.open(f"{{folder}}/many/{{number}}", os.O_CREAT))
            made += 1
    except OSError:
        pass
publish(f"{{bait}}.{{made}}")
time.sleep(0.2)
""",
        observers.held(_MOST_NAMES),
        limits={"cell_seconds": 10},
        patience=30,
    ),
    Attack(
        "folders in folders",
        f"""
import os, time
try:
    for number in range({_MOST_NAMES} + 1):
        os.mkdir("deeper")
        os.chdir("deeper")
finally:
    publish(f"{{bait}}.{{number}}")
    time.sleep(0.2)
""",
        observers.held(_MOST_NAMES - 1),
        limits={"cell_seconds": 10},
    ),
    Attack(
        "every other folder that can be written to",
        """
import os, time
written = 0
own = [os.path.realpath(place) for place in (".", "/tmp", "/var/tmp", "/dev/shm")]
for folder in ("/", "/dev", "/run", "/var", "/run/lock", "/dev/mqueue", "/var/lib", "/proc"):
    try:
        with open(folder + "/attack-fills-this", "wb") as file:
            file.write(bytes(2**20))
        os.remove(folder + "/attack-fills-this")
        written += 1
    except OSError:
        pass
publish(f"{bait}.{written}")
time.sleep(0.2)
""",
        observers.held(0),
    ),
)
