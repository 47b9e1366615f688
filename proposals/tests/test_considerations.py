"""Lists of considerations: shipped once, prepared and put in force by the administrator, then never changed again."""

import pytest
from django.core.management import call_command

from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState
from proposals.forms.checklist import lines_of
from proposals.models import ConsiderationList
from proposals.queries.checklist import list_in_force
from proposals.services.considerations import (
    edit_considerations,
    enforce_considerations,
    prepare_considerations,
    ship_considerations,
)

LINES = [("The scope is clear.", "Also to outsiders."), ("Committees were asked.", ""), ("Liaisons are listed.", "")]


def ship(lines=LINES, **overrides):
    values = {"title": "Considerations", "source": "Public guidance.", "is_reconstruction": True, **overrides}
    ship_considerations(lines=lines, **values)
    return list_in_force()


def edit(draft, by, lines, version=None, **overrides):
    values = {"title": draft.title, "source": draft.source, "is_reconstruction": False, **overrides}
    return edit_considerations(draft, by, version or draft.version, lines=lines, **values)


def newer(cast, lines):
    """Another list, put in force by the administrator."""
    draft = edit(prepare_considerations(cast.administrator), cast.administrator, lines)
    return enforce_considerations(draft, cast.administrator, draft.version)


def text_of(response):
    return response.content.decode()


def test_the_shipped_list_has_twelve_considerations_and_is_labelled_a_reconstruction(db):
    call_command("set_up", verbosity=0)
    call_command("set_up", verbosity=0)
    found = ConsiderationList.objects.get()
    assert (found.number, found.state, found.lines.count()) == (1, "in_force", 12)
    assert found.label == "A reconstruction from public sources, not the text of SPCG-32C."


def test_only_the_administrator_prepares_a_list_and_there_is_one_draft(cast):
    ship()
    for name in ("iso_secretary", "iec_member", "observer"):
        with pytest.raises(NotAllowed):
            prepare_considerations(cast.fresh(name))
    draft = prepare_considerations(cast.administrator)
    assert prepare_considerations(cast.administrator) == draft
    assert draft.text == list_in_force().text


def test_a_list_that_is_or_was_in_force_is_never_changed(cast):
    first = ship()
    with pytest.raises(WrongState):
        edit(first, cast.administrator, [("Another.", "")])
    second = newer(cast, [("Another.", "")])
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "in_force")
    for item in (first, second):
        with pytest.raises(WrongState):
            edit(item, cast.administrator, [("A third one.", "")])
    assert [line.text for line in first.lines.all()] == [text for text, _help in LINES]


def test_a_line_with_the_same_words_keeps_its_key(cast):
    first = ship()
    second = newer(cast, [LINES[2], ("New words.", ""), LINES[0]])
    keys = {line.text: line.key for line in first.lines.all()}
    found = {line.text: line.key for line in second.lines.all()}
    assert found["Liaisons are listed."] == keys["Liaisons are listed."]
    assert found["The scope is clear."] == keys["The scope is clear."]
    assert found["New words."] not in keys.values()


def test_two_administrators_who_edit_see_each_other(cast):
    ship()
    draft = prepare_considerations(cast.administrator)
    opened = draft.version
    edit(draft, cast.administrator, [("First.", "")], opened)
    with pytest.raises(Conflict):
        edit(ConsiderationList.objects.get(pk=draft.pk), cast.administrator, [("Second.", "")], opened)
    assert ConsiderationList.objects.get(pk=draft.pk).text == "First."


def test_only_what_was_checked_is_put_in_force_and_only_once(cast):
    ship()
    draft = prepare_considerations(cast.administrator)
    checked = draft.version
    draft = edit(draft, cast.administrator, [("Changed since.", "")])
    with pytest.raises(Conflict):
        enforce_considerations(draft, cast.administrator, checked)
    with pytest.raises(NotAllowed):
        enforce_considerations(draft, cast.iso_secretary, draft.version)
    enforce_considerations(draft, cast.administrator, draft.version)
    with pytest.raises(AlreadyDone):
        enforce_considerations(draft, cast.administrator, draft.version)
    assert ConsiderationList.objects.filter(state="in_force").count() == 1


