#!/bin/sh
# Everything a checkout needs before it serves or tests: `set-up.sh serve|test|dev PYTHON`.
# Each step leaves a key of what it was made from in .venv/, so a second run only compares.
set -eu
cd "$(dirname "$0")/.."

purpose=$1
python=$2
ready=.venv/ready

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Jazari needs Python 3.11 or newer and '$python' is not one." \
        "Name one: make $purpose PYTHON=/path/to/python3.11" >&2
    exit 1
}

sh requirements/system.sh "$purpose" "$python"

# A virtual environment holds absolute paths: a moved checkout or another Python makes a new one.
home="$(pwd) $("$python" -c 'import sys; print(sys.version, sys.base_prefix)')"
if [ "$(cat $ready/home 2>/dev/null)" != "$home" ]; then
    echo "Making the virtual environment .venv"
    "$python" -m venv --clear .venv
    mkdir -p $ready
    echo "$home" >$ready/home
fi

key() { cat "requirements/$1.lock" pyproject.toml hatch_build.py | sha256sum; }

install() {
    echo "Installing the packages of requirements/$purpose.lock"
    .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement "requirements/$purpose.lock"
    .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
        --editable .
    # Each larger set contains the smaller ones.
    case $purpose in
    dev) sets="serve test dev" ;;
    test) sets="serve test" ;;
    *) sets=serve ;;
    esac
    for set in $sets; do key "$set" >"$ready/$set"; done
}

[ "$(cat "$ready/$purpose" 2>/dev/null)" = "$(key "$purpose")" ] || install

for catalogue in lms/locale/*/LC_MESSAGES/*.po; do
    if [ -f "$catalogue" ] && [ ! "${catalogue%.po}.mo" -nt "$catalogue" ]; then
        .venv/bin/pybabel --quiet compile --directory lms/locale
        break
    fi
done

kernels="${JAZARI_ENVIRONMENTS-} $(cat sandboxes/profiles/* sandboxes/environments.py | sha256sum)"
if [ "$(cat $ready/sandboxes 2>/dev/null)" != "$kernels" ]; then
    .venv/bin/python -m sandboxes build python python-ml
    echo "$kernels" >$ready/sandboxes
fi
