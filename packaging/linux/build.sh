#!/usr/bin/env bash
# From a clean checkout to dist/embexplorer_VERSION_amd64.deb and dist/embexplorer-VERSION-linux-x86_64.tar.gz.
# Build on the oldest system that shall run it: what is made on Debian 12 runs on Debian 12 and newer.
# EMBEXPLORER_BUILD: where the virtual environment and the frozen folder go; "build" when not given.
set -euo pipefail
cd "$(dirname "$0")/../.."
work="${EMBEXPLORER_BUILD:-$PWD/build}"
export EMBEXPLORER_VENV="${EMBEXPLORER_VENV:-$work/venv}"
# shellcheck disable=SC1091
. packaging/setup.sh
set_up runtime
for tool in readelf strip dpkg-deb desktop-file-validate appstreamcli; do
    command -v "$tool" >/dev/null || {
        say "$tool is missing: install binutils, dpkg-dev, desktop-file-utils and appstream."
        exit 1
    }
done
python="$EMBEXPLORER_VENV/bin/python"
"$python" -m pip install -q --disable-pip-version-check --require-hashes -r packaging/freeze/freeze.lock

version=$("$python" -c 'import embexplorer; print(embexplorer.__version__)')
say "Freezing embexplorer $version"
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath "$work/frozen" --workpath "$work/pyinstaller" \
    packaging/freeze/embexplorer.spec
folder="$work/frozen/embexplorer"
if grep -rIlF "$PWD" "$folder" | grep -v '\.pyc$'; then
    say "These files name the place of this checkout; they must not."
    exit 1
fi
# 80 MB of names for debuggers. Not where patchelf wrote before (numpy.libs, scipy.libs, Qt): strip breaks those.
find "$folder/_internal" -type f \( -name 'libllvmlite*.so' -o -path '*/_polars_runtime*/*.so' -o -name 'hnswlib*.so' \
    -o -name 'libpython3*.so*' -o -path '*/tokenizers/*.so' -o -path '*/fastexcel/*.so' \) -exec strip --strip-unneeded {} +
depends=$("$python" packaging/linux/needed.py "$folder")

share="$work/share"
rm -rf "$share"
cp -R packaging/linux/share "$share"
"$python" packaging/freeze/icons.py "$share"
desktop-file-validate "$share"/applications/*.desktop
appstreamcli validate --no-net "$share"/metainfo/*.xml
mkdir -p dist

say "Packing the .deb"
package="$work/deb"
rm -rf "$package"
mkdir -p "$package/DEBIAN" "$package/usr/lib" "$package/usr/bin" "$package/usr/share/doc/embexplorer" \
    "$package/usr/share/man/man1"
cp -R "$folder" "$package/usr/lib/embexplorer"
ln -s ../lib/embexplorer/embexplorer "$package/usr/bin/embexplorer"
cp -R "$share/." "$package/usr/share/"
gzip -9n <packaging/linux/embexplorer.1 >"$package/usr/share/man/man1/embexplorer.1.gz"
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: embexplorer\n\n'
    printf 'Files: *\nCopyright: 2026 the embexplorer developers\nLicense: Apache-2.0\n'
    printf ' On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n .\n'
    printf ' Parts by others keep their terms; they are told in NOTICES.txt.gz beside this file.\n'
} >"$package/usr/share/doc/embexplorer/copyright"
printf 'embexplorer (%s) stable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' "$version" "$version" \
    "$(sed -n 's/^Maintainer: //p' packaging/linux/control)" "$(git log -1 --format=%cD 2>/dev/null || date -R)" |
    gzip -9n >"$package/usr/share/doc/embexplorer/changelog.gz"
gzip -9n <"$folder/_internal/embexplorer/resources/NOTICES.txt" >"$package/usr/share/doc/embexplorer/NOTICES.txt.gz"
find "$package" -type d -exec chmod 755 {} +
find "$package/usr" -type f -exec chmod 644 {} +
chmod 755 "$package/usr/lib/embexplorer/embexplorer"
sed -e "s/@VERSION@/$version/" -e "s/@DEPENDS@/$depends/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$package/usr" | cut -f1)/" packaging/linux/control >"$package/DEBIAN/control"
(cd "$package" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
deb="dist/embexplorer_${version}_amd64.deb"
dpkg-deb --root-owner-group -Zxz --threads-max="$(nproc)" -b "$package" "$deb" >/dev/null

say "Packing the portable folder"
name="embexplorer-$version-linux-x86_64"
rm -rf "${work:?}/$name"
cp -R "$folder" "$work/$name"
cp -R "$share" "$work/$name/share"
cp packaging/linux/install.sh LICENSE "$work/$name/"
chmod 755 "$work/$name/install.sh"
tar -C "$work" --owner=0 --group=0 --numeric-owner --sort=name -czf "dist/$name.tar.gz" "$name"

models=$(du -sm --apparent-size resources/models | cut -f1)
all=$(du -sm --apparent-size "$folder" | cut -f1)
say "The folder takes $((all - models)) MB and $models MB of models."
say "$(du -m "$deb" "dist/$name.tar.gz" | awk '{ print $2 ": " $1 " MB" }')"
