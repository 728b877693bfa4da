#!/bin/sh
# Resolves the dependencies of pyproject.toml into lock files: exact versions, every hash,
# no host. A version stays as it is unless it must change; `make lock UPGRADE=1` takes the newest.
set -eu
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
upgrade=${1:+--upgrade}

resolve() {
    lock=$1
    shift
    "$uv" pip compile pyproject.toml requirements/build.in "$@" $upgrade \
        --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
        --quiet --output-file "requirements/$lock"
    echo "requirements/$lock: $(grep -c '==' "requirements/$lock") packages"
}

resolve serve.lock
# What is tested is what is served: the larger sets may add to the smaller, never differ from it.
resolve test.lock --extra test --constraint requirements/serve.lock
resolve dev.lock --extra test --extra dev --constraint requirements/test.lock
