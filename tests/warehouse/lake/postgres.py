"""A PostgreSQL server of its own for the tests: a throwaway cluster behind a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

PASSWORD = "correct horse"
_SETTINGS = "-c listen_addresses='' -c fsync=off -c shared_buffers=16MB -c max_connections=60"
_numbers = count(1)


class NoPostgres(Exception):
    """There is no server to start; says what to install."""


class Postgres:
    """A running server; whoever connects has to know the password."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder

    @property
    def connection_string(self) -> str:
        """libpq's, without a database and without the password."""
        return f"host={self.folder} user=newsgrain"

    def make_database(self, template: str = "template1") -> str:
        """A new database, a copy of another one; its name."""
        name = f"lake{next(_numbers)}_{os.getpid()}"
        self.run("createdb", "-h", str(self.folder), "-U", "newsgrain", "-T", template, name)
        return name

    def run(self, program: str, *arguments: str) -> str:
        """What one of the server's programs prints."""
        return _run(self._programs / program, *arguments)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server that is there inside, its files gone after.

    Raises:
        NoPostgres: none is installed, or it has nobody to run as.
    """
    programs, user = _programs(), _user()
    # Not below pytest's own folder: others may not look into that, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="newsgrain-postgres-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        data = folder / "data"
        _run(
            programs / "initdb", "-D", str(data), "-U", "newsgrain", "-A", "scram-sha-256",
            "--pwfile", str(secret), "-E", "UTF8", "--locale", "C", "--no-sync", user=user,
        )  # fmt: skip
        control = [programs / "pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log")]
        _run(*control, "-o", f"{_SETTINGS} -c unix_socket_directories={folder}", "start", user=user)
        try:
            yield Postgres(programs, folder)
        finally:
            _run(*control, "-m", "immediate", "stop", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of the server's programs: Debian keeps them out of PATH."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl", path=str(Path(found).resolve().parent)):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not folders:
        raise NoPostgres("no PostgreSQL server is installed: apt-get install postgresql")
    return folders[-1].parent


def _user() -> str | None:
    """Whom the server is to run as: it refuses root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres") from None


def _run(program: Path, *arguments: str, user: str | None = None) -> str:
    as_user: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user else {}
    done = subprocess.run(
        [program, *arguments],
        env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
        **as_user,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
