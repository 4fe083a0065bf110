"""What a person can set, each with its unit; environment variables begin with ``NEWSGRAIN_``."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    SecretStr,
    StringConstraints,
    ValidationInfo,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from warehouse import Place
else:
    Place = object  # parsing processes read settings, and duckdb takes long to import


def usable_cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone; write one like Europe/London") from error
    return name


def _certificates(file: Path) -> Path:
    import ssl

    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:
        raise ValueError(f"{file.name}: {error.strerror or error}; name a PEM file") from error
    return file


def _place(told: object, others: ValidationInfo) -> Place:
    """A warehouse by its path or address; a lake with what the other settings tell of it."""
    if not str(told).startswith("ducklake:"):
        return Path(str(told))
    from warehouse import parse_lake

    lake = replace(parse_lake(str(told)), data=others.data.get("lake_data"))
    return replace(lake, folder=others.data.get("lake_folder", lake.folder)).absolute()


def _address_of(*schemes: str) -> AfterValidator:
    """A secret address of one of these schemes; what is wrong is said without repeating it."""

    def check(address: SecretStr) -> SecretStr:
        try:
            parts = urlsplit(address.get_secret_value())
            fits = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"write an address like {schemes[-1]}://host/ or {schemes[0]}://host/")
        return address

    return AfterValidator(check)


# What goes into a header line stays on that line.
_HeaderText = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$")]
_CertificateFile = Annotated[Path, AfterValidator(_certificates)]
_ProxyAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^/?#\s]+/?$")]
_MailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+$")]
_MailServer = Annotated[SecretStr, _address_of("smtp", "smtps")]
_WebAddress = Annotated[SecretStr, _address_of("http", "https")]
_ZoneName = Annotated[str, AfterValidator(_known_zone)]
_Warehouse = Annotated[Place, PlainValidator(_place)]
_ClusterAddress = Annotated[str, StringConstraints(pattern=r"^[\w.:/\[\]-]+$")]

TaskRunner = Literal["processes", "threads", "dask", "ray"]


class Settings(BaseSettings):
    """The settings of one command or run. Explicit arguments win over the environment."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSGRAIN_",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # some are secrets
    )

    lake_data: str | None = Field(
        None,
        description="Where a new lake puts its files: a folder, or an address like s3://bucket/x/.",
    )
    lake_folder: Path = Field(
        Path("newsgrain.d"),
        description="This machine's folder for a lake: captures, lock, log. One for each writer.",
    )
    warehouse: _Warehouse = Field(
        Path("newsgrain.duckdb"),
        description="The file that readers open, the writer's lie in PATH.d; or a lake's address.",
    )
    seeds: Path = Field(
        Path("seeds"), description="The folder with sources/*.yaml and the reference pages."
    )
    default_time_zone: _ZoneName = Field(
        "Europe/London",
        description="The zone of a printed time that states none, when no source is known.",
    )
    workers: int = Field(
        default_factory=usable_cores, ge=1, le=256, description="Parsing processes at once."
    )
    task_runner: TaskRunner = Field(
        "processes", description="Where pages are parsed: `processes`, `threads`, `dask`, `ray`."
    )
    cluster: _ClusterAddress | None = Field(
        None,
        description="A running Dask scheduler or Ray cluster to parse on; else one is started.",
    )
    batch_pages: int = Field(
        200, ge=1, le=10_000, description="Pages that are parsed and loaded together."
    )
    max_bytes: int = Field(
        20_000_000, ge=1, description="Bytes of one page, as sent and as decompressed, at most."
    )
    deadline: float = Field(
        30.0, gt=0, le=3600, description="Seconds for one request in all: name, headers, body."
    )
    connections: int = Field(
        32, ge=1, le=1000, description="Requests in flight at once, over all hosts."
    )
    retries: int = Field(
        2, ge=0, le=10, description="How often a request is made again when the trouble may pass."
    )
    patience: float = Field(
        60.0,
        ge=0,
        description="Seconds that a run waits for a host that asks for it; later is another run's.",
    )
    max_redirects: int = Field(5, ge=0, le=20, description="Redirects followed for one fetch.")
    pages_per_source: int = Field(
        1_000,
        ge=1,
        description="Pages that a run asks one source for, at most; the others stay due.",
    )
    product: _HeaderText = Field(
        default_factory=lambda: f"newsgrain/{version('newsgrain')}",
        description="The program's name and version as told to web servers.",
    )
    contact: _HeaderText | None = Field(
        None,
        description="A page or mail address where a publisher can reach you; sent to web servers.",
    )
    allow_private_hosts: bool = Field(
        False, description="Fetch from addresses that are not public too (loopback, intranet)."
    )
    ca_file: _CertificateFile | None = Field(
        None, description="A PEM file of certificate authorities trusted besides the usual ones."
    )
    proxy: _ProxyAddress | None = Field(
        None, description="An HTTP proxy for all requests, like http://proxy.example:3128."
    )
    alarm_webhook: _WebAddress | None = Field(
        None,
        description="Where runs of deployments that failed are told, as JSON with the key text.",
    )
    alarm_mail: _MailAddress | None = Field(
        None, description="The mail address to which such runs are told."
    )
    smtp: _MailServer = Field(
        SecretStr("smtp://localhost"),
        description="The server for mail, like smtps://name:password@mail.example.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="What runs write to stderr: words for people, or JSON lines."
    )
    captures_kept: int | None = Field(
        None,
        ge=1,
        description="Days after which `maintain` drops captures that changed nothing; else none.",
    )

    def places(self) -> dict[str, str]:
        """The variables that say where things lie, for a process in another working folder."""
        data = self.lake_data or ""
        if data and "://" not in data:
            data = str(Path(data).absolute())
        return {
            "NEWSGRAIN_WAREHOUSE": str(self.warehouse.absolute()),
            "NEWSGRAIN_SEEDS": str(self.seeds.absolute()),
            "NEWSGRAIN_LAKE_FOLDER": str(self.lake_folder.absolute()),
            "NEWSGRAIN_LAKE_DATA": data,
        }

    @property
    def user_agent(self) -> str:
        """The User-Agent header: the product, and the contact as a comment when there is one."""
        return f"{self.product} (+{self.contact})" if self.contact else self.product
