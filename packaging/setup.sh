# Sourced by run.sh and test.sh: from a bare machine to a virtual environment with exactly the locked versions.
# Usage: set_up runtime | set_up tests
venv="${EMBEXPLORER_VENV:-$PWD/.venv}"
export ORT_DISABLE_TELEMETRY=1   # onnxruntime reports home by default; nothing may leave this computer

say() { printf '%s\n' "$*" >&2; }

python_for_venv() {
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "embexplorer needs Python 3.11, 3.12 or 3.13, and none was found. Install one, or set PYTHON to its path."
    return 1
}

# Qt's libraries, a font, and a compiler: hnswlib has no wheels.
system_packages() {
    printf '%s\n' g++ libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 fonts-dejavu-core \
        libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
        libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libwayland-cursor0 libwayland-egl1
    # Debian's python3 comes without venv and headers; one built elsewhere has both.
    case "$(command -v python3 || true)" in
        /usr/bin/python3 | "") printf '%s\n' python3-venv python3-dev ;;
    esac
    [ "$1" != tests ] || printf '%s\n' xvfb
}

# Newer systems add "t64" to some names, and answer to the old one only when installing.
is_installed() { [[ "$(dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null)" == *"ok installed"* ]]; }

install_system_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
    local missing=() name
    for name in $(system_packages "$1"); do is_installed "$name" || missing+=("$name"); done
    [ "${#missing[@]}" -gt 0 ] || return 0
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            sudo=(sudo)
        else
            say "Some system libraries are missing. Install them with this line, then start again:"
            say "  sudo apt-get install --no-install-recommends ${missing[*]}"
            return 1
        fi
    fi
    say "Installing system packages: ${missing[*]}"
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
}

install_python_packages() {
    local stamp="$venv/installed" locks
    # The folder too: a virtual environment that was moved no longer starts its commands.
    locks="$(cat packaging/build.lock packaging/requirements.lock pyproject.toml | cksum) $PWD"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$locks" ]; then return 0; fi
    local python
    python="$(python_for_venv)" || return 1
    say "Installing Python packages into $venv (once; about 300 MB, a few minutes)"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r packaging/build.lock
    # hnswlib would be compiled for this very processor, and then crash on another: -march=x86-64-v3 runs on all since 2013.
    (
        if [ "$(uname -m)" = x86_64 ]; then export HNSWLIB_NO_NATIVE=1 CXXFLAGS=-march=x86-64-v3; fi
        "$venv/bin/python" -m pip install -q --disable-pip-version-check \
            --require-hashes --no-build-isolation -r packaging/requirements.lock
    )
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    printf '%s' "$locks" >"$stamp"
}

set_up() {
    install_system_packages "$1" && install_python_packages
}
