"""An existing register from a table and its files: checked first, then all of it or nothing."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from core.moves import NotAllowed, Refused
from documents.models import Document, RegisterImport, Revision
from documents.queries import history_of, next_number, register_of, revision_of
from documents.services import importing, register
from documents.services.reading import read_files
from documents.services.table import BadTable, decoded, files_of_folder, read_plan
from documents.tests.factories import make_document, make_revision, word_bytes

HEAD = "reference;title;kind;status;date;note;files;iso;iec;itu-t\n"
TABLE = (
    HEAD + "SPCG-1;Terms of reference;Paper;approved;25 November 2018;;Terms.docx;TMB 1/2018;;TSAG-TD12\n"
    "SPCG-3;Plan;plan;approved;2019-01-10;;;;;\n"
    "spcg 3 b;;plan;draft;;second thoughts;folder/Plan B.docx;;;\n"
)


def archive(**more: bytes) -> bytes:
    out = io.BytesIO()
    files = {"Terms.docx": word_bytes("terms"), "folder/Plan B.docx": word_bytes("beryllium"), **more}
    with zipfile.ZipFile(out, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def keep(by, table=TABLE, data=None):
    return importing.keep_import(by, table, SimpleUploadedFile("files.zip", archive() if data is None else data))


def faults(table: str, files=None) -> list[str]:
    return [" ".join(line.faults) for line in read_plan(table, files or {}).faulty]


def test_import_brings_numbers_letters_files_and_other_numbers(cast):
    assert importing.import_waiting(keep(cast.iso_secretary), cast.iso_secretary) == 3

    first = revision_of("SPCG-1", cast.observer)
    assert (first.title, first.state, str(first.approved_on)) == ("Terms of reference", "approved", "2018-11-25")
    assert [file.name for file in first.attachments.all()] == ["Terms.docx"]
    assert [str(number) for number in first.foreign_numbers.all()] == ["TMB 1/2018", "TSAG-TD12"]
    assert [entry.text for entry in history_of(first.document, cast.observer)] == [
        "imported SPCG-1 from line 2 of a table"
    ]
    third = Document.objects.get(number=3)
    assert [(each.reference, each.state) for each in third.revisions.all()] == [
        ("SPCG-3", "approved"),
        ("SPCG-3A", "withdrawn"),
        ("SPCG-3B", "draft"),
    ]
    assert next_number() == 4


def test_imported_draft_is_for_those_who_see_drafts(cast):
    importing.import_waiting(keep(cast.iso_secretary), cast.iso_secretary)

    assert revision_of("SPCG-3B", cast.iso_member) is None
    assert revision_of("SPCG-3B", cast.iec_secretary).attachments.count() == 1


def test_words_of_imported_files_are_found(cast):
    importing.import_waiting(keep(cast.iso_secretary), cast.iso_secretary)
    read_files()

    assert [str(each) for each in register_of(cast.observer, q="TSAG-TD12")] == ["SPCG-1"]
    assert [str(each) for each in register_of(cast.observer, q="terms")] == ["SPCG-1"]


def test_same_table_twice_adds_nothing(cast):
    importing.import_waiting(keep(cast.iso_secretary), cast.iso_secretary)
    plan = importing.plan_of(keep(cast.iso_secretary))

    assert (len(plan.known), plan.wanted, plan.faulty) == (3, [], [])
    assert importing.import_plan(plan, cast.iso_secretary) == 0


def test_import_pressed_twice_is_one_import(cast):
    waiting = keep(cast.iso_secretary)
    importing.import_waiting(waiting, cast.iso_secretary)

    with pytest.raises(Refused, match="imported already"):
        importing.import_waiting(waiting, cast.iso_secretary)
    assert Revision.objects.count() == 4


def test_import_is_for_secretaries(cast):
    waiting = keep(cast.iso_secretary)
    for name in ("iso_member", "observer", "administrator", "outsider"):
        with pytest.raises(NotAllowed):
            keep(cast.fresh(name))
        with pytest.raises(NotAllowed):
            importing.import_waiting(waiting, cast.fresh(name))
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("SPCG;A;;;;;;;;", "no reference"),
        ("SPCG-0;A;;;;;;;;", "no reference"),
        ("SPCG-47BB;A;;;;;;;;", "no reference"),
        ("SPCG-5;;;;;;;;;", "The title is missing"),
        ("SPCG-5;A;novel;;;;;;;", "is none of: Paper"),
        ("SPCG-5;A;;lost;;;;;;", "is none of: Draft"),
        ("SPCG-5;A;;;tomorrow week;;;;;", "is no date"),
        ("SPCG-5;A;;;;;missing.docx;;;", "no file “missing.docx”"),
        ("SPCG-5;A;;;;;macro.docx;;;", "is a program"),
        (f"SPCG-5;{'A' * 301};;;;;;;;", "longer than 300"),
        (f"SPCG-5;A;;;;;;{'9' * 61};;", "longer than 60"),
        ("SPCG-5;A;recommendation;approved;;;;;;", "three organizations"),
        ("SPCG-5;A;;;;;;;;\nSPCG 5;A;;;;;;;;", "stands twice"),
        ("SPCG-9A;A;;;;;;;;", "later letter"),
    ],
)
def test_line_at_fault_is_named_and_nothing_is_imported(cast, line, fault):
    make_revision(make_document(number=9), position=2)
    data = archive(**{"macro.docx": b"MZ\x90\0" + bytes(100)})
    waiting = keep(cast.iso_secretary, f"{HEAD}SPCG-1;Good;;;;;;;;\n{line}\n", data)

    plan = importing.plan_of(waiting)
    assert fault in " ".join(plan.faulty[0].faults)
    with pytest.raises(Refused, match="Nothing was imported"):
        importing.import_waiting(waiting, cast.iso_secretary)
    assert list(Document.objects.values_list("number", flat=True)) == [9]
    assert RegisterImport.objects.get(pk=waiting.pk).imported_at is None


@pytest.mark.parametrize("table", ["", "\n", "a,b\n1,2\n", "reference\nSPCG-1", "\x00\x01", '"'])
def test_what_is_no_table_is_refused(db, table):
    with pytest.raises(BadTable):
        read_plan(table, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_table_is_read_in_any_encoding_and_with_any_sign(db, encoding, sign):
    data = f"Reference{sign}Title\r\nSPCG-7{sign}Énergie\r\n".encode(encoding)

    assert [(line.number, line.title) for line in read_plan(decoded(data), {}).lines] == [(7, "Énergie")]


def test_files_that_no_line_names_are_told(cast):
    plan = importing.plan_of(keep(cast.iso_secretary, data=archive(**{"stray.txt": b"x"})))

    assert plan.unused == ["stray.txt"]


# The pages ------------------------------------------------------------------------------------


def upload(client, table=TABLE, data=None):
    files = {"table": SimpleUploadedFile("register.csv", table.encode())}
    if data is not None:
        files["folder"] = SimpleUploadedFile("files.zip", data)
    return client.post("/documents/import/", files)


def test_pages_check_first_and_import_then(cast, client_of):
    client = client_of("iec_secretary")
    answer = upload(client, data=archive())
    page = client.get(answer.url).content.decode()

    assert "Import 3 revisions and 2 files" in page
    assert Document.objects.count() == 0
    done = client.post(answer.url, follow=True).content.decode()
    assert "3 revisions are imported." in done
    assert Document.objects.count() == 2
    assert client.post(answer.url, follow=True).status_code == 200
    assert Document.objects.count() == 2


def test_check_page_has_no_button_while_a_line_is_at_fault(cast, client_of):
    client = client_of("iec_secretary")
    page = client.get(upload(client).url).content.decode()

    assert "2 lines are at fault" in page
    assert "Line 2, SPCG-1: There is no file “Terms.docx”." in page
    assert "The table cannot be imported yet" in page
    assert "Import 1 revision" not in page


@pytest.mark.parametrize(
    ("table", "data", "error"),
    [
        ("nothing", None, "must name the columns"),
        (TABLE, b"no archive", "is damaged"),
        (TABLE, b"PK\x05\x06" + bytes(10), "is damaged"),
    ],
)
def test_bad_upload_is_told_and_never_an_error(cast, client_of, table, data, error):
    answer = upload(client_of("iec_secretary"), table, data)

    assert answer.status_code == 200
    assert error in answer.content.decode()
    assert RegisterImport.objects.count() == 0


@pytest.mark.parametrize("name", ["../evil.docx", "/etc/passwd", "C:\\x.docx"])
def test_archive_that_points_outside_is_refused(cast, client_of, name):
    answer = upload(client_of("iec_secretary"), TABLE, archive(**{name: b"x"}))

    assert "point outside" in answer.content.decode()


def test_archive_that_is_a_bomb_is_refused(cast, client_of):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("Terms.docx", bytes(30_000_000))

    assert "unpack to far more" in upload(client_of("iec_secretary"), TABLE, out.getvalue()).content.decode()


def test_archive_of_too_much_is_refused_line_by_line_and_nothing_is_lost(cast, client_of, monkeypatch):
    """A file that takes long to judge, named by many lines. Seen red without the bound of the whole."""
    monkeypatch.setattr(importing, "ARCHIVE_SECONDS", 0.2)
    lines = "".join(f"SPCG-{number};Long;paper;approved;;;Long.txt\n" for number in range(10, 110))
    client, long = client_of("iec_secretary"), b"A long text. " * 300_000

    address = upload(client, HEAD + lines, archive(**{"Long.txt": long})).url
    page = client.get(address).content.decode()

    assert "There is too much to look into at once." in page
    assert 0 < page.count("too much to look into") < 100
    assert RegisterImport.objects.get().table.endswith(lines)
    client.post(address)
    assert Document.objects.count() == 0


# The command ----------------------------------------------------------------------------------


def test_command_imports_a_folder(cast, tmp_path, capsys):
    (tmp_path / "files" / "folder").mkdir(parents=True)
    (tmp_path / "files" / "Terms.docx").write_bytes(word_bytes())
    (tmp_path / "files" / "folder" / "Plan B.docx").write_bytes(word_bytes())
    (tmp_path / "register.csv").write_text(TABLE)
    arguments = (str(tmp_path / "register.csv"), str(tmp_path / "files"))

    call_command("import_register", *arguments, check=True)
    assert Document.objects.count() == 0
    call_command("import_register", *arguments)
    call_command("import_register", *arguments)

    said = capsys.readouterr().out
    assert "3 revisions and 2 files would be imported." in said
    assert "imported: 3 new." in said
    assert "imported: 0 new." in said
    assert revision_of("SPCG-1", cast.observer).author is None


def test_command_names_the_lines_at_fault(cast, tmp_path, capsys):
    (tmp_path / "register.csv").write_text(TABLE)

    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_register", str(tmp_path / "register.csv"))
    assert "line 2: There is no file “Terms.docx”." in capsys.readouterr().err
    assert Document.objects.count() == 0


def test_folder_gives_no_file_outside_of_it(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    home = tmp_path / "home"
    home.mkdir()
    (home / "link.txt").symlink_to(tmp_path / "secret.txt")
    (home / "own.txt").write_text("own")

    assert list(files_of_folder(home)) == ["own.txt"]


def test_registering_after_an_import_goes_on_with_the_next_number(cast):
    importing.import_waiting(keep(cast.iso_secretary), cast.iso_secretary)

    assert str(register.register_document(cast.iso_secretary, title="New", kind="paper")) == "SPCG-4"
