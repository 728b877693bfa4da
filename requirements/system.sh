#!/bin/sh
# Makes sure that the packages of the operating system are there: `system.sh serve PYTHON`,
# `system.sh test PYTHON` or `system.sh bench PYTHON`. As root it installs what is missing through apt; for anybody
# else it prints the line that does and stops.
set -eu

purpose=$1
python=$2
missing=

need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

found() { command -v "$1"; }
library() { ls /lib/*/"$1" /usr/lib/*/"$1" /usr/lib/"$1" 2>/dev/null | grep -q .; }

need "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv" \
    "$python" -c 'import ensurepip, venv'
need libseccomp2 library libseccomp.so.2
if [ "$purpose" = test ]; then
    need chromium-headless-shell found chromium-headless-shell
    # What drives Chromium in the tests is linked against it.
    need libatomic1 library libatomic.so.1
fi
# What our kernels are measured against.
[ "$purpose" != bench ] || need bubblewrap found bwrap

[ -n "$missing" ] || exit 0

line="apt-get install --yes --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
    echo "Missing on this machine:$missing. Install them with its package manager and run make again." >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null; then
        advice="sudo apt-get update && sudo $line"
    else
        advice="su -c 'apt-get update && $line'"
    fi
    echo "Some system packages are missing. Run this line, then make again:" >&2
    echo "    $advice" >&2
    exit 1
fi
echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
said=$( (apt-get update && $line) 2>&1) || {
    echo "$said" >&2
    exit 1
}
