"""A log record as one JSON object on one line."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

run_id: ContextVar[str | None] = ContextVar("run_id", default=None)
"""The run of the warehouse that is going in this thread."""

_TOLD = ("source", "page", "flow_name", "flow_run_name", "flow_run_id", "task_run_name")


class JsonLines(logging.Formatter):
    """Formats records as ``time`` (UTC), ``level``, ``logger``, ``message`` and what is known of.

    These are ``run`` (the warehouse's), ``source`` and ``page``, Prefect's names of its runs, and
    ``exception``, a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, without line breaks."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().rstrip(),
        }
        if run := run_id.get():
            told["run"] = run
        known = ((name, getattr(record, name, None)) for name in _TOLD)
        told |= {name: str(value) for name, value in known if value is not None}
        if exception := self._exception(record):
            told["exception"] = exception
        return json.dumps(told, ensure_ascii=False, separators=(", ", ": ")).translate(_ONE_LINE)

    def _exception(self, record: logging.LogRecord) -> str | None:
        if told := record.exc_text or getattr(record, "details", None):
            return str(told)
        return self.formatException(record.exc_info) if record.exc_info else record.stack_info


def speaks_json() -> bool:
    """Whether this process logs JSON lines, so that nothing else is to be written to stderr."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


# JSON escapes line feeds; these break lines for some readers, and half characters for writers.
_ONE_LINE = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029, *range(0xD800, 0xE000))}
