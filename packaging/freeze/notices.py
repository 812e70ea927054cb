"""The third-party notices: whose work the frozen folder holds, under which terms, from what really lies in it.

python packaging/freeze/notices.py [NAME…]     the page on stdout; without names, of all that the application declares
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
_LICENCE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_FALLBACK = "Its package carries no text of its own; the licence named above applies."
_QT = (
    "Qt and PySide are used unchanged, as separate libraries in this folder, under the GNU Lesser General Public\n"
    "License version 3; you may replace them by versions of your own. Their sources are published by the Qt Project."
)
_HEAD = """embexplorer: notices of the software it comes with

embexplorer itself stands under the Apache License 2.0. Each part below keeps its own terms.
The notices of the models and samples lie beside this file, in “models” and “samples”.
"""


def page(names: Sequence[str], libraries: Iterable[str] = ()) -> str:
    """The whole page as text.

    names: installed distributions. libraries: paths of shared libraries that come from the system that built this.
    """
    parts = [_python(), *(_distribution(metadata.distribution(name)) for name in sorted(set(names), key=str.lower))]
    parts += _system_libraries(libraries)
    contents = "\n".join(f"  {part.splitlines()[0]}" for part in parts)
    rule = "\n\n" + "-" * 100 + "\n\n"
    return rule.join([f"{_HEAD}\n{contents}", *parts]) + "\n"


def declared(root: str = "embexplorer", extras: tuple[str, ...] = ("cpu",)) -> list[str]:
    """The distributions that the application needs here, and what they need in turn."""
    found: set[str] = set()
    waiting = [(root, extras)]
    while waiting:
        name, wanted = waiting.pop()
        for text in metadata.requires(name) or ():
            need = Requirement(text)
            applies = [need.marker is None or need.marker.evaluate({"extra": extra}) for extra in (*wanted, "")]
            key = canonicalize_name(need.name)
            if any(applies) and key not in found:
                found.add(key)
                waiting.append((key, tuple(need.extras)))
    return sorted(found)


def _distribution(found: metadata.Distribution) -> str:
    about: Any = found.metadata  # a message of the email package; typeshed knows less of it
    licence = about.get("License-Expression") or _first_line(about.get("License")) or _classified(about)
    address = about.get("Home-page") or next(
        (url.split(",")[-1].strip() for url in about.get_all("Project-URL", [])), ""
    )
    head = [f"{about['Name']} {found.version} ({licence or 'licence below'})", *([address] if address else [])]
    texts = [
        text.strip()
        for file in found.files or ()
        if _LICENCE.search(file.name) and file.suffix not in (".py", ".pyc", ".so", ".h")
        for text in [_text(Path(str(found.locate_file(file))))]
        if text.strip()
    ]
    if canonicalize_name(about["Name"]) in ("pyside6-essentials", "shiboken6"):
        texts = [_QT, _common("LGPL-3"), _common("GPL-3")]
    return "\n\n".join(["\n".join(head), *(dict.fromkeys(filter(None, texts)) or [_FALLBACK])])


def _classified(about: Any) -> str:
    return ", ".join(
        line.split("::")[-1].strip() for line in about.get_all("Classifier", []) if line.startswith("License ::")
    )


def _first_line(text: str | None) -> str:
    line = (text or "").strip().splitlines()[:1]
    return line[0] if line and len(line[0]) < 60 and "copyright" not in line[0].lower() else ""


def _python() -> str:
    places = [Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE"]
    places += [Path(sys.base_prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "LICENSE.txt"]
    text = next((_text(place) for place in places if place.is_file()), "")
    return f"Python {sys.version.split()[0]} (PSF-2.0)\n\n{text.strip() or _FALLBACK}"


def _system_libraries(libraries: Iterable[str]) -> list[str]:
    """One part for each of Debian's packages; nothing where the system is another."""
    if shutil.which("dpkg-query") is None:
        return []
    packages = set()
    for library in libraries:
        for place in (library, str(Path(library).resolve())):
            said = subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True, check=False).stdout
            packages |= {line.split(":")[0] for line in said.splitlines()}
    texts = {package: _text(Path("/usr/share/doc") / package / "copyright") for package in sorted(packages)}
    return [f"{package} (a library of Debian)\n\n{text.strip()}" for package, text in texts.items() if text]


def _common(name: str) -> str:
    """A licence that a system keeps once for all its packages."""
    return _text(Path("/usr/share/common-licenses") / name).strip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1:] or declared()))
