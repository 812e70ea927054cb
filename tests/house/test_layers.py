"""The import table: which package may import which. Read from the sources with ast, so nothing has to run."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "embexplorer"

ENGINES = {"files", "encoders", "filters", "search", "projection", "analysis", "raster"}

# What each package may import of the project, besides itself.
INTERNAL: dict[str, set[str]] = {
    "base": set(),
    "data": {"base"},
    **{engine: {"base", "data"} for engine in ENGINES},
    "store": {"base", "data"},
    "work": {"base"},
    "operations": {"base", "data", "store"} | ENGINES,
    "app": {"base", "data", "filters", "raster", "store", "operations", "work"},  # raster: colour scales
    "gui": {"base", "data", "app", "raster"},  # raster: the map is painted where it is shown
    "__init__.py": {"base", "api"},
    "__main__.py": {"cli"},
    "api.py": {"base", "data", "operations", "store"},
    "cli": {"base", "data", "operations", "store", "work", "api", "gui"},
}

# What each may import of other people's code, besides the standard library.
LIBRARIES: dict[str, set[str]] = {
    "base": {"numpy", "numba", "platformdirs"},
    "data": {"numpy", "polars"},
    "files": {"numpy", "polars", "PIL", "docx", "pypdfium2", "charset_normalizer", "fastexcel"},
    "encoders": {"numpy", "onnxruntime", "tokenizers", "PIL"},
    "filters": {"numpy", "polars"},
    "search": {"numpy", "hnswlib", "numba", "llvmlite", "threadpoolctl"},
    "projection": {"numpy", "scipy", "umap", "numba", "hnswlib", "llvmlite", "threadpoolctl", "sklearn"},
    "analysis": {"numpy", "numba", "polars", "scipy", "sklearn"},
    "raster": {"numpy", "numba", "polars", "PIL", "scipy", "contourpy"},
    "store": {"numpy", "polars", "sqlite_utils"},
    "work": set(),
    "operations": {"numpy", "polars", "PIL"},
    "app": {"numpy", "polars"},
    "gui": {"click", "numpy", "polars", "PySide6", "shiboken6", "pyqtgraph"},
    "api.py": {"numpy", "polars"},
    "cli": {"click", "numpy", "polars"},
}


def home(path: Path, package: Path) -> str:
    """The package, or the module at the top, that a file belongs to."""
    return path.relative_to(package).parts[0]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "embexplorer":
                yield from ((f"embexplorer.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno


def offences(path: Path, package: Path = PACKAGE) -> list[str]:
    where = home(path, package)
    found = []
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] == "embexplorer":
            target = parts[1] if len(parts) > 1 else "__init__.py"
            target = f"{target}.py" if (package / f"{target}.py").is_file() else target
            own = target in (where, "__init__.py")
            allowed = {f"{n}.py" if (package / f"{n}.py").is_file() else n for n in INTERNAL.get(where, set())}
            if not own and target not in allowed and (package / target).exists():
                found.append(f"{path.relative_to(package)}:{line} imports embexplorer.{target}")
        elif parts[0] not in sys.stdlib_module_names and parts[0] not in LIBRARIES.get(where, set()):
            found.append(f"{path.relative_to(package)}:{line} imports {parts[0]}")
    return found


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_follow_the_table(path: Path) -> None:
    assert offences(path) == []


def test_the_table_notices_an_offence(tmp_path: Path) -> None:
    package = tmp_path / "embexplorer"
    (package / "search").mkdir(parents=True)
    (package / "store").mkdir()
    bad = package / "search" / "bad.py"
    bad.write_text("import PySide6\nfrom embexplorer.store import database\n")
    assert len(offences(bad, package)) == 2


def test_every_package_has_a_row() -> None:
    packages = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").is_file()}
    assert packages <= set(INTERNAL)
