"""Every form of the room in a browser, as it opens and with errors: axe, focus, width, policy; also without script."""

import pytest
from django.urls import reverse

from organizations.models import Approval
from organizations.tests.factories import make_committee
from proposals.tests.test_tampering import OWN, SHARED, shared_case

pytestmark = [pytest.mark.browser, pytest.mark.looks]

SUBMIT = "main form[method=post] button.btn-primary"
TYPED = "main form[method=post] :is(input:not([type=hidden]), textarea)"
# Posted from the record's page or by one button; there is no page of their own on which something could be wrong.
BUTTONS = {"unlink", "reopen", "adopt"}
# A page where nothing that is left empty is wrong.
ALWAYS_RIGHT = {"consider", "resolve", "forward", "edit", "propose", "correct", "circulate"}


def forms_of(cast):
    """The address of each form, in a state in which it is offered, with the person who fills it in."""
    make_committee("IEC TC 1", "IEC")
    for name in sorted(set(OWN) - BUTTONS):
        proposal, more, _data = OWN[name](cast)
        yield name, "iec_secretary", reverse(f"proposals:{name}", args=[proposal.reference, *more])
    yield "log", "iso_secretary", reverse("proposals:log")
    for name in sorted(SHARED - BUTTONS - {"log"}):
        proposal, more, _data = shared_case(cast, name)
        yield name, "iso_secretary", reverse(f"proposals:{name}", args=[proposal.reference, *more])


def enter(person, client) -> None:
    """The browser goes on with the session of a client that has signed in."""
    session = client.cookies["sessionid"].value
    person.page.context.add_cookies([{"name": "sessionid", "value": session, "url": person.base}])


def left_empty(person) -> None:
    """Nothing is typed; whoever asks for changes does not say which."""
    asks = person.page.locator(f"[name=verdict][value={Approval.Verdict.CHANGES}]")
    if asks.count():
        asks.check()
    for box in person.page.locator(TYPED).all():
        if box.get_attribute("type") in (None, "text", "search", "email"):
            box.fill("")
    person.follow(person.page.locator(SUBMIT).first)


def too_wide(person) -> bool:
    return person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "dark", "script"), [(1280, False, True), (320, True, True), (375, False, False)])
def test_every_form_opens_and_tells_its_errors_well(cast, client_of, reader, width, dark, script):
    people = {}
    for who in ("iec_secretary", "iso_secretary"):
        people[who] = reader(width=width, dark=dark, **({} if script else {"java_script_enabled": False}))
        enter(people[who], client_of(who))
    faults = []
    for name, who, address in forms_of(cast):
        person = people[who]
        person.open(address)
        if not person.page.locator(SUBMIT).count():
            faults.append(f"{name}: {address} shows no form")
            continue
        faults += _looked_at(person, name, script)
        left_empty(person)
        if name in ALWAYS_RIGHT:
            continue
        faults += _looked_at(person, f"{name} with errors", script)
        if not person.page.locator(".errsum").count():
            faults.append(f"{name}: no summary of errors at {person.page.url}")
        if script and not person.page.evaluate("document.activeElement.classList.contains('errsum')"):
            faults.append(f"{name}: the summary has no focus")
        if not person.page.title().startswith("Error:"):
            faults.append(f"{name}: the title is {person.page.title()}")
    assert faults == []
    assert [line for person in people.values() for line in person.complaints] == []


def _looked_at(person, name: str, script: bool) -> list[str]:
    wide = [f"{name} is wider than the screen"] if too_wide(person) else []
    return wide + ([f"{name}: {fault}" for fault in person.axe()] if script else [])
