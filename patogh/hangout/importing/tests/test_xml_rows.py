"""Reading rows out of whatever the bytes have become."""

import io
import random
import re
import tracemalloc

import pytest

from patogh.hangout.importing import xml_rows
from patogh.hangout.importing.tests.conftest import answer, dump, question
from patogh.hangout.importing.xml_rows import Row, RowReader

ROW = re.compile(rb'<row Id="(\d+)"[^<]*?/>')


def read(content: bytes, encoding: str = "utf-8") -> list[Row]:
    return list(RowReader(io.BytesIO(content), encoding).rows())


def keys(rows: list[Row]) -> list[str]:
    return [row.attributes["Id"] for row in rows if not row.fault]


def faults(rows: list[Row]) -> list[tuple[int, str]]:
    return [(row.line, row.fault) for row in rows if row.fault]


@pytest.fixture
def three() -> bytes:
    return dump(question(1), question(2), question(3)).encode()


def test_every_row_of_the_real_dump_is_read_with_its_line(coffee):
    reader = RowReader(io.BytesIO(coffee.read_bytes()))
    rows = list(reader.rows())
    assert len(rows) == 592
    assert not faults(rows)
    assert [rows[0].line, rows[-1].line] == [3, 594]
    assert (reader.root, reader.ended, reader.at) == ("posts", True, coffee.stat().st_size)


def test_escaped_text_comes_out_as_it_was_written():
    body = '<p>"5 > 4" &amp; چای\u200cخانه</p>'
    row = read(dump(question(1, Body=body, Tags="<a><b>")).encode())[0].attributes
    assert (row["Body"], row["Tags"]) == (body, "<a><b>")


def cut_at(whole: bytes, cuts: range) -> None:
    """Read the file cut at each of these bytes: what ended before the cut is there, and at most one row is broken."""
    spans = [(found.end(), found[1].decode()) for found in ROW.finditer(whole)]
    for cut in cuts:
        reader = RowReader(io.BytesIO(whole[:cut]))
        rows = list(reader.rows())
        assert keys(rows) == [key for end, key in spans if end <= cut]
        assert len(faults(rows)) <= 1
        assert not reader.ended


def test_a_file_cut_at_every_50th_byte_keeps_every_row_before_the_cut(coffee):
    cut_at(coffee.read_bytes()[:40_000], range(0, 40_000, 50))


def test_a_file_cut_anywhere_keeps_every_row_before_the_cut(coffee):
    cut_at(coffee.read_bytes(), range(50_000, 759_000, 23_450))


def test_a_broken_byte_costs_its_own_row_at_most_and_is_never_silent(coffee):
    whole, chance = coffee.read_bytes()[:120_000], random.Random(1405)
    whole = whole[: whole.rfind(b"\n") + 1]
    spans = [(*found.span(), found[1].decode()) for found in ROW.finditer(whole)]
    for _ in range(250):
        at, byte = chance.randrange(80, len(whole)), chance.choice(b'\x00\xff<">&\n\xc3A')
        rows = read(whole[:at] + bytes([byte]) + whole[at + 1 :])
        here = {key for begin, end, key in spans if begin <= at < end}
        assert {key for *_, key in spans} - here <= set(keys(rows))
        assert byte == whole[at] or not here or faults(rows) or len(keys(rows)) == len(spans)


def test_a_byte_that_is_not_utf8_is_named_with_line_and_column(three):
    lines = three.split(b"\n")
    lines[3] = lines[3].replace(b"fine", b"f\xefne")
    rows = read(b"\n".join(lines))
    assert faults(rows) == [(4, "byte 0xef at place 40 of the row is not UTF-8")]
    assert keys(rows) == ["1", "3"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'Id="2"', b'Id="2" Id="2"'), (b'Id="2"', b"Id=2"), (b'Id="2"', b'Id="2'), (b'Id="2"', b'Id="2" <b/> x="1"'), (b'Id="2"', b'Id="2" &nope; x="1"'),
        (b'Id="2"', b'Id="2" x="&nope;"'), (b'Id="2"', b'Id="2" x="&#0;"'), (b'Id="2"', b'Id="2" x="\x01"'), (b'<row Id="2"', b'<rxw Id="2"'),
    ],
)  # fmt: skip
def test_a_broken_row_is_told_and_its_neighbours_stay(three, old, new):
    rows = read(three.replace(old, new))
    assert keys(rows) == ["1", "3"]
    assert [line for line, _ in faults(rows)] == [4]


def test_a_row_over_several_lines_is_one_row():
    assert keys(read(b'<posts>\n<row\n Id="1"\n Body="a\nb"\n/>\n<row Id="2"></row></posts>')) == ["1", "2"]


def test_entities_are_never_declared_expanded_or_fetched(three):
    bomb = b'<!DOCTYPE posts [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>\n<posts>'
    rows = read(three.replace(b"<posts>", bomb).replace(b'Id="2"', b'Id="2" Score="&b;&x;"'))
    assert keys(rows) == ["1", "3"]
    assert "entity" in faults(rows)[0][1]


def test_what_a_comment_holds_is_no_row(three):
    assert keys(read(three.replace(b'  <row Id="2"', b'<!-- <row Id="9"/> -->  <row Id="2"'))) == ["1", "2", "3"]


def test_a_comment_that_never_ends_swallows_nothing(three):
    assert keys(read(three.replace(b"<posts>", b"<posts><!-- "))) == ["1", "2", "3"]


def test_another_encoding_that_was_declared_is_read():
    rows = read(dump(question(1, Title="Café")).lstrip("\ufeff").encode("latin-1"), "iso8859-1")
    assert rows[0].attributes["Title"] == "Café"


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\n\n",
        b"hello",
        b"{}" * 1000,
        b"\x00" * 9000,
        b"<" * 9000,
        b"<row" * 9000,
        b"<row " * 9000,
        b"<!--" * 9000,
        bytes(range(256)) * 50,
    ],
)
def test_noise_gives_no_row_and_no_error(noise):
    assert keys([row for row in read(noise) if row.attributes]) == []


class Endless(io.RawIOBase):
    """A file with one row that goes on for 64 MB, between two good ones."""

    def __init__(self, size: int) -> None:
        self.parts = iter(
            [
                b'<posts>\n<row Id="1"/>\n<row Id="2" Body="',
                *[b"x" * xml_rows.CHUNK_BYTES] * (size // xml_rows.CHUNK_BYTES),
                b'"/>\n<row Id="3"/></posts>',
            ]
        )

    def read(self, _size: int = -1) -> bytes:
        return next(self.parts, b"")


def test_an_endless_row_is_passed_over_in_little_memory():
    tracemalloc.start()
    rows = list(RowReader(Endless(64 << 20)).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert keys(rows) == ["1", "3"]
    assert faults(rows) == [(3, "a row of more than 4 MB")]
    assert peak < 24 << 20


def test_a_row_of_too_many_attributes_is_passed_over():
    many = " ".join(f'a{n}="1"' for n in range(300))
    rows = read(f'<posts><row Id="1" {many}/><row Id="2"/></posts>'.encode())
    assert (keys(rows), faults(rows)) == (["2"], [(1, "a row of more than 200 attributes")])


def test_an_answer_is_read_like_a_question():
    assert read(dump(answer(5, 1)).encode())[0].attributes["ParentId"] == "1"
