"""The whole main job in an application as it was installed: import, embed, map, filtered search, export, reopen.

    python packaging/smoke.py --program dist/embexplorer/embexplorer [--picture window.png]
    python packaging/smoke.py --deb dist/embexplorer_0.1.0_amd64.deb [--root FOLDER] [--picture window.png]    (as root)

With --deb the package is installed in a bare Debian of its own, made by debootstrap from this machine's own sources,
and everything runs there as an ordinary user without Python, compiler or network. Only the standard library is used
here: what is under test brings its own. Exit code 0, and figures on stdout, where all of it worked.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USER, USER_ID = "tester", 1000
_LONGEST_S = 900
_COPIED = ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt")
# What the libraries of the desktop may leave in a home, besides our own folders.
_OTHERS = ("fontconfig", "mesa_shader_cache", "mesa_shader_cache_db", "qtshadercache", "nvidia")
_TABLE = (
    ("animals", 5, "A robin sang from the hedge at dawn and fed its young"),
    ("animals", 4, "The old dog slept by the fire and dreamt of rabbits"),
    ("animals", 2, "Goldfish swim in circles in a round bowl of water"),
    ("food", 5, "Fresh bread with butter and a little salt"),
    ("food", 3, "The soup was cold and tasted of nothing"),
    ("food", 4, "Ripe strawberries with cream on a summer evening"),
    ("travel", 1, "Our train was four hours late and nobody told us why"),
    ("travel", 2, "The parcel was delivered a week after its date"),
    ("travel", 5, "We walked along the coast and saw the lighthouse"),
    ("music", 4, "A quartet played Schubert in the small church"),
    ("music", 3, "The drummer was loud and the singer out of tune"),
    ("music", 5, "Her piano filled the house with slow melodies"),
)


class SmokeError(Exception):
    """Something that an installed application must do, and did not."""


@dataclass
class Place:
    """Where the application runs. command: what starts it. shared: a folder both sides see, by its name there."""

    command: tuple[str, ...]
    folder: Path
    folder_there: str
    environment: Mapping[str, str]
    home: Path
    figures: dict[str, float] = field(default_factory=dict)

    def run(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """What the application says. Raises SmokeError where it fails."""
        began = time.perf_counter()
        result = subprocess.run(
            [*self.command, *arguments],
            env={**self.environment, **(environment or {})},
            cwd=self.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_LONGEST_S,
            check=False,
        )
        self.figures[name] = time.perf_counter() - began
        print(f"  {name}: {self.figures[name]:.1f} s", flush=True)
        if result.returncode:
            raise SmokeError(f"{name} ended with {result.returncode}\n{result.stdout[-2000:]}\n{result.stderr[-4000:]}")
        return result.stdout

    def there(self, name: str) -> str:
        """A file of the shared folder, as the application is told of it."""
        return f"{self.folder_there}/{name}"


def main_job(place: Place, picture: str, display: Mapping[str, str]) -> None:
    """The whole job by the command line, and then the project in the window. Raises SmokeError."""
    place.run("version, first start", "--version")
    place.run("version, again", "--version")
    place.run("self-test, kernels compiled", "--selftest", "--selftest-out", place.there("selftest.txt"))
    place.run("self-test, kernels kept", "--selftest", "--selftest-out", place.there("selftest.txt"))
    _expect((place.folder / "selftest.txt").read_text(encoding="utf-8").rstrip().endswith("passed"), "the self-test")
    _write_table(place.folder / "notes.csv")
    project = place.there("notes.embx")
    place.run("import, embed and map", "create", project, place.there("notes.csv"), "--text", "body")
    told = _answer(place.run("info", "info", project, "--json"))
    _expect(str(len(_TABLE)) in json.dumps(told), f"{len(_TABLE)} items in {told}")
    asked = ("search", project, "late delivery", "--where", "stars <= 2", "-k", "3", "--json")
    found = place.run("filtered search", *asked)
    _check_hits(found)
    place.run("trust in the map", "trust", project)
    place.run("export of a table", "export", project, place.there("bad.csv"), "--where", "stars <= 2")
    with (place.folder / "bad.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    _expect(len(rows) == sum(stars <= 2 for _, stars, _ in _TABLE), f"the exported rows: {rows}")
    place.run("export of the map", "export", project, place.there("map.svg"))
    _expect("<svg" in (place.folder / "map.svg").read_text(encoding="utf-8"), "the exported map")
    reopened = place.run("search after reopening", *asked)
    _expect(_hits(found) == _hits(reopened), "the same answer after reopening")
    place.run("the window", "open", "--screenshot", place.there("window.png"), project, environment=display)
    shutil.copyfile(place.folder / "window.png", picture)
    _expect(Path(picture).stat().st_size > 20_000, "a picture with something on it")
    left = [path.name for path in place.folder.glob("notes.embx-*")]
    _expect(not left, f"one file for a closed project, and not {left}")
    _check_home(place)


def _write_table(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("section", "stars", "body"))
        writer.writerows(_TABLE)
    path.chmod(0o644)


def _answer(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise SmokeError(f"no JSON: {text[:500]}") from error


def _hits(text: str) -> list[dict[str, Any]]:
    answer = _answer(text)
    hits = answer["hits"] if isinstance(answer, dict) else answer
    return [{name: value for name, value in hit.items() if name != "seconds"} for hit in hits]


def _check_hits(text: str) -> None:
    hits = _hits(text)
    allowed = {body for _, stars, body in _TABLE if stars <= 2}
    told = [json.dumps(hit, ensure_ascii=False) for hit in hits]
    _expect(0 < len(hits) <= len(allowed), f"hits under the filter: {told}")
    _expect(all(any(body in line for body in allowed) for line in told), f"only what the filter lets through: {told}")
    _expect("late" in told[0] or "delivered" in told[0], f"what is meant comes first: {told[0]}")


def _check_home(place: Place) -> None:
    """Nothing of others' in the home: onnxruntime would leave the name of its maker where it reports home."""
    kept = [path for path in place.home.rglob("*") if path.is_file() and not path.is_relative_to(place.folder)]
    strange = [
        str(path.relative_to(place.home))
        for path in kept
        if "embexplorer" not in path.parts and not any(name in path.parts for name in _OTHERS)
        and path.name not in (".bash_logout", ".bashrc", ".profile")
    ]  # fmt: skip
    _expect(not strange, f"nothing strange in the home: {strange[:10]}")
    compiled = [path for path in kept if path.suffix == ".nbi"]
    _expect(bool(compiled), "compiled kernels in the cache folder")
    _expect(all("kernels" in path.parts for path in compiled), "compiled kernels in one place only")


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise SmokeError(f"expected {what}")


