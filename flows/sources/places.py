"""The time zone of a country, by the end of a host's name."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_OTHER_ENDS = {"uk": "GB", "eu": "", "london": "GB", "scot": "GB", "wales": "GB", "cymru": "GB"}


def zone_of_host(host: str) -> str | None:
    """The zone of the country a host's name ends with; None if it has several or names none."""
    end = host.rpartition(".")[2].lower()
    zones = _zones_of_countries().get(_OTHER_ENDS.get(end, end.upper()), [])
    return zones[0] if len(zones) == 1 else None


@lru_cache(maxsize=1)
def _zones_of_countries() -> dict[str, list[str]]:
    """Zones by ISO 3166 code, from the time zone database's own table."""
    table = (files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            codes, _, zone, *_ = line.split("\t")
            for code in codes.split(","):
                zones.setdefault(code, []).append(zone)
    return zones
