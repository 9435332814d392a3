"""Trying, writing and exporting the register."""

import contextlib
import io
import random
import zipfile
from datetime import date
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from panel import addresses, consents, register, sheets
from panel.models import Consent, Member, MemberState
from panel.register import CannotImport, Trial
from panel.register.columns import EMAIL
from panel.sheets import CannotRead
from surveys.clock import today
from tests import factories
from tests.panel.registering import HEAD, csv_file, made_up, row, xlsx_file

OFFERED = ("sv", "en")


@pytest.fixture
def house(house: Session) -> Session:
    """A house with three districts."""
    factories.districts(house)
    return house


def tried(house: Session, data: bytes) -> Trial:
    return register.try_out(house, data, OFFERED)


def reason(house: Session, **cells: Any) -> tuple[str | None, str]:
    """The column and the reason of the only fault in a row that differs from Anna's in these cells."""
    email = cells.pop("email", "anna@example.se")
    fault, *more = tried(house, xlsx_file(row(email, **cells))).refused
    assert not more
    assert fault.row == 2
    return fault.column, fault.reason


def write(house: Session, data: bytes, skip_refused: bool = False) -> Trial:
    trial = tried(house, data)
    register.write(house, trial, consents.ensure_text("Krokom"), "sv", skip_refused)
    return trial


def members(house: Session) -> list[Member]:
    return list(house.scalars(select(Member).order_by(Member.id)))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_every_dialect_of_csv_is_read(house: Session, delimiter: str, encoding: str):
    trial = tried(house, csv_file(row(adress="Byvägen 1"), delimiter=delimiter, encoding=encoding))
    assert trial.refused == []
    assert trial.new[0]["district"] == "as"
    assert trial.new[0]["address"] == "Byvägen 1"


def test_a_workbook_and_a_text_file_say_the_same(house: Session):
    assert tried(house, xlsx_file(row())).new == tried(house, csv_file([*row()[:7], '"Byvägen 1, 835 40 Krokom"'])).new


def test_a_row_is_kept_in_codes(house: Session):
    assert tried(house, xlsx_file(row("Anna@Example.SE"))).new == [
        {
            "email": "anna@example.se",
            "mobile": "+46701234567",
            "birth_year": 1990,
            "gender": "woman",
            "district": "as",
            "language": "sv",
            "channel": "email",
            "address": "Byvägen 1, 835 40 Krokom",
        }
    ]


def test_columns_stand_in_any_order_and_case_and_in_english(house: Session):
    head = ["District", "BIRTH YEAR", "Gender", "Email", "Protected identity", "Recruited"]
    trial = tried(house, csv_file(["offerdal", "1990", "female", "anna@example.se", "yes", "random"], head=head))
    assert trial.new == [
        {"district": "offerdal", "birth_year": 1990, "gender": "woman", "email": "anna@example.se", "protected": True,
         "recruited": "random", "channel": "email"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written", ["0701-234567", "070-123 45 67", "+46701234567", "46701234567", 701234567, 701234567.0, "'+46 70 123 45 67",
                "0046701234567", "070–1234567"],
)  # fmt: skip
def test_a_mobile_number_is_read_as_people_and_excel_write_it(house: Session, written: Any):
    assert tried(house, xlsx_file(row(mobil=written))).new[0]["mobile"] == "+46701234567"


@pytest.mark.parametrize("written", ["7,01E+08", "4.67012E+10", "123", "08-123 45", "=1+1", "070-123 45 67 89"])
def test_what_is_no_mobile_number_is_refused(house: Session, written: str):
    assert reason(house, mobil=written)[0] == "mobil"


@pytest.mark.parametrize("written", [1990, 1990.0, "1990", "1990,0", "1990.0", " 1990 "])
def test_a_year_is_read_with_a_decimal_comma_too(house: Session, written: Any):
    assert tried(house, xlsx_file(row(födelseår=written))).new[0]["birth_year"] == 1990


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1990-talet", "is no year of birth"),
        ("85", "is no year of birth"),
        ("1850", "is no year of birth"),
        ("١٩٩٠", "is no year of birth"),
        ("1990,5", "is no year of birth"),
        (1990.5, "is no year of birth"),
        (date(1990, 5, 1), "holds a date"),
        ("1990-05-01", "is a date"),
        ("19900501-1234", "personal identity number"),
        ("900501-1234", "personal identity number"),
        ("199005011234", "personal identity number"),
        (None, "is missing"),
        ("2031", "future"),
    ],
)
def test_what_is_no_year_of_birth_is_refused_with_its_reason(house: Session, written: Any, said: str):
    column, why = reason(house, födelseår=written)
    assert column == "födelseår"
    assert said in why


