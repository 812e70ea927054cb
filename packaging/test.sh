#!/usr/bin/env bash
# From a fresh clone to all checks passed: lint, types, house rules, tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/setup.sh
set_up tests
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
"$venv/bin/python" -m ruff check .
"$venv/bin/python" -m ruff format --check .
"$venv/bin/python" -m mypy
"$venv/bin/python" -m pytest "$@"