def smoke_program(program: Path, picture: str) -> dict[str, float]:
    """The main job with a frozen folder on this system. Qt draws into memory, unless there is a display."""
    with tempfile.TemporaryDirectory() as made:
        folder, home = Path(made) / "work", Path(made) / "home"
        folder.mkdir()
        home.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NUMBA"))}
        environment |= {"QT_QPA_PLATFORM": "offscreen", "EMBEXPLORER_HOME": str(home / "embexplorer")}
        if sys.platform == "linux":
            environment |= {"HOME": str(home)}
        place = Place((str(program.resolve()),), folder, str(folder), environment, home)
        main_job(place, picture, {})
        return place.figures


def smoke_package(deb: Path, root: Path, picture: str) -> dict[str, float]:
    """The main job with a package in a bare Debian below root. Needs root's rights; leaves no mounts behind."""
    if not (root / "etc" / "debian_version").exists():
        print("  making a bare Debian", flush=True)
        _sh("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root), _mirror())
    _prepare(root)
    with _mounted(root):
        try:
            return _installed_job(deb, root, picture)
        finally:
            _inside(root, "apt-get", "purge", "-y", "-qq", "embexplorer")
            _expect(not (root / "usr" / "lib" / "embexplorer").exists(), "nothing left after the purge")


def _installed_job(deb: Path, root: Path, picture: str) -> dict[str, float]:
    shutil.copyfile(deb, root / "tmp" / "embexplorer.deb")
    before = _packages(root)
    began = time.perf_counter()
    _inside(root, "apt-get", "update", "-qq")
    _inside(root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "/tmp/embexplorer.deb")
    installed = time.perf_counter() - began
    print(f"  installed, with {_packages(root) - before - 1} packages of Debian: {installed:.1f} s", flush=True)
    for name in ("python3", "gcc", "cc", "g++"):
        _expect(not list(root.glob(f"usr/bin/{name}*")), f"a system without {name}")
    if not (root / "home" / USER).exists():
        _inside(root, "useradd", "-m", "-u", str(USER_ID), USER)
    folder = root / "home" / USER / "smoke"
    shutil.rmtree(root / "home" / USER, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in (folder.parent, folder):
        os.chown(path, USER_ID, USER_ID)
    there = f"/home/{USER}"
    own = {"HOME": there, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    # a network of its own without interfaces; unshare needs no program inside
    chroot = shutil.which("chroot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "chroot"
    command = (
        "/usr/bin/unshare",
        "--net",
        chroot,
        f"--userspec={USER_ID}:{USER_ID}",
        str(root),
        "/usr/bin/embexplorer",
    )
    place = Place(command, folder, f"{there}/smoke", {**own, "QT_QPA_PLATFORM": "offscreen"}, folder.parent)
    with _display(root) as display:
        main_job(place, picture, display)
    (folder.parent / "smoke").rename(folder.parent / "smoke-done")
    return {"install": installed, **place.figures}


@contextmanager
def _display(root: Path) -> Iterator[dict[str, str]]:
    """An X server outside that programs inside can draw on; without one, Qt draws into memory."""
    if shutil.which("Xvfb") is None:
        yield {}
        return
    server = subprocess.Popen(
        ["Xvfb", ":77", "-ac", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"], stderr=subprocess.DEVNULL
    )
    sockets, inside = Path("/tmp/.X11-unix"), root / "tmp" / ".X11-unix"
    inside.mkdir(exist_ok=True)
    for _ in range(100):
        if (sockets / "X77").exists():
            break
        time.sleep(0.1)
    _sh("mount", "--bind", str(sockets), str(inside))
    try:
        yield {"DISPLAY": ":77", "QT_QPA_PLATFORM": "xcb"}
    finally:
        _sh("umount", str(inside))
        server.terminate()
        server.wait()


def _mirror() -> str:
    """Where this machine gets its packages, so that no address is written here."""
    for source in Path("/etc/apt").rglob("*.sources"):
        for line in source.read_text(encoding="utf-8").splitlines():
            if line.startswith("URIs:"):
                return line.split()[1]
    for line in Path("/etc/apt/sources.list").read_text(encoding="utf-8").splitlines():
        if line.startswith("deb "):
            return next(word for word in line.split() if "://" in word)
    raise SmokeError("this machine has no source of packages")


def _prepare(root: Path) -> None:
    """The bare Debian gets its packages the way this machine does."""
    settings = [str(path.relative_to("/")) for path in Path("/etc/apt/apt.conf.d").glob("99*")]
    sources = [str(path.relative_to("/")) for path in Path("/etc/apt/sources.list.d").glob("debian.sources")]
    for name in (*_COPIED, *settings, *sources):
        source = Path("/") / name
        if source.exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, root / name)
    if sources:
        (root / "etc/apt/sources.list").unlink(missing_ok=True)


@contextmanager
def _mounted(root: Path) -> Iterator[None]:
    """/proc and /dev as every system has them, taken away again whatever happens."""
    _sh("mount", "-t", "proc", "proc", str(root / "proc"))
    try:
        _sh("mount", "-t", "devtmpfs", "dev", str(root / "dev"))
        try:
            yield
        finally:
            _sh("umount", str(root / "dev"))
    finally:
        _sh("umount", str(root / "proc"))


def _packages(root: Path) -> int:
    status = (root / "var/lib/dpkg/status").read_text(encoding="utf-8")
    return status.count("Status: install ok installed")


def _inside(root: Path, *command: str) -> None:
    own = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    _sh("chroot", str(root), "/usr/bin/env", "-i", *own, *command)


def _sh(*command: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SmokeError(f"{' '.join(command)}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--program", type=Path, help="a frozen or installed program")
    what.add_argument("--deb", type=Path, help="a package, tried in a bare Debian")
    parser.add_argument("--root", type=Path, help="where the bare Debian is, or is to be made")
    parser.add_argument("--picture", default="window.png", help="where the picture of the window goes")
    parser.add_argument("--figures", type=Path, help="where the seconds go, as JSON")
    given = parser.parse_args(arguments)
    try:
        if given.program:
            figures = smoke_program(given.program, given.picture)
        else:
            root = given.root or Path(tempfile.mkdtemp(prefix="embexplorer-smoke-"))
            figures = smoke_package(given.deb, root, given.picture)
            if not given.root:
                shutil.rmtree(root)
    except SmokeError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    if given.figures:
        given.figures.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print(f"All of it works. The window: {given.picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