def test_a_personal_identity_number_is_not_repeated(house: Session):
    assert "1234" not in reason(house, födelseår="900501-1234")[1]


def test_those_under_fifteen_are_refused(house: Session):
    year = today().year
    assert reason(house, födelseår=year - 14)[0] == "födelseår"
    assert tried(house, xlsx_file(row(födelseår=year - 15))).refused == []


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("e-post", "anna"), ("e-post", "anna@"), ("e-post", "a@b@example.se"), ("e-post", "=HYPERLINK(1)"),
        ("kön", "flicka?"), ("kön", None), ("kommundel", "Östersund"), ("kommundel", None), ("språk", "tyska"),
        ("kanal", "duva"), ("adress", "x" * 301), ("adress", "x" * 3000),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_by_its_column(house: Session, column: str, written: Any):
    trial = tried(
        house,
        csv_file([written if name == column else cell for name, cell in zip(HEAD, row(), strict=True)], delimiter="\t"),
    )
    assert [(fault.row, fault.column) for fault in trial.refused] == [(2, column)]


def test_a_formula_is_refused_and_not_worked_out(house: Session):
    assert "formula" in reason(house, födelseår="=1990+0")[1]
    assert "formula" in reason(house, adress='=HYPERLINK("http://example.invalid";"x")')[1]


def test_every_fault_of_a_row_is_told(house: Session):
    trial = tried(house, csv_file(row("anna", födelseår="x", kommundel="y")))
    assert [fault.column for fault in trial.refused] == ["e-post", "födelseår", "kommundel"]
    assert trial.refused_rows == 1


def test_two_rows_with_the_same_address_are_refused(house: Session):
    trial = tried(house, csv_file(row(), row("bo@example.se"), row("ANNA@example.se")))
    assert trial.refused == [(4, "e-post", "The same address stands in row 2.")]


def test_a_household_may_share_a_number_but_not_two_without_email(house: Session):
    trial = tried(house, csv_file(row(), row("bo@example.se"), row(None, kanal="sms"), row(None, kanal="sms")))
    assert [(fault.row, fault.column) for fault in trial.refused] == [(5, "mobil")]


def test_a_channel_needs_its_address(house: Session):
    assert reason(house, mobil=None, kanal="sms")[0] == "kanal"
    assert reason(house, adress=None, kanal="brev")[0] == "kanal"
    assert reason(house, email=None)[0] == "kanal"
    assert reason(house, email=None, mobil=None)[0] == "e-post"


def test_the_rows_number_is_the_one_that_excel_shows(house: Session):
    data = "Panelen 2026\r\n\r\n" + csv_file(row(), [], row("bo", adress='"Rad 1\r\nRad 2"'), row("cilla")).decode()
    assert [fault.row for fault in tried(house, data.encode()).refused] == [6, 7]


def test_a_hint_of_excels_about_the_delimiter_is_followed(house: Session):
    data = b"sep=|\r\n" + csv_file(row("anna"), delimiter="|")
    assert tried(house, data).refused[0].row == 2


def test_columns_that_are_not_read_are_told(house: Session):
    trial = tried(house, csv_file([*row(), "Anna Ek"], head=[*HEAD, "Namn"]))
    assert trial.new
    assert "Namn" in trial.notes[0]


@pytest.mark.parametrize("column", ["födelseår", "kön", "kommundel", "e-post"])
def test_a_column_that_is_missing_is_told(house: Session, column: str):
    head = [name for name in HEAD if name not in {column, *(["mobil"] if column == "e-post" else [])}]
    trial = tried(house, csv_file(["x"] * len(head), head=head))
    assert trial.refused == [(1, column, "The column is missing in the file.")]


