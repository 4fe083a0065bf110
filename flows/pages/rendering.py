"""Templates into pages: every value goes through one door, is made legible and escaped."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.pages.legible import is_web_address, legible


class PageNotWrittenError(OSError):
    """A page that cannot be written where it should be; says why."""


def render(template: str, **values: object) -> str:
    """The page that a template of ``flows/pages/templates`` makes of these values."""
    return _environment().get_template(template).render(values)


def write_page(place: Path, page: str) -> None:
    """Write a page, whole or not at all; its folder is made when missing.

    Raises:
        PageNotWrittenError: it cannot be written there.
    """
    draft: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
            draft = Path(file.name)
            file.write(page.encode("utf-8"))
        draft.chmod(0o644)
        draft.replace(place)
    except OSError as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise PageNotWrittenError(
            f"{place} cannot be written: {error.strerror or error}"
        ) from error


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web_address"] = is_web_address
    environment.filters |= {
        "count": lambda number: f"{number:,}",
        "day": lambda moment: f"{moment:%Y-%m-%d}" if moment else "",
        "moment": _moment,
        "told": _told,
        "plural": _plural,
    }
    return environment


def _shown(value: object) -> object:
    """What a template puts on the page for a value; Markup is what templates made themselves."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return ""
    return legible(value) if isinstance(value, str) else value


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _told(moment: date | None, precision: str) -> str:
    """A date as exactly as it is known."""
    form = {"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m"}.get(precision)
    return moment.strftime(form) if moment and form else ""


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
