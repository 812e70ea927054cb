#!/bin/sh
# Shows the portable folder to the desktop, for this user alone: menu entry, icons and the kind of file. Moved the
# folder? Run it again. "./install.sh --remove" takes all of it away again; projects and settings are left alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/org.embexplorer.embexplorer.desktop
mime=$data/mime/packages/org.embexplorer.embexplorer.xml
refresh() {
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$data/applications" || true; fi
    if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime" >/dev/null 2>&1 || true; fi
}
if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$mime"
    find "$here/share/icons" -type f | while IFS= read -r icon; do rm -f "$data/${icon#"$here/share/"}"; done
    refresh
    exit 0
fi
mkdir -p "$data/applications" "$data/mime/packages"
cp -R "$here/share/icons" "$data/"
cp "$here/share/mime/packages/org.embexplorer.embexplorer.xml" "$mime"
sed "s|^Exec=.*|Exec=\"$here/embexplorer\" %F|" \
    "$here/share/applications/org.embexplorer.embexplorer.desktop" >"$entry"
refresh
echo "embexplorer is in the menu now, and opens its projects."
