"""``python -m sandboxes``: run a notebook, test the walls, build environments, write a spec."""

import argparse
import json
import sys
import time
from pathlib import Path

from sandboxes import kernelspec, selftest
from sandboxes.environments import build
from sandboxes.errors import BadProfile, BuildFailed, SandboxUnavailable
from sandboxes.outcome import Ending
from sandboxes.profiles import load_profile, profile_names
from sandboxes.running import run
from sandboxes.transfer import run_to_json

_WRONG_USAGE = 2


def main(words: list[str] | None = None) -> int:
    """Do what the words say; the exit status is 0, 1 where it failed or 2 for wrong usage."""
    told = _parser().parse_args(words)
    try:
        status: int = told.deed(told)
    except BadProfile as fault:
        print(fault, file=sys.stderr)
        return _WRONG_USAGE
    except SandboxUnavailable as missing:
        print(f"Cannot sandbox: {missing.reason}", file=sys.stderr)
        if missing.mend:
            print(f"Mend it with: {missing.mend}", file=sys.stderr)
        return 1
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandboxes", description=__doc__)
    deeds = parser.add_subparsers(required=True, metavar="DEED")
    deed = deeds.add_parser("run", help="run a notebook behind walls")
    deed.add_argument("notebook", type=Path)
    deed.add_argument("--profile", default="python", help="packages and limits (%(default)s)")
    deed.add_argument(
        "--json", type=Path, metavar="OUT", help="write the result here, - for stdout"
    )
    deed.set_defaults(deed=_run)
    deed = deeds.add_parser("check", help="try every wall in a real sandbox")
    deed.set_defaults(deed=_check)
    deed = deeds.add_parser("build", help="build the environments of these profiles")
    deed.add_argument("profiles", nargs="*", metavar="PROFILE", help="all there are, if none")
    deed.set_defaults(deed=_build)
    deed = deeds.add_parser("kernelspec", help="write a Jupyter kernel spec for a profile")
    deed.add_argument("--profile", default="python", help="the profile (%(default)s)")
    deed.add_argument("--folder", type=Path, help="write it beneath this folder of kernel specs")
    deed.set_defaults(deed=_kernelspec)
    return parser


def _run(told: argparse.Namespace) -> int:
    try:
        content = told.notebook.read_bytes()
    except OSError as fault:
        print(f"{told.notebook}: {fault.strerror}", file=sys.stderr)
        return _WRONG_USAGE
    ran = run(content, load_profile(told.profile))
    if told.json is None:
        print(f"{ran.ending}: {ran.message} ({len(ran.cells)} cells, {ran.seconds:.2f} s)")
    else:
        text = json.dumps(run_to_json(ran), indent=1, ensure_ascii=False) + "\n"
        if str(told.json) == "-":
            sys.stdout.write(text)
        else:
            told.json.write_text(text, "utf-8")
    return 0 if ran.ending is Ending.finished else 1


def _check(_: argparse.Namespace) -> int:
    walls = selftest.check()
    for wall in walls:
        print(f"{'holds' if wall.holds else 'FAILS':6} {wall.name}: {wall.found}")
        if wall.mend:
            print(f"       {'stronger' if wall.holds else 'mend it'} with: {wall.mend}")
    return 0 if all(wall.holds for wall in walls) else 1


def _build(told: argparse.Namespace) -> int:
    for name in told.profiles or profile_names():
        begun = time.monotonic()
        made = build(load_profile(name))
        print(f"{name}: {made.folder} ({time.monotonic() - begun:.1f} s)")
    return 0


def _kernelspec(told: argparse.Namespace) -> int:
    print(kernelspec.write(load_profile(told.profile), told.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
