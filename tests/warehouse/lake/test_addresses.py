from __future__ import annotations

from pathlib import Path

import pytest

from warehouse import BadAddress, Lake, parse_lake, place_of


def test_an_address_is_what_duckdb_attaches() -> None:
    lake = parse_lake("ducklake:postgres:dbname=news host=db")
    assert str(lake) == "ducklake:postgres:dbname=news host=db"
    assert (lake.kind, lake.connection_string) == ("postgres", "dbname=news host=db")
    assert parse_lake("ducklake:postgres:").connection_string == ""  # libpq asks the environment


def test_all_else_is_a_path() -> None:
    assert place_of("news.duckdb") == Path("news.duckdb")
    assert isinstance(place_of("ducklake:sqlite:news.sqlite"), Lake)


def test_a_lake_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lake = Lake("sqlite:a.sqlite", "files", Path("machine")).absolute()
    assert lake == Lake(f"sqlite:{tmp_path}/a.sqlite", f"{tmp_path}/files", tmp_path / "machine")
    assert Lake("postgres:", "s3://bucket/x/").absolute().data == "s3://bucket/x/"


@pytest.mark.parametrize(
    "address", ["ducklake:news.ducklake", "ducklake:mysql:db=x", "ducklake:sqlite:", "ducklake:"]
)
def test_a_catalog_that_lets_one_process_in_is_refused(address: str) -> None:
    with pytest.raises(BadAddress, match="ducklake:postgres:dbname=NAME"):
        place_of(address)


@pytest.mark.parametrize(
    "told",
    [
        "dbname=news password=hush",
        "password = 'hush hush'",
        "postgresql://ada:hush@db/news",
        "postgresql://db/news?user=ada&password=hush",
        "dbname=news PASSWORD=hush",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(told: str) -> None:
    with pytest.raises(BadAddress, match="PGPASSWORD") as refused:
        place_of(f"ducklake:postgres:{told}")
    assert "hush" not in str(refused.value)


def test_a_user_without_a_password_is_no_secret() -> None:
    assert place_of("ducklake:postgres:postgresql://ada@db/news")
    assert place_of("ducklake:postgres:dbname=news passfile=/run/secrets/pgpass")
