"""YAML as people write it: plain values only, refused with line and column."""

from __future__ import annotations

import pytest

from flows.sources.declarations import DeclarationError, read_declaration


@pytest.fixture
def read(tmp_path):
    def read(text: str | bytes, max_bytes: int = 100_000) -> object:
        file = tmp_path / "some.yaml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_declaration(file, max_bytes)

    return read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("2025-11-21", "2025-11-21"),
        ("12:30:45", "12:30:45"),
        ("010", "010"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("<<", "<<"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("0", 0),
        ("-1.5", -1.5),
        ("'12'", "12"),
        ("[a, 1]", ["a", 1]),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says(read, written, value):
    assert read(f"key: {written}") == {"key": value}


def test_a_byte_order_mark_is_no_part_of_the_first_key(read):
    assert read(b"\xef\xbb\xbfkey: a") == {"key": "a"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &x b", r"line 1, column 4: anchors and aliases"),
        ("a: *x", r"line 1, column 4: anchors and aliases"),
        ("a: !!python/object/apply:os.system [x]", r"the tag .* is not read"),
        ("!x\na: b", r"the tag '!x' is not read"),
        ("a: 1\nb: 2\na: 3", r"line 3, column 1: the key 'a' is written twice"),
        ("a: {b: 1, b: 2}", r"the key 'b' is written twice"),
        ("[" * 100_000, r"nested deeper than 20 levels"),
        ("? [a]\n: b", r"a key must be a plain word"),
        ("a: b: c", r"line 1, column 5: mapping values"),
        ("a: 1\n---\nb: 2", r"line 2, column 1"),
        ('a: "\x01"', r"is not YAML"),
        (b"a: \xff", r"is not UTF-8 at byte 3"),
        ("a: " + "b" * 200_000, r"larger than 100,000 bytes"),
    ],
)
def test_what_is_not_plain_is_refused(read, text, why):
    with pytest.raises(DeclarationError, match=why):
        read(text)


def test_an_alias_bomb_is_not_expanded(read):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(DeclarationError, match="write the value out"):
        read("\n".join(lines))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(DeclarationError, match="No such file"):
        read_declaration(tmp_path / "none.yaml", 10)
