#!/usr/bin/env bash
# From a fresh clone to the running application on the bundled sample. Arguments: a project or files to open instead.
set -euo pipefail
here="$PWD"
cd "$(dirname "$0")/.."
. packaging/setup.sh
set_up runtime
if [ "$#" -gt 0 ]; then
    cd "$here"   # the arguments are meant from there
elif [ -f wordnet.embx ]; then
    set -- wordnet.embx   # the sample of an earlier start, which goes on where it was left
else
    set -- --sample wordnet
fi
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "$(uname)" != Darwin ]; then
    say "There is no display, so the main job runs without one and leaves a picture of its window."
    export QT_QPA_PLATFORM=offscreen
    set -- --screenshot embexplorer.png "$@"
fi
exec "$venv/bin/embexplorer" open "$@"
