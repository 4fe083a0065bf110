"""What README.md, CONTRIBUTING.md and docs/settings.md show is tried and compared.

Commands of ``newsgrain`` and the Python run in a folder with the repository's seeds and one page.
What makes an environment, wants a standing server or DuckDB's command line was tried by hand;
``tests/flows/test_deployment.py`` runs the deployment. A command that is neither fails here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import SecretStr

from flows.settings import Settings

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
SETTINGS = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")

BY_HAND = (
    "python3 -m venv ",
    "prefect ",
    "export PREFECT_API_URL=",
    "duckdb -readonly ",
    # The next ones ask hosts that do not exist, or run until they are stopped.
    "newsgrain ingest --direct https://",
    "newsgrain ingest --direct CC-NEWS-",
    "newsgrain sources add ",
    "newsgrain sources check harrow_gazette",
    "newsgrain backfill ",
    "newsgrain serve",
)
GAP = "…"
MADE_DEFAULTS = {"workers": "all cores", "product": "newsgrain/VERSION"}


class Fence(NamedTuple):
    """A fenced block: its language and what stands in it."""

    language: str
    text: str


FENCES = [Fence(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)]


def commands(text: str) -> list[str]:
    """The commands of a shell block; a quotation may run over lines."""
    found: list[str] = []
    for line in text.splitlines():
        if found and found[-1].count('"') % 2:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


COMMANDS = [c for fence in FENCES if fence.language == "sh" for c in commands(fence.text)]
TRIED = [command for command in COMMANDS if not command.startswith(BY_HAND)]
SHOWN = [
    (commands(shell)[-1], output.splitlines())
    for shell, output in re.findall(r"^```sh\n([^`]*)```\n```text\n(.*?)^```$", README, re.M | re.S)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone's folder as the README's reader has it after the first command."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(REPOSITORY / "seeds", folder / "seeds")
    (folder / "warehouse").symlink_to(REPOSITORY / "warehouse")
    pages = folder / "my-pages"
    pages.mkdir()
    shutil.copy(REPOSITORY / "seeds" / "pages" / "demo" / "night-buses.txt", pages)
    (source,) = (fence.text for fence in FENCES if fence.language == "yaml")
    (folder / "seeds" / "sources" / "harrow_gazette.yaml").write_text(source, encoding="utf-8")
    run(folder, "newsgrain ingest --direct")
    return folder


def run(folder: Path, command: str) -> str:
    """What a shell command prints; it must end well."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEWSGRAIN_")}
    environment.pop("COLUMNS", None)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    result = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment | {"NEWSGRAIN_WORKERS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def missing(shown: list[str], printed: list[str]) -> list[str]:
    """The shown lines that were not printed, in their order; white space counts as one blank.

    A line of a gap alone stands for any lines, one at a line's end for the rest of the line.
    """
    rest = iter([" ".join(line.split()) for line in printed])
    lost: list[str] = []
    for line in shown:
        if line == GAP:
            continue
        wanted = " ".join(line.split())
        start = wanted.removesuffix(GAP)
        if not any(p.startswith(start) if start != wanted else p == wanted for p in rest):
            lost.append(line)
            rest = iter([" ".join(line.split()) for line in printed])
    return lost


def test_there_is_something_to_try() -> None:
    assert len(TRIED) >= 10
    assert len(SHOWN) == 2
    assert all(command.startswith("newsgrain ") for command in TRIED)


@pytest.mark.parametrize("command", TRIED)
def test_each_command_works(folder: Path, command: str) -> None:
    assert run(folder, command) or "--output" in command


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_what_is_shown_is_what_is_printed(folder: Path, command: str, shown: list[str]) -> None:
    assert missing(shown, run(folder, command).splitlines()) == []


def test_the_first_run_brings_articles_and_tells_of_the_rest(folder: Path) -> None:
    counted = run(folder, 'newsgrain sql --format csv "FROM runs SELECT count(*)"')
    assert int(counted.split()[1]) >= 1
    rejected = run(folder, 'newsgrain sql --format jsonl "FROM rejections_by_reason"')
    assert "consent_wall" in rejected


@pytest.mark.parametrize("code", [fence.text for fence in FENCES if fence.language == "python"])
def test_the_python_works(folder: Path, code: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "Apêl" in result.stdout


def test_a_shown_line_that_was_not_printed_is_found() -> None:
    printed = ["one   line", "another line", "the last"]
    assert missing(["one line", GAP, "the …"], printed) == []
    assert missing(["one line", "another"], printed) == ["another"]
    assert missing(["the last", "one line"], printed) == ["one line"]


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_each_path_that_is_named_is_there(text: str) -> None:
    roots = "|".join(path.name for path in REPOSITORY.iterdir() if path.is_dir())
    named = set(re.findall(rf"`((?:{roots})/[\w./-]*)`", text))
    assert named
    assert sorted(path for path in named if not (REPOSITORY / path).exists()) == []


def test_each_setting_is_told_with_its_default() -> None:
    rows = re.findall(r"^\| `NEWSGRAIN_(\w+)` \| (.*?) ?\| (.+) \|$", SETTINGS, re.M)
    told = {name.lower(): (default, meaning) for name, default, meaning in rows}
    assert told.keys() == Settings.model_fields.keys()
    for name, field in Settings.model_fields.items():
        default, meaning = told[name]
        assert meaning == field.description
        assert default == MADE_DEFAULTS.get(name, _shown(field.default))


def _shown(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
