"""``python -m tests.bench``: what kernels, marking, the way to the marks and pages cost."""

import argparse
import os
import platform
import sys

from sandboxes import SandboxUnavailable, load_profile
from sandboxes.environments import build, installed

from . import kernels, latency, marking, pages

_PROFILE = "python-ml"
_PARTS = {
    "kernels": kernels.measure,
    "marking": marking.measure,
    "latency": latency.measure,
    "pages": pages.measure,
}


def main() -> int:
    """Measure and print; 0 however slow it is, and 1 only where nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds to measure (%(default)s)")
    parser.add_argument("--part", choices=_PARTS, help="only this one")
    told = parser.parse_args()
    profile = load_profile(_PROFILE)
    try:
        environment = build(profile)
        has = installed(profile)
        print(f"{_PROFILE}: Python {has.python}, ipykernel {has.packages['ipykernel']}; ", end="")
        print(f"Linux {platform.release()}, {os.cpu_count()} processors\n")
        for name, measure in _PARTS.items():
            if told.part in (None, name):
                measure(profile, environment, max(1, told.rounds))
    except SandboxUnavailable as missing:
        print(f"Cannot sandbox: {missing.reason} {missing.mend}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
