"""python -m spcg_portal.bench_stories: story (a), a proposal logged and circulated, in seconds, screens and clicks.

Starts a server of its own with fresh demonstration data on a free port of this computer, signs a secretary in with
Chromium, types at 200 ms a key, rests a second at every click, and stops everything by itself. At most 120 seconds, 4
screens and 12 clicks are allowed for each way; more is an exit status of 1."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docx import Document

from spcg_portal.tests.browser import Reader, executable, launch
from spcg_portal.tests.processes import clean_environment, free_port, health, python, start, wait_until

KEY_MS = 200
REST = 1.0
LIMITS = (120.0, 4, 12)
ANSWERS = {
    "Title": "Safety of connected toys",
    "Scope": "Standardization in the field of safety of toys that are connected to a network: risks to children, "
    "updates of software, protection of personal data, and information for parents.",
    "Proposed by": "SAC (China)",
}


@contextmanager
def served() -> Iterator[str]:
    """The address of a server with fresh data; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="spcg-stories-") as folder:
        environment = clean_environment(Path(folder), DEMO="1")
        for command in ("migrate", "loaddemo"):
            python("manage.py", command, "--verbosity=0", env=environment, timeout=300).check_returncode()
        port = free_port()
        server = start(
            "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload", env=environment, log=Path(folder) / "log"
        )
        try:
            if not wait_until(lambda: health(port)[0] != 0 or server.poll() is not None) or server.poll() is not None:
                raise SystemExit("The server did not start.")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def received_form(folder: str) -> str:
    """A Word form as it is received."""
    document = Document()
    document.add_heading("Proposal for a new field of technical activity")
    table = document.add_table(rows=0, cols=2)
    for label, text in (("Title", ANSWERS["Title"]), ("Scope", ANSWERS["Scope"]), ("Proposer", ANSWERS["Proposed by"])):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, text
    path = str(Path(folder) / "Proposal form (SAC).docx")
    document.save(path)
    return path


def typed(secretary: Reader, form: str) -> None:
    """By hand: every answer typed, the form attached."""
    for label, text in ANSWERS.items():
        secretary.clicks += 1
        time.sleep(REST)
        secretary.keys += len(text)
        field = secretary.page.locator(f"#{secretary.page.get_by_label(label).first.get_attribute('id')}")
        field.press_sequentially(text, delay=KEY_MS, timeout=120_000)
    secretary.clicks += 1
    time.sleep(REST)
    secretary.page.locator("[name=files]").set_input_files(form)


def dropped(secretary: Reader, form: str) -> None:
    """The received form is dropped on the page, where scripts run."""
    secretary.clicks += 1
    time.sleep(REST)
    with secretary.page.expect_navigation():
        secretary.page.locator("[name=received_form]").set_input_files(form)


def chosen(secretary: Reader, form: str) -> None:
    """The received form is chosen and read with the button, without any script."""
    secretary.clicks += 1
    time.sleep(REST)
    secretary.page.locator("[name=received_form]").set_input_files(form)
    press(secretary, "button", "Read the form")


def press(secretary: Reader, role: str, name: Any) -> None:
    time.sleep(REST)
    secretary.go(role, name)


def story(
    browser: Any, address: str, form: str, fill: Callable[..., None], script: bool
) -> tuple[float, int, int, int]:
    """Seconds, screens, clicks and keys from the list of proposals to the confirmation."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script)
    secretary = Reader(context.new_page(), address)
    secretary.sign_in("iso.secretary", "/proposals/")
    secretary.clicks = secretary.keys = secretary.screens = 0
    begun = time.perf_counter()
    press(secretary, "link", "Log a proposal")
    fill(secretary, form)
    press(secretary, "button", "Log the proposal")
    press(secretary, "button", re.compile(r"^Circulate to \d+ people"))
    secretary.page.get_by_text("Circulated to").first.wait_for()
    seconds = time.perf_counter() - begun
    context.close()
    return seconds, secretary.screens, secretary.clicks, secretary.keys


def main() -> int:
    """Prints the table; the exit status says whether every way keeps to the limits."""
    if executable() is None:
        sys.stderr.write("Chromium is missing: apt-get install chromium\n")
        return 1
    ways = (("typed by hand", typed, True), ("form dropped", dropped, True), ("form chosen, no script", chosen, False))
    sys.stdout.write(f"{'story (a), 200 ms a key':28}{'seconds':>10}{'screens':>10}{'clicks':>10}{'keys':>10}\n")
    kept = True
    with tempfile.TemporaryDirectory(prefix="spcg-form-") as folder, served() as address:
        player, browser = launch()
        try:
            for label, fill, script in ways:
                found = story(browser, address, received_form(folder), fill, script)
                sys.stdout.write(f"{label:28}{found[0]:10.1f}{found[1]:10}{found[2]:10}{found[3]:10}\n")
                sys.stdout.flush()
                kept = kept and all(value <= limit for value, limit in zip(found, LIMITS, strict=False))
        finally:
            browser.close()
            player.stop()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