def test_a_column_that_stands_twice_is_refused(house: Session):
    with pytest.raises(CannotRead, match="Two columns"):
        tried(house, csv_file([*row(), "x"], head=[*HEAD, "Email"]))


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, "not text"),
        (b"%PDF-1.7\nhello\nworld", "must name the columns"),
        (b"<script>alert(1)</script>", "must name the columns"),
        (zipped(readme=b"hello"), "not an Excel workbook"),
        (zipped(xl__workbook=b"x") + b"PK", "not an Excel workbook"),
        (zipped(**{"xl/workbook.xml": b"<a/>", "xl/bomb.xml": b"0" * 30_000_000}), "far too large"),
        (zipped(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "declares entities"),
        (zipped(**{"xl/workbook.xml": b"<a/>", "../../etc/passwd": b"x"}), "points outside"),
        (zipped(**{"xl/workbook.xml": b"not xml"}), "can't be opened"),
        (xlsx_file()[:2000], "damaged"),
        (csv_file(), "no rows"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_reason(house: Session, data: bytes, said: str):
    with pytest.raises(CannotRead, match=said):
        tried(house, data)


def test_too_many_rows_are_refused(house: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("panel.sheets.reading.MOST_ROWS", 5)
    assert tried(house, csv_file(*made_up(5))).rows == 5
    with pytest.raises(CannotRead, match="more than 5 rows"):
        tried(house, csv_file(*made_up(6)))


def test_imported_members_are_active_under_the_text_in_force(house: Session):
    write(house, csv_file(row(), row("bo@example.se")))
    anna = members(house)[0]
    assert (anna.state, anna.joined_on, anna.confirmed_on, anna.recruited) == (
        MemberState.ACTIVE,
        today(),
        today(),
        "self_chosen",
    )
    assert consents.standing(anna) is not None
    assert not consents.is_asked(anna)


def test_nothing_is_written_if_a_row_is_refused(house: Session):
    with pytest.raises(CannotImport, match="1 row is refused"):
        write(house, csv_file(row(), row("bo")))
    assert members(house) == []


def test_the_other_rows_are_written_if_the_refused_are_skipped(house: Session):
    write(house, csv_file(row(), row("bo")), skip_refused=True)
    assert [member.email for member in members(house)] == ["anna@example.se"]


def test_the_same_file_again_changes_nothing(house: Session):
    data = csv_file(*made_up(20), delimiter="\t")
    write(house, data)
    trial = write(house, data)
    assert (trial.new, trial.changed, trial.same) == ([], [], 20)
    assert house.scalar(select(func.count()).select_from(Consent)) == 20


def test_a_member_who_is_there_is_changed_but_keeps_state_and_consent(house: Session):
    bo = factories.member(house, "bo@example.se", state=MemberState.PAUSED, gender="man")
    trial = write(house, csv_file(row("bo@example.se", kön="man", kommundel="Offerdal"), delimiter="\t"))
    assert trial.to_json() == {"rows": 1, "new": 0, "changed": 1, "refused": []}
    assert (bo.district, bo.state, bo.consents) == ("offerdal", MemberState.PAUSED, [])


def test_an_empty_cell_takes_nothing_from_a_member(house: Session):
    bo = factories.member(house, "bo@example.se", mobile="+46701234567", address="Byvägen 1")
    write(house, csv_file(row("bo@example.se", mobil=None, adress=None)))
    assert (bo.mobile, bo.address) == ("+46701234567", "Byvägen 1")


def test_a_file_can_give_protection_but_not_take_it_away(house: Session):
    head = [*HEAD, "skyddad identitet"]
    write(house, csv_file([*row(), "ja"], head=head, delimiter="\t"))
    write(house, csv_file([*row(), "nej"], head=head, delimiter="\t"))
    assert members(house)[0].protected


def test_a_hundred_seeded_faults_in_five_thousand_rows_are_all_told(house: Session):
    rng = random.Random(2309)
    rows = made_up(5000)
    bad: dict[str, list[Any]] = {
        "e-post": ["utan-snabel-a", "a@b", "två@snabel@a.se", "person.0@kommun0.se"],
        "mobil": ["123", "08-650", "abc", "7,01E+08"],
        "födelseår": ["1990-talet", 85, 2020, "900101-1234", None, 1990.5, date(1990, 1, 1)],
        "kön": ["okänd", None, "X"],
        "kommundel": ["Östersund", None, "<script>"],
        "språk": ["klingon"],
        "kanal": ["duva"],
        "adress": ["x" * 301, "=1+1"],
    }
    expected = set()
    for number in rng.sample(range(1, 5000), 100):
        column = rng.choice(HEAD)
        rows[number][HEAD.index(column)] = rng.choice(bad[column])
        expected.add((number + 2, column))
    trial = tried(house, xlsx_file(*rows))
    assert {(fault.row, fault.column) for fault in trial.refused} == expected
    assert len(trial.refused) == 100
    assert all(fault.reason for fault in trial.refused)
    assert (trial.rows, len(trial.new)) == (5000, 4900)


@pytest.mark.parametrize("kind", [sheets.CSV, sheets.XLSX])
def test_an_export_is_taken_as_it_is_by_an_import(house: Session, kind: Any):
    write(house, csv_file(*made_up(30), row("=2+3@example.se", mobil="+47 406 12 345", adress="=1+1"), delimiter="\t"))
    trial = tried(house, register.export(house, kind).data)
    assert (trial.refused, trial.new, trial.changed, trial.same) == ([], [], [], 31)


def test_protected_members_are_counted_but_not_exported(house: Session):
    factories.anna(house)
    factories.member(house, "hemlig@example.se", protected=True)
    made = register.export(house, sheets.CSV)
    assert (made.members, made.protected) == (1, 1)
    assert b"hemlig" not in made.data


def test_no_cell_of_an_export_is_a_formula(house: Session):
    factories.member(house, "+x@example.se", address='=HYPERLINK("http://example.invalid")')
    text = register.export(house, sheets.CSV).data.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'+x@example.se" in text
    book = load_workbook(io.BytesIO(register.export(house, sheets.XLSX).data))
    assert {cell.data_type for cells in book.active.iter_rows() for cell in cells} <= {"s", "n"}


@pytest.mark.parametrize("written", ["anna.ek@example.se", "a_b+c@x-y.example.com", "bo@kommun.nu"])
def test_an_address_that_is_taken_at_sight_is_one_that_the_rules_take(written: str):
    assert EMAIL.fullmatch(written)
    assert addresses.email(written) == written


@pytest.mark.parametrize("start", ["70", "72", "73", "76", "79"])
def test_a_number_that_is_taken_at_sight_is_one_that_the_rules_take(start: str):
    assert addresses.mobile(f"0{start}1234567") == f"+46{start}1234567"


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.sampled_from(["anna@example.se", "0701-234567", "1990,0", "kvinna", "Ås", "=1+1", "'=1", "ja", "sms", "9" * 400]),
)


@hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(st.lists(st.lists(CELLS, max_size=10), min_size=1, max_size=5), st.sampled_from(";,\t"))
def test_whatever_stands_in_the_cells_a_file_is_tried_or_refused(house: Session, rows: list[list[Any]], delimiter: str):
    try:
        trial = tried(house, csv_file(*rows, head=[*HEAD, "skyddad", "rekrytering"], delimiter=delimiter, encoding="utf-16"))
    except CannotRead:
        return
    assert trial.rows == len(trial.new) + len(trial.changed) + trial.same + trial.refused_rows


@hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"e-post;f\xf6delse\xe5r\n"]))
def test_whatever_bytes_a_file_holds_it_is_tried_or_refused(house: Session, data: bytes, start: bytes):
    with contextlib.suppress(CannotRead):
        tried(house, start + data)


