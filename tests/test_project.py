"""The project's own files: declared dependencies, a whole wheel, checks that agree."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
PYPROJECT = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
PACKAGES = ("flows", "parsers", "warehouse")
FOLDERS = tuple(REPOSITORY / package for package in PACKAGES)
LATER_STDLIB = {"compression"}  # of Python 3.14
CHECKS = ("ruff check", "ruff format --check", "mypy", "lint-imports")


# --- Dependencies ----------------------------------------------------------------------------


def declared(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


EXTRAS = [*PROJECT["optional-dependencies"]["dask"], *PROJECT["optional-dependencies"]["ray"]]


def imported(*folders: Path) -> set[str]:
    """The distributions that the modules in these folders import; extras need not be there."""
    known = {**{name: [name] for name in declared(EXTRAS)}, **packages_distributions()}
    names = {name for folder in folders for name in _imported_names(folder)}
    outside = names - sys.stdlib_module_names - LATER_STDLIB - {*PACKAGES, "tests"}
    assert sorted(name for name in outside if name not in known) == []
    return {canonicalize_name(known[name][0]) for name in outside}


def _imported_names(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_each_import_is_a_declared_dependency() -> None:
    assert imported(*FOLDERS) - declared(PROJECT["dependencies"] + EXTRAS) == set()


def test_each_import_of_the_tests_is_declared() -> None:
    # The benchmarks are run by hand, and import their peers when they are there.
    rooms = (path for path in (REPOSITORY / "tests").iterdir() if path.is_dir())
    folders = [room for room in rooms if room.name != "benchmarks"]
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    assert imported(*folders) - declared(wanted) == set()


def test_a_dependency_that_is_not_imported_says_why_it_is_there() -> None:
    block = re.search(r"^dependencies = \[\n(.*?)^\]", PYPROJECT, re.M | re.S)
    assert block
    lines = block[1].splitlines()
    unexplained = {
        canonicalize_name(Requirement(line.strip().strip('",')).name)
        for above, line in zip(["", *lines], lines, strict=False)
        if not line.strip().startswith("#") and not above.strip().startswith("#")
    }
    assert unexplained - imported(*FOLDERS) == set()


@pytest.mark.parametrize("group", ["dependencies", *PROJECT["optional-dependencies"]])
def test_each_version_is_bounded_below(group: str) -> None:
    lines = PROJECT["optional-dependencies"].get(group) or PROJECT["dependencies"]
    unbounded = [
        line
        for line in lines
        if not {spec.operator for spec in Requirement(line).specifier} & {">=", "=="}
        and not Requirement(line).extras
    ]
    assert unbounded == []


def test_no_module_of_flows_hides_another() -> None:
    """With flows/ first on sys.path, as Prefect's path form puts it, each import still works."""
    importable = sys.stdlib_module_names | packages_distributions().keys()
    stems = {file.stem for file in (REPOSITORY / "flows").glob("*.py")}
    assert {stem for stem in stems if not stem.startswith("__")} & importable == set()


# --- The wheel -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was unpacked, which is all that installing it does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    result = subprocess.run(build, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def newsgrain(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as the wheel has it, working in a folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NEWSGRAIN_")}
    return subprocess.run(
        [sys.executable, "-m", "flows", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(installed), "NEWSGRAIN_WORKERS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_wheel_holds_the_three_packages_whole_and_nothing_else(installed: Path) -> None:
    held = {
        str(file.relative_to(installed))
        for file in installed.rglob("*")
        if file.is_file() and ".dist-info" not in str(file)
    }
    tree = {
        str(file.relative_to(REPOSITORY))
        for folder in FOLDERS
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert held == tree
    for package in PACKAGES:
        assert f"{package}/py.typed" in held
    for kind in ("schema", "checks", "queries"):
        assert any(name.startswith(f"warehouse/{kind}/") for name in held)


def test_the_wheel_brings_its_licence_and_its_command(installed: Path) -> None:
    (about,) = installed.glob("newsgrain-*.dist-info")
    assert (about / "licenses" / "LICENSE").is_file()
    assert "newsgrain = flows.__main__:main" in (about / "entry_points.txt").read_text()


def test_the_wheel_works_away_from_the_repository(installed: Path, tmp_path: Path) -> None:
    told = newsgrain(installed, tmp_path, "--version")
    assert told.stdout == f"newsgrain {PROJECT['version']}\n"
    page = REPOSITORY / "seeds" / "pages" / "demo" / "courier-weir-footbridge.html"
    (tmp_path / "page.html").write_bytes(page.read_bytes())
    run = newsgrain(installed, tmp_path, "ingest", "--direct", "page.html")
    assert run.returncode == 0, run.stderr
    assert "1 new" in run.stdout
    assert newsgrain(installed, tmp_path, "doctor").returncode == 0


def test_without_seeds_and_targets_it_says_what_to_name(installed: Path, tmp_path: Path) -> None:
    run = newsgrain(installed, tmp_path, "ingest", "--direct")
    assert run.returncode == 2
    assert "name files, folders or addresses" in run.stderr
    assert "--seeds" in run.stderr
    assert "Traceback" not in run.stderr


# --- The checks ------------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("file", [".ci/run", ".pre-commit-config.yaml", "CONTRIBUTING.md"])
def test_each_place_that_runs_the_checks_runs_this_one(file: str, check: str) -> None:
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    assert re.search(rf"^ *(step |entry: )?{check}$", text, re.M)


def test_the_checks_run_as_a_program() -> None:
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)