@pytest.mark.parametrize("lines", [[], [("Twice.", ""), ("Twice.", "")], [(f"Line {n}.", "") for n in range(61)]])
def test_a_list_without_a_line_with_one_twice_or_with_too_many_is_refused(cast, lines):
    ship()
    draft = prepare_considerations(cast.administrator)
    with pytest.raises(Refused):
        edit(draft, cast.administrator, lines)
    assert ConsiderationList.objects.get(pk=draft.pk).lines.count() == 3


def test_history_keeps_the_list_before_and_after(cast):
    ship()
    draft = edit(prepare_considerations(cast.administrator), cast.administrator, [("One.", "Help.")])
    entry = draft.history.get(action="edit")
    assert entry.before["text"].startswith("The scope is clear.\nAlso to outsiders.")
    assert entry.after["text"] == "One.\nHelp."
    assert (entry.before["is_reconstruction"], entry.after["is_reconstruction"]) == (True, False)


def test_a_pasted_list_loses_its_numbers_and_keeps_its_help():
    pasted = (
        "1. The scope is clear.\nAlso to outsiders.\n\n\n(2) Committees were asked.\n  \n• Liaisons.\n\n2020 is a year"
    )
    assert lines_of(pasted) == [
        ("The scope is clear.", "Also to outsiders."),
        ("Committees were asked.", ""),
        ("Liaisons.", ""),
        ("2020 is a year", ""),
    ]


# Pages ------------------------------------------------------------------------------------


def test_the_administrator_replaces_the_list_on_the_portals_pages(cast, client_of):
    ship()
    client = client_of("administrator")
    page = client.post("/considerations/new/", follow=True)
    assert page.redirect_chain[-1][0] == "/considerations/2/edit/"
    data = {"title": "SPCG-32C", "source": "SPCG-32C, annex", "text": "1. Ask first.\n\n2. Then write.", "version": 1}
    assert client.post("/considerations/2/edit/", data).status_code == 302
    check = text_of(client.get("/considerations/2/enforce/"))
    assert "[added:]" in check
    assert "[removed:]" in check
    version = ConsiderationList.objects.get(number=2).version
    client.post("/considerations/2/enforce/", {"version": version})
    assert [line.text for line in list_in_force().lines.all()] == ["Ask first.", "Then write."]
    page = text_of(client.get("/considerations/2/"))
    assert "reconstruction" not in page.lower()
    assert "reconstruction" in text_of(client.get("/considerations/1/")).lower()
    assert "[added:]" in text_of(client.get("/considerations/compare/?first=2&second=1", follow=True))


def test_a_draft_is_seen_by_the_administrator_only(cast, client_of):
    ship()
    prepare_considerations(cast.administrator)
    reader, outsider = client_of("iso_secretary"), client_of("outsider")
    for path in ("/considerations/2/", "/considerations/2/edit/", "/considerations/1/compare/2/"):
        assert reader.get(path).status_code == 404
        assert client_of("administrator").get(path).status_code == 200
    assert reader.get("/considerations/1/").status_code == 200
    assert outsider.get("/considerations/").status_code == 404
    assert "administrator keeps" in text_of(reader.post("/considerations/new/", follow=True))


def test_a_conflict_shows_what_stands_and_keeps_what_was_written(cast, client_of):
    ship()
    draft = prepare_considerations(cast.administrator)
    edit(draft, cast.administrator, [("Colleague's line.", "")])
    data = {"title": "T", "source": "", "text": "My own line.", "version": 1}
    client = client_of("administrator")
    page = client.post("/considerations/2/edit/", data)
    assert "Colleague&#x27;s line." in text_of(page)
    assert "My own line." in text_of(page)
    assert page.context["form"]["version"].value() == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "Enter: Considerations."),
        ("x" * 501, "more than 500"),
        ("A.\n\nA.", "stands in the list twice"),
        ("\x00", ""),
    ],
)
def test_bad_input_is_answered_in_words(cast, client_of, text, error):
    ship()
    prepare_considerations(cast.administrator)
    page = client_of("administrator").post("/considerations/2/edit/", {"title": "T", "text": text, "version": 1})
    assert page.status_code == 200
    assert "errsum" in text_of(page)
    assert error in text_of(page)
