"""trust.md, section 4, over every mail that the portal can send, as its bytes reach the mail server."""

from __future__ import annotations

import ast
import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils import timezone

from post import envelope
from post.models import Delivery, Mailing
from post.services.claims import claim_letter, claim_notices
from post.services.messages import compose, wrap
from post.streams import OFFICIAL, STREAMS
from spcg_portal.tests.mails import MAILS, kinds, sources

KEPT = {"From", "To", "Subject", "Date", "Message-ID", "List-Id", "X-Auto-Response-Suppress", "MIME-Version"}


class Html(HTMLParser):
    """Links, what is loaded from elsewhere, and the words, of a mail's HTML."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.loaded, self.tags, self.words, self.quiet = [], [], set(), [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.add(tag)
        # The line that mail programs show beside the subject says the beginning again.
        self.quiet += tag in ("title", "style") or "display:none" in (values.get("style") or "")
        if tag == "a":
            self.links.append(values["href"])
        self.loaded += [value for name, value in attributes if name in ("src", "background", "srcset", "action")]
        self.loaded += re.findall(r"url\(", values.get("style") or "")

    def handle_endtag(self, tag):
        self.quiet -= tag in ("title", "style") or (tag == "div" and self.quiet > 0)

    def handle_data(self, data):
        if not self.quiet:
            self.words += data.split()


def sent():
    """(row, message) of all that waits, as the mail server would get it."""
    Mailing.objects.filter(state="held").update(state="sending")
    rows = claim_notices()
    for letter in Mailing.objects.filter(kind="letter", state="sending"):
        rows += claim_letter(letter)
    return [(row, message_from_bytes(compose(row, wrap(row.body)).as_bytes(), policy=policy.default)) for row in rows]


@pytest.fixture(params=MAILS, ids=lambda mail: mail.name)
def mails(request, cast, settings):
    settings.BOUNCE_ADDRESS = "bounces@spcg.example"
    Delivery.objects.all().delete()
    request.param.make(cast)
    found = sent()
    assert request.param.signed == any(not row.body.auto_submitted for row, _mail in found)
    return found


def part(mail, kind):
    return mail.get_body((kind,)).get_content()


def test_headers_are_those_of_the_house(mails):
    for row, mail in mails:
        assert set(mail.keys()) >= KEPT
        assert len(mail["Subject"]) <= 70
        assert mail["Message-ID"].startswith(f"<{row.pk}.")
        assert [address.addr_spec for address in mail["To"].addresses] == [row.address]
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert (mail["Auto-Submitted"] == "auto-generated") == (row.body.auto_submitted)
        assert mail["Bcc"] is None
        assert mail["In-Reply-To"] == mail["References"]
        sender = envelope.sender_of(row.pk, row.dated_at)
        assert envelope.delivery_of(sender, timezone.now()) == row.pk


def test_sender_and_list_are_constant_per_stream(mails):
    for row, mail in mails:
        assert re.fullmatch(r"<[\w-]+\.[\w.-]+>", mail["List-Id"])
        if row.mailing.kind == "letter":
            assert mail["Reply-To"]
            assert row.group.lower() in mail["From"].addresses[0].addr_spec.replace("itu-t", "itu-t")
        else:
            assert mail["From"].addresses[0].addr_spec in (
                "portal@spcg.example",
                row.body.from_header.split("<")[-1][:-1],
            )


def test_text_part_says_all_that_the_html_says(mails):
    for _row, mail in mails:
        text = " ".join(part(mail, "plain").split())
        html = Html(part(mail, "html"))
        words = {word.strip("“”.,;:()") for word in html.words} - {"", "●", "■", "◆", "\xa0", "SPCG", "Subject"}
        missing = {word for word in words if word not in text}
        assert missing == set()
        assert [link for link in html.links if link not in text] == []


def test_form_is_what_outlook_reads(mails):
    for _row, mail in mails:
        kinds = [item.get_content_type() for item in mail.walk()]
        assert kinds[kinds.index("multipart/alternative") + 1 :][:2] == ["text/plain", "text/html"]
        html = part(mail, "html")
        assert "max-width:600px" in html.replace(" ", "")
        assert "table" in Html(html).tags
        assert len(part(mail, "plain")) + len(html) < 100_000


def test_nothing_is_loaded_tracked_or_run(mails):
    for _row, mail in mails:
        html = Html(part(mail, "html"))
        assert html.loaded == []
        assert not html.tags & {"img", "script", "iframe", "object", "form", "link", "video", "input"}
        assert all(link.startswith((settings.SITE_URL, "mailto:")) for link in html.links)


def test_one_primary_link_leads_to_the_item_and_no_get_acts(mails, client, request):
    later = request.node.callspec.params["mails"].link_later
    for row, mail in mails:
        html = part(mail, "html")
        assert html.count('bgcolor="#4b2e83"') == 1
        link = re.search(r'bgcolor="#4b2e83"[^>]*><a href="([^"]+)"', html)[1].replace("&amp;", "&")
        assert link in part(mail, "plain")
        before = list(Delivery.objects.order_by("pk").values_list("pk", "state"))
        response = client.get(link.removeprefix(settings.SITE_URL))
        assert response.status_code in ((404,) if later and not row.body.auto_submitted else (200, 302))
        assert "_auth_user_id" not in client.session
        assert list(Delivery.objects.order_by("pk").values_list("pk", "state")) == before


def test_reason_and_the_place_to_change_it_are_said(mails):
    for row, mail in mails:
        text = part(mail, "plain")
        assert re.search(r"\bYou (receive this|are|were) ", text) or "somebody asked for it" in text
        assert (
            "/notifications/" in text if row.body.auto_submitted else "reply to this message" in " ".join(text.split())
        )


def test_first_lines_say_what_and_from_whom(mails):
    for row, mail in mails:
        lines = [line for line in part(mail, "plain").splitlines() if line.strip()]
        head = " ".join(lines[:8])
        assert row.body.subject[:40] in head or row.body.subject.partition(": ")[2][:40] in head
        assert "From" in head or row.group in head


def doors() -> set[str]:
    """Every function outside the tests that opens a mailing."""
    found = set()
    for path, module in sources():
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef) and any(
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "open_mailing"
                for node in ast.walk(function)
            ):
                name = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
                found.add(f"{name}.{function.name}")
    return found


def test_every_door_of_the_post_office_is_in_the_list():
    assert doors() == {mail.door for mail in MAILS}


def test_every_kind_of_notice_is_in_the_list(cast):
    """And what a stream or the list of official acts names is told by somebody."""
    assert OFFICIAL.union(*(stream.kinds for stream in STREAMS)) - kinds() == set()
    next(mail for mail in MAILS if mail.name == "a notice of every kind").make(cast)
    sent_as = {key.rpartition("-")[0] for key in Mailing.objects.values_list("key", flat=True)}
    assert sent_as >= kinds()


def test_a_kind_that_is_known_only_at_run_time_is_refused(tmp_path, settings):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "notices.py").write_text("notify(people, kind=name.lower(), subject='', text='')\n")
    settings.BASE_DIR, settings.ROOMS = tmp_path, "room"
    with pytest.raises(ValueError, match="say the kind of this notice"):
        kinds()


def test_a_kind_is_found_in_a_call_a_constant_a_dict_and_where_it_is_handed_on(tmp_path, settings):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "notices.py").write_text(
        "KIND = 'constant'\n"
        "def tell(who, kind):\n    notify(who, kind=kind)\n"
        "notify(who, kind='call')\nnotify(who, kind=KIND)\ntell(who, 'handed')\n"
        "notify(who, kind='one' if late else 'other')\nnotify(who, **{'kind': 'dict', 'reason': ''})\n"
    )
    settings.BASE_DIR, settings.ROOMS = tmp_path, "room"
    assert kinds() == {"constant", "call", "handed", "one", "other", "dict"}