def test_a_search_finds_parts_of_addresses_and_whole_numbers(house: Session):
    anna = factories.member(house, mobile="+46701234567", address="Byvägen 1, Ås")
    factories.bo(house)
    for text in ("anna@", "byvägen", "070-123 45 67"):
        assert register.search(house, text, also_protected=False) == ([anna], 1)
    assert register.search(house, "%", also_protected=False) == ([], 0)
    assert register.search(house, "__", also_protected=False) == ([], 0)


def test_a_protected_member_is_found_by_the_whole_address_only(house: Session):
    hidden = factories.member(house, "hemlig@example.se", protected=True, mobile="+46701234567", address="Byvägen 1")
    for text in ("hemlig", "byvägen", "0701234567"):
        assert register.search(house, text, also_protected=True)[1] == 0
    assert register.search(house, "Hemlig@example.se", also_protected=True) == ([hidden], 1)
    assert register.search(house, "hemlig@example.se", also_protected=False)[1] == 0


def test_the_list_is_sifted_by_age_group(house: Session):
    groups = ["15-19", "20-29", "30-44", "45-64", "65-79", "80+"]
    factories.anna(house)
    bo = factories.bo(house)
    old = factories.member(house, "cilla@example.se", age=97)
    assert register.listed(house, register.Wanted(age_group="65-79"), groups, 1) == ([bo], 1)
    assert register.listed(house, register.Wanted(age_group="80+"), groups, 1) == ([old], 1)
    assert register.listed(house, register.Wanted(gender="man", district="as"), groups, 1) == ([], 0)
