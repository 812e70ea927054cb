"""Which packages of Debian a frozen folder needs: those of every library that is linked and does not lie in it.

python packaging/linux/needed.py FOLDER     the Depends line on stdout; exit code 1 names what no package has
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_LINKED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)")
# Where a library's package has another name on newer systems, either will do.
_RENAMED = {"libglib2.0-0": "libglib2.0-0 | libglib2.0-0t64"}


def binaries(folder: Path) -> Iterator[Path]:
    """Every program and library in the folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and (".so" in path.name or os.access(path, os.X_OK)):
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def linked(folder: Path) -> dict[str, str]:
    """Libraries that are linked but not in the folder, each with one file that links it."""
    own = {path.name for path in folder.rglob("*.so*")}
    found: dict[str, str] = {}
    for path in binaries(folder):
        for name in _LINKED.findall(_said("readelf", "-dW", str(path))):
            if name not in own:
                found.setdefault(name, str(path.relative_to(folder)))
    return dict(sorted(found.items()))


def newest_glibc(folder: Path) -> tuple[int, int]:
    """The version of the C library that the folder needs."""
    versions = {(0, 0)}
    for path in binaries(folder):
        versions |= {(int(major), int(minor)) for major, minor in _GLIBC.findall(_said("readelf", "-VW", str(path)))}
    return max(versions)


def owner(library: str) -> str:
    """The package of Debian with this library for the programs of this machine, "" where none is installed."""
    for line in _said("dpkg-query", "-S", f"*/{library}").splitlines():
        package, _, place = line.partition(": ")
        if Path(place).parent.name.endswith("-linux-gnu") or place in (f"/lib64/{library}", f"/usr/lib64/{library}"):
            return package.split(":")[0].split(",")[0]
    return ""


def depends(owners: Mapping[str, str], glibc: tuple[int, int]) -> str:
    """The value of the field Depends. owners: library to package."""
    packages = {_RENAMED.get(package, package) for package in owners.values()} | {"libc6"}
    packages = {f"libc6 (>= {glibc[0]}.{glibc[1]})" if package == "libc6" else package for package in packages}
    return ", ".join(sorted(packages))


def missing(owners: Mapping[str, str], users: Mapping[str, str]) -> list[str]:
    return [f"{library}, linked by {users[library]}" for library, package in owners.items() if not package]


def main(arguments: Iterable[str]) -> int:
    folder = Path(next(iter(arguments)))
    users = linked(folder)
    owners = {library: owner(library) for library in users}
    if lost := missing(owners, users):
        sys.stderr.write("No installed package has these libraries; install them, or leave out what links them:\n")
        sys.stderr.write("".join(f"  {line}\n" for line in lost))
        return 1
    sys.stdout.write(depends(owners, newest_glibc(folder)) + "\n")
    return 0


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
