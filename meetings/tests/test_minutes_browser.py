"""Minutes by the keyboard alone, with and without the browser's script: who is in charge is named in the line."""

from __future__ import annotations

import pytest

from meetings.models import Outcome

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_person_is_named_by_keyboard_and_a_wrong_name_keeps_the_line(demo, reader, script):
    secretary = reader(java_script_enabled=script)
    secretary.sign_in("iso.secretary", "/meetings/8/minutes/")
    keys, line = secretary.page.keyboard, secretary.page.locator("#id_line")
    line.focus()
    keys.type("a: Tell the boards @nobody@spcg.example due 15 December 2030")
    with secretary.page.expect_navigation():
        keys.press("Enter")
    assert "Nobody here has the address nobody@spcg.example." in secretary.page.inner_text("main")
    assert line.input_value() == "a: Tell the boards @nobody@spcg.example due 15 December 2030"
    line.focus()
    keys.press("Control+A")
    keys.type("a: Tell the boards @itu-t secretary due 15 December 2030")
    with secretary.page.expect_navigation():
        keys.press("Enter")
    assert "is recorded: “Tell the boards”" in secretary.page.inner_text("main")
    assert line.input_value() == ""
    outcome = Outcome.objects.get(text="Tell the boards")
    assert (outcome.owner_user.email, str(outcome.due_on)) == ("itu-t.secretary@spcg.example", "2030-12-15")
    assert secretary.complaints == []
