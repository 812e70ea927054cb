#!/usr/bin/env bash
# Writes both lock files anew from pyproject.toml and build.in: for developers, after a dependency changed.
# Needs uv ("pip install uv"). Versions stay as they are where they still fit; "--upgrade" takes the newest of all.
# One lock for Python 3.11 to 3.13 and every system, with hashes, and without the address of any registry.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url "$@"; }
lock "$@" --extra cpu --extra dev pyproject.toml -o packaging/requirements.lock
lock "$@" --constraint packaging/requirements.lock packaging/build.in -o packaging/build.lock
if grep -nE '(https?|git)(\+[a-z]+)?://' packaging/*.lock; then
    echo "A lock file names an address; it must not." >&2
    exit 1
fi
