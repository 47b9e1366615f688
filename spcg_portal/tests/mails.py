"""Every mail that the portal can send: a door of the post office, and how its service is brought to use it.

A room that calls `open_mailing` itself adds its door here; what goes through `notify` needs no row of its own, since
all notices are written by one template: its kind, which decides headers and way out, is found in the code."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from communications.services.dispatch import send_letter, send_test
from communications.tests.factories import make_letter, make_revision
from core.dates import today
from meetings.services.schedule import cancel_meeting
from meetings.tests.factories import make_planned
from organizations.services.people import open_account
from post.services.digests import send_due_digests
from post.services.mailings import FileSpec
from post.services.notices import notify
from post.services.preferences import choose
from post.streams import STREAMS
from proposals.services.circulation import circulate_proposal, send_circulation_test
from proposals.tests.factories import make_proposal, make_under_approval


@dataclass(frozen=True)
class Mail:
    """`door`: the function that calls open_mailing. `signed`: a letter, which a person signs, is no notice.
    `link_later`: its link works once the letter is released."""

    name: str
    door: str
    make: Callable[[Any], Any]
    signed: bool = False
    link_later: bool = False


def _long(cast: Any) -> None:
    """The longest that a notice can be: every word given, none of them short."""
    notify(
        [cast.iec_secretary, cast.observer],
        kind="comment",
        subject="A comment on a proposal with a title so long that no subject line in the world holds it whole",
        lead="The ISO secretary comments on the proposal “<b>Safety & trust</b>”.",
        text="First paragraph.\n\nSecond paragraph with é, 标准 and a line\n.\nthat begins with a dot.",
        reason="you are a secretary",
        url="/proposals/2020-11/#comment-1",
        action="Read and answer",
        by=cast.iso_secretary,
        facts=[("Deadline", "25 November 2020"), ("Proposer", "SAC")],
        thread="2020-11",
        reply_to="iso.secretary@spcg.example",
        files=[FileSpec("Proposal é.pdf", "application/pdf", b"%PDF-1.4\n")],
    )


def _letter(cast: Any) -> Any:
    revision = make_revision()
    return make_letter(cast, "approved", revisions=[revision], body="Dear colleagues,\n\n- one\n- two\n\n{committee}.")


def _password(cast: Any) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.iso_member.email})


def _appointed(cast: Any) -> None:
    open_account(cast.administrator, email="new@spcg.example", label="IEC member", role="member", organization=cast.IEC)


def _circulated(cast: Any) -> None:
    circulate_proposal(make_proposal(cast), cast.iso_secretary, reply_by_on=today() + timedelta(days=28))


def _tried(cast: Any) -> None:
    send_circulation_test(make_proposal(cast), cast.iso_secretary, reply_by_on=today() + timedelta(days=28))


def _morning(cast: Any) -> None:
    choose(cast.iec_member, {"answers": "daily"})
    for url in ("/proposals/2020-11/#a", "/proposals/2020-12/"):
        notify(
            [cast.iec_member], kind="comment", subject="A <b>comment</b>", text="", reason="you represent IEC", url=url
        )
    send_due_digests((timezone.now() + timedelta(days=2)).replace(hour=12))


def sources() -> list[tuple[Path, ast.Module]]:
    """Every module of every room, without tests and benchmarks."""
    rooms = [settings.BASE_DIR / room for room in settings.ROOMS.split()]
    paths = [path for room in rooms if room.is_dir() for path in room.rglob("*.py")]
    return [(path, ast.parse(path.read_text())) for path in paths if not {"tests", "bench"} & set(path.parts)]


def kinds() -> set[str]:
    """Every kind of notice that the code names: in a call of notify, of a notice's class, or of a function that hands
    its own `kind` on to them; by word or by a constant of the module. Raises ValueError for one that is only known
    when the portal runs, so that none escapes."""
    return set(_kinds_of(settings.BASE_DIR, settings.ROOMS))


@cache
def _kinds_of(_folder: Path, _rooms: str) -> frozenset[str]:
    """Read once per process: a dozen tests ask, and the code does not change under them."""
    modules, found = sources(), set()
    doors = {"notify": None, "Notice": None, **_relays(module for _path, module in modules)}
    for path, module in modules:
        words = {node.targets[0].id: node.value for node in module.body if _is_word(node)}
        for node in ast.walk(module):
            for value in _kinds_in(node, doors):
                if not (isinstance(value, ast.Name) and value.id == "kind"):  # a relay's own, named where it is called
                    found |= _words(words.get(getattr(value, "id", ""), value), f"{path}:{value.lineno}")
    return frozenset(found)


def _is_word(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and hasattr(node.targets[0], "id")


def _relays(modules: Any) -> dict[str, int | None]:
    """Functions that hand their parameter `kind` on to notify, and its place among the arguments."""
    found = {}
    for function in (node for module in modules for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
        names = [argument.arg for argument in function.args.args]
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        handed = [value for call in calls for value in _kinds_in(call, {"notify": None, "Notice": None})]
        if function.name != "notify" and any(isinstance(value, ast.Name) and value.id == "kind" for value in handed):
            found[function.name] = names.index("kind") if "kind" in names else None
    return found


def _kinds_in(node: ast.AST, doors: dict[str, int | None]) -> list[ast.expr]:
    """What a call of one of the doors, or a dict that is given on as **words, says after `kind`."""
    if isinstance(node, ast.Dict):
        pairs = {getattr(key, "value", None): value for key, value in zip(node.keys, node.values, strict=True)}
        return [pairs["kind"]] if {"kind", "reason"} <= set(pairs) else []
    name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
    if name not in doors:
        return []
    place = doors[name]
    return [word.value for word in node.keywords if word.arg == "kind"] + (
        [node.args[place]] if place is not None and len(node.args) > place else []
    )


def _words(value: ast.expr, where: str) -> set[str]:
    found = {node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    if not found:
        raise ValueError(f"{where}: say the kind of this notice by word or constant")
    return found


def _every_kind(cast: Any) -> None:
    """One notice of each, to a reader who wants all of them at once."""
    choose(cast.iec_secretary, dict.fromkeys((stream.key for stream in STREAMS), "at_once"))
    for kind in sorted(kinds()):
        notify(
            [cast.iec_secretary],
            kind=kind,
            subject=f"A notice of the kind {kind}",
            text="What is to be done, and by when.",
            reason="you are a secretary",
            url="/proposals/",
            by=cast.iso_secretary,
        )


NOTICE = "post.services.notices._post"
MAILS = [
    Mail("a notice with all it can hold", NOTICE, _long),
    Mail(
        "a letter, and the sender's copy",
        "communications.services.dispatch._release",
        lambda cast: send_letter(_letter(cast), cast.iso_secretary),
        signed=True,
    ),
    Mail(
        "the sender's copy",
        "communications.services.dispatch._copy_to",
        lambda cast: send_letter(_letter(cast), cast.iso_secretary),
        signed=True,
    ),
    Mail(
        "a letter's test",
        "communications.services.dispatch.send_test",
        lambda cast: send_test(_letter(cast), cast.iso_secretary, token=uuid.uuid4()),
        signed=True,
        link_later=True,
    ),
    Mail("a request to approve a letter", NOTICE, lambda cast: make_letter(cast, "proposed")),
    Mail("the mail of the morning", "post.services.digests._open", _morning),
    Mail("a new password", "post.services.notices.send_secret", _password),
    Mail("an appointment", NOTICE, _appointed),
    Mail("a proposal circulated", NOTICE, _circulated),
    Mail("a proposal's test", "proposals.services.notices.send_test", _tried),
    Mail("a request to approve a recommendation", NOTICE, make_under_approval),
    Mail("a meeting cancelled", NOTICE, lambda cast: cancel_meeting(make_planned(), cast.iso_secretary)),
    Mail("a notice of every kind", NOTICE, _every_kind),
]
