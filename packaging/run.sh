#!/usr/bin/env bash
# From a fresh clone to the running application on the bundled sample. Arguments: a project or files to open instead.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/setup.sh
set_up runtime
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname)" = Darwin ]; then
    if [ "$#" -gt 0 ]; then exec "$venv/bin/embexplorer" open "$@"; fi
    exec "$venv/bin/embexplorer" open --sample wordnet
fi
say "There is no display, so the main job runs without one and leaves a picture of its window."
export QT_QPA_PLATFORM=offscreen
if [ "$#" -gt 0 ]; then exec "$venv/bin/embexplorer" open --screenshot embexplorer.png "$@"; fi
exec "$venv/bin/embexplorer" open --sample wordnet --screenshot embexplorer.png
