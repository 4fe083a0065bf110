"""``manifest.yaml``: what it gives, and what is refused."""

from __future__ import annotations

import pytest

from flows.reading.manifest import ManifestError, read_manifest


@pytest.fixture
def read(tmp_path):
    def read(text: str):
        (tmp_path / "manifest.yaml").write_text(text, encoding="utf-8")
        return read_manifest(tmp_path)

    return read


def test_entries_come_by_file(read):
    known = read("- {file: a.txt, source: lbc}\n- {file: b/./c.html, url: 'https://a.example/c'}\n")
    assert (known["a.txt"].source, known["a.txt"].url) == ("lbc", None)
    assert (known["b/c.html"].source, known["b/c.html"].url) == (None, "https://a.example/c")


def test_no_manifest_and_an_empty_one_know_nothing(read, tmp_path):
    assert read_manifest(tmp_path) == {}
    assert read("# nothing yet\n") == {}


@pytest.mark.parametrize(
    "name", ["../a.txt", "a/../../b.txt", "/etc/passwd", "", "..", "a\\b.txt", '"a\\0b"']
)
def test_a_name_that_leaves_the_folder_is_refused(read, name):
    written = name if name.startswith('"') else f"'{name}'"
    with pytest.raises(ManifestError, match="entry 1: file: must name a file inside"):
        read(f"- file: {written}\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("file: a.txt", "manifest.yaml: is not a list"),
        ("- a.txt", "entry 1: "),
        ("- {source: lbc}", "entry 1: file: Field required"),
        ("- {file: a}\n- {file: b, adress: c}", "entry 2: adress: Extra inputs"),
        ("- {file: a, url: www.a.example}", "entry 1: url: must be an http or https address"),
        ("- {file: a, url: 'http://[::1'}", "entry 1: url: "),
        ("- {file: a, url: 'https://a.example/" + "a" * 9000 + "'}", "entry 1: url: "),
        ("- {file: a}\n- {file: ./a}", "entry 2: 'a' is named twice"),
        ("- {file: 1}\n- {file: 2}", r"entry 1: file: .* \(and 1 more\)"),
        ("- file: a: b", "manifest.yaml: line 1"),
        ("- &a {file: b}", "anchors and aliases"),
    ],
)
def test_a_broken_manifest_says_where_and_what(read, text, why):
    with pytest.raises(ManifestError, match=why):
        read(text)
