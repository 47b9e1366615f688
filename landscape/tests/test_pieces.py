"""Pieces that are kept are never another reader's, and never of yesterday.

Seen red: without the figures of the result in `Row.shown`, without the titles of committees in it, and with the token
in the kept piece."""

import re

from core.models import User
from landscape import pieces
from landscape.models import Area
from landscape.services.areas import edit_area
from landscape.services.comments import comment_on_area
from landscape.services.decisions import record_decision
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_full_area, make_round
from landscape.tests.pages import text_of
from organizations.models import Committee
from organizations.tests.factories import make_committee

TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def test_the_list_shows_at_once_what_has_changed(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    client, seen = client_of("iso_member"), set()

    def changes(write, words: str) -> None:
        seen.add(row_of(client, "/landscape/"))
        write()
        assert words in row_of(client, "/landscape/")
        assert row_of(client, "/landscape/") not in seen

    def edit(**values):
        edit_area(area, cast.iso_secretary, Area.objects.get(pk=area.pk).version, reason="R", **values)
        area.refresh_from_db()

    changes(lambda: edit(name="Harbours"), "Harbours")
    changes(lambda: edit(mechanisms=[("focus_group", "")]), "Focus group")
    changes(lambda: Committee.objects.update(title="Another title"), "Another title")
    changes(lambda: edit(committees=[make_committee("ISO/TC 999", "ISO")]), "ISO/TC 999")
    changes(lambda: comment_on_area(area, cast.iec_member, "Said"), "#comments")
    changes(lambda: give_score(round, area, cast.iso_member, 4), "ISO 4.0")
    changes(lambda: give_score(round, area, cast.iec_member, 4), "IEC 4.0")
    changes(lambda: give_score(round, area, cast.iec_member, 2), "IEC 2.0")
    changes(lambda: decide(area, cast, "yes"), "Extra support: Yes")
    changes(lambda: decide(area, cast, "later"), "Extra support: Later")


def test_the_ranking_shows_at_once_what_has_changed(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    client = client_of("iso_member")
    assert "hidden until you have scored" in row_of(client, "/landscape/ranking/")
    give_score(round, area, cast.iso_member, 4)
    assert "<b>4.0</b>" in row_of(client, "/landscape/ranking/")
    give_score(round, area, cast.iec_member, 2)
    assert "2.0 apart" in row_of(client, "/landscape/ranking/")
    assert "change" in row_of(client, "/landscape/ranking/")
    close_round(round, cast.iso_secretary)
    assert "change" not in row_of(client, "/landscape/ranking/")
    decide(area, cast, "no")
    assert "Extra support: No" in row_of(client, "/landscape/ranking/")


def test_forms_below_a_comment_carry_the_tokens_of_their_own_page(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    comment_on_area(area, cast.iec_member, "Said")
    tokens = {}
    for who in ("iso_member", "iec_member"):
        client = client_of(who)
        page = text_of(client.get(area.get_absolute_url()))
        found = TOKENS.findall(page[page.index('id="threads"') : page.index('id="comment"')])
        assert len(found) == 2
        tokens[who] = (set(found), set(re.findall(r'name="token" value="([^"]+)"', page)))
    assert tokens["iso_member"][0].isdisjoint(tokens["iec_member"][0])
    assert tokens["iso_member"][1].isdisjoint(tokens["iec_member"][1])


def test_what_another_wrote_is_new_to_one_reader_and_not_to_its_author(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    comment_on_area(area, cast.iec_member, "Said")
    User.objects.update(previous_visit_at=area.added_at)
    marked = {
        who: '<span class="new">new</span>' in text_of(client_of(who).get(area.get_absolute_url()))
        for who in ("iso_member", "iec_member")
    }
    assert marked == {"iso_member": True, "iec_member": False}


def test_a_value_of_the_request_is_put_in_escaped_and_never_kept(monkeypatch):
    monkeypatch.setattr(pieces, "render_to_string", lambda template, context: f"({context['csrf_token']})")
    given = [pieces.drawn("x.html", ("one",), {}, {"csrf_token": token}) for token in ("<a>", "b")]
    assert given == ["(&lt;a&gt;)", "(b)"]


def decide(area: Area, cast, answer: str) -> None:
    last = area.decisions.first()
    record_decision(area, cast.iso_secretary, answer=answer, reason="R", seen=last.pk if last else 0)


def row_of(client, path: str) -> str:
    page = text_of(client.get(path))
    return page[page.index("<tbody>") : page.index("</tbody>")]
