"""A browser for the tests: Debian's Chromium, its clicks counted, every violation of the policy kept."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PASSWORD = "spcg-demo"


def executable() -> str | None:
    """Where Chromium is, if it is installed."""
    return shutil.which("chromium")


def launch():
    """A started playwright and its browser; the caller stops both."""
    player = sync_playwright().start()
    return player, player.chromium.launch(executable_path=executable(), args=FLAGS)


@dataclass
class Reader:
    """A person at a screen: what was clicked, typed and seen, and what the browser complained about."""

    page: Page
    base: str
    clicks: int = 0
    keys: int = 0
    screens: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("framenavigated", self._count_screen)

    def _listen(self, message) -> None:
        if "Content Security Policy" in message.text or message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _count_screen(self, frame) -> None:
        if frame == self.page.main_frame:
            self.screens += 1

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.base + path)

    def click(self, role: str, name: str, **more) -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, **more).first.click()

    def go(self, role: str, name: str, **more) -> None:
        """A click that leads to another page, which is there when this returns."""
        self.follow(self.page.get_by_role(role, name=name, **more).first)

    def follow(self, control) -> None:
        """Presses a link or button and waits for the page it leads to: a click alone may return before it."""
        self.clicks += 1
        with self.page.expect_navigation():
            control.click()

    def send(self) -> None:
        """Presses the page's primary button and waits for the answer."""
        self.follow(self.page.locator("main form[method=post] button.btn-primary").first)

    def type(self, label: str, text: str) -> None:
        self.keys += len(text)
        # A required field's label carries a hidden asterisk.
        self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")).first.fill(text)

    def sign_in(self, name: str, path: str = "/") -> None:
        self.open(f"/accounts/login/?next={path}")
        self.page.locator("[name=login]").fill(f"{name}@spcg.example")
        self.page.locator("[name=password]").fill(PASSWORD)
        self.go("button", "Sign in", exact=True)
        self.clicks = self.keys = self.screens = 0

    def show(self, width: int, dark: bool) -> None:
        """The same page on a screen of that width, in light or dark; colours change at once."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands; an empty list is the aim."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{self.page.url}: {item['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
            for item in found
            for node in item["nodes"][:3]
        ]
