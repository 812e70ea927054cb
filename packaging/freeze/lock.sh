#!/usr/bin/env bash
# Writes freeze.lock anew, for developers: after packaging/lock.sh, whose versions it keeps. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/../.."
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
    --constraint packaging/requirements.lock --constraint packaging/build.lock "$@" \
    packaging/freeze/freeze.in -o packaging/freeze/freeze.lock
if grep -nE '(https?|git)(\+[a-z]+)?://' packaging/freeze/freeze.lock; then
    echo "The lock file names an address; it must not." >&2
    exit 1
fi
