"""Logging of one process begun as the settings ask for."""

from __future__ import annotations

import logging
import sys
import warnings
from importlib.resources import files
from pathlib import Path

from flows.logs.json_lines import JsonLines, speaks_json
from flows.logs.masking import Masking, secrets_of
from flows.settings import Settings

PREFECT_CONFIGURATION = Path(str(files("flows.logs") / "prefect.yaml"))
"""What PREFECT_LOGGING_SETTINGS_PATH names, so that Prefect's processes log JSON lines too."""

_log = logging.getLogger("newsgrain")


def begin_logging(settings: Settings) -> None:
    """Log JSON lines to stderr, when they are asked for.

    Prefect, imported later, keeps the handler that it finds on the root logger.
    """
    if settings.log_format != "json" or speaks_json():
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(Masking(secrets_of(settings)))
    logging.getLogger().addHandler(handler)
    _log.setLevel(logging.INFO)
    logging.captureWarnings(True)
    warnings.simplefilter("default")
