"""What the frozen application holds, and how it begins: the rules of the build, without building."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "embexplorer"
INTEL_OF_2013 = "processor\t: 0\nflags\t\t: fpu sse sse2 ssse3 fma sse4_1 sse4_2 movbe avx bmi1 avx2 bmi2\n"
INTEL_OF_2011 = "processor\t: 0\nflags\t\t: fpu sse sse2 ssse3 sse4_1 sse4_2 avx\n"


def loaded(name: str) -> ModuleType:
    """A script of packaging/freeze as a module."""
    spec = importlib.util.spec_from_file_location(f"freezing_{name}", ROOT / "packaging" / "freeze" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


contents, launch, notices = loaded("contents"), loaded("launch"), loaded("notices")


def nodes(path: Path, word: str = "") -> Iterator[ast.AST]:
    """What a module consists of; nothing where it does not have the word."""
    text = path.read_text(encoding="utf-8")
    return ast.walk(ast.parse(text)) if word in text else iter(())


def imported(path: Path) -> set[str]:
    """Everything a module imports, a name from a module counted as a module, too."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_nothing_that_the_application_imports_is_left_out() -> None:
    wanted = {name for path in PACKAGE.rglob("*.py") for name in imported(path)}
    lost = {name for name in wanted for left in contents.EXCLUDED if name == left or name.startswith(f"{left}.")}
    assert lost == set()


def test_every_module_that_defines_kernels_stays_source() -> None:
    decorators = {"kernel", "fast_kernel", "inline_kernel"}
    defining = set()
    for path in PACKAGE.rglob("*.py"):
        functions = [node for node in nodes(path, "kernel") if isinstance(node, ast.FunctionDef)]
        if any(isinstance(d, ast.Name) and d.id in decorators for f in functions for d in f.decorator_list):
            defining.add(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert defining
    assert defining <= set(contents.kernel_modules(PACKAGE))


@pytest.mark.parametrize(
    ("destination", "source", "kept"),
    [
        ("libstdc++.so.6", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", False),
        ("libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6", False),
        ("libsqlite3.so.0", "/usr/lib/x86_64-linux-gnu/libsqlite3.so.0", True),
        ("numpy.libs/libgfortran.so", "/v/site-packages/numpy.libs/libgfortran.so", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/v/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/v/site-packages/PySide6/libqgtk3.so", False),
        ("PySide6\\translations\\qt_de.qm", "C:\\v\\site-packages\\PySide6\\translations\\qt_de.qm", False),
        ("embexplorer-0.1.0.dist-info/direct_url.json", "/v/site-packages/direct_url.json", False),
    ],
)
def test_what_is_kept_on_linux(destination: str, source: str, kept: bool) -> None:
    assert contents.is_kept(destination, source, "linux") is kept


def test_other_systems_have_no_libraries_of_their_own_to_offer() -> None:
    assert contents.is_kept("libpng16.dylib", "/opt/lib/libpng16.dylib", "darwin")


def test_distributions_are_those_of_what_is_held() -> None:
    known = {"PIL": ["pillow"], "numpy": ["numpy"], "embexplorer": ["embexplorer"], "umap": ["umap-learn"]}
    held = ["PIL.Image", "numpy", "numpy/core/x.so", "embexplorer.api", "os"]
    assert contents.distributions(held, known) == ["numpy", "pillow"]


def test_the_application_asks_for_no_version_that_is_not_carried() -> None:
    asked = set()
    for path in PACKAGE.rglob("*.py"):
        for node in nodes(path, "metadata.version"):
            is_version = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("metadata.version")
            if is_version and isinstance(node.args[0], ast.Constant):
                asked.add(node.args[0].value)
    assert asked
    assert asked <= set(contents.METADATA)


def test_one_build_of_onnxruntime_is_carried() -> None:
    found = contents.installed(contents.METADATA)
    assert {"embexplorer", "PySide6-Essentials", "numpy", "hnswlib"} <= set(found)
    assert sum(name.startswith("onnxruntime") for name in found) == 1


def test_the_spec_can_be_read() -> None:
    ast.parse((ROOT / "packaging" / "freeze" / "embexplorer.spec").read_text(encoding="utf-8"))


def test_a_processor_of_2013_is_new_enough() -> None:
    assert launch.is_processor_new_enough("x86_64", INTEL_OF_2013)


def test_an_older_processor_is_not() -> None:
    assert not launch.is_processor_new_enough("AMD64", INTEL_OF_2011)


@pytest.mark.parametrize(("machine", "cpuinfo"), [("arm64", INTEL_OF_2011), ("x86_64", "")])
def test_what_cannot_be_judged_may_start(machine: str, cpuinfo: str) -> None:
    assert launch.is_processor_new_enough(machine, cpuinfo)


def test_too_old_a_processor_is_told_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(launch, "is_processor_new_enough", lambda: False)
    assert launch.main() == 1
    assert "AVX2" in capsys.readouterr().err


def test_the_command_line_is_as_it_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(sys, "argv", ["embexplorer", "--version"])
    assert launch.main() == 0
    assert capsys.readouterr().out.startswith("embexplorer, version ")


def test_the_notices_hold_the_licence_of_every_part() -> None:
    page = notices.page(["numpy", "hnswlib", "PySide6-Essentials"])
    for name in ("numpy", "hnswlib", "PySide6_Essentials", "Python"):
        assert f"\n  {name} " in page
    assert "Apache License" in page  # hnswlib's own text
    assert "GNU Lesser General Public" in page


def test_what_is_declared_is_followed_to_its_end() -> None:
    found = notices.declared()
    assert {"numpy", "onnxruntime", "llvmlite"} <= set(found)
    assert "pytest" not in found


def test_every_declared_part_is_installed() -> None:
    assert [name for name in notices.declared() if not metadata.distribution(name).version] == []
