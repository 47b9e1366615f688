"""Drives one mailing through separate processes, as production runs them, against the PostgreSQL and Redis of
DATABASE_URL and REDIS_URL: gunicorn, two workers and a beat; the mails end at a server that really speaks SMTP."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from aiosmtpd.controller import Controller

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from spcg_portal.tests.processes import free_port, health, start, wait_until  # noqa: E402

GROUPS = ("ISO", "IEC", "ITU-T")
RECIPIENTS_PER_GROUP = 200
VAR = Path(os.environ["SPCG_VAR"])


def say(text: str) -> None:
    sys.stdout.write(f"drive: {text}\n")
    sys.stdout.flush()


class Sink:
    """Takes every mail and counts: per recipient, per message, per connection."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.recipients: Counter[str] = Counter()
        self.messages: Counter[bytes] = Counter()
        self.connections: set[tuple] = set()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        lines = envelope.content.splitlines()
        identity = next(line for line in lines if line.lower().startswith(b"message-id:"))
        with self.lock:
            self.recipients.update(address.lower() for address in envelope.rcpt_tos)
            self.messages[identity] += 1
            self.connections.add(session.peer)
        return "250 OK"


@contextlib.contextmanager
def processes(port: int):
    """The processes of production, each stopped by its own id."""
    commands = {
        "web": f"gunicorn -c spcg_portal/gunicorn.py -b 127.0.0.1:{port} -w 2 spcg_portal.wsgi",
        "worker-1": "celery -A spcg_portal worker -n one@%h --concurrency 1 --loglevel INFO",
        "worker-2": "celery -A spcg_portal worker -n two@%h --concurrency 1 --loglevel INFO",
        "beat": "celery -A spcg_portal beat --pidfile=",
    }
    running = {
        name: start("-m", *command.split(), env=dict(os.environ), log=VAR / f"{name}.log")
        for name, command in commands.items()
    }
    try:
        yield running
    except BaseException:
        for name in running:
            sys.stdout.write(f"---- {name}\n{(VAR / f'{name}.log').read_text()[-4000:]}\n")
        raise
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: ended(process) for name, process in running.items()}
    assert set(codes.values()) == {0}, f"not stopped cleanly: {codes}"


def ended(process: subprocess.Popen) -> int:
    try:
        return process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def prepare() -> None:
    """The tables and the demonstration data."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("loaddemo", verbosity=0)


def send_letter() -> int:
    """One mailing to three groups, written through the post office's service; its number. The bell rings twice,
    so that both workers go for the same rows."""
    from post.services.bell import ring
    from post.services.mailings import BodySpec, RecipientSpec, open_mailing

    mailing = open_mailing(
        "letter",
        f"drive-{os.getpid()}",
        "A letter through separate workers",
        bodies=[
            BodySpec(subject=f"To {group}", text="Dear colleagues", html="<p>Dear colleagues</p>", group=group)
            for group in GROUPS
        ],
        recipients=[
            RecipientSpec(address=f"{group.lower()}.{number}@drive.example", group=group)
            for group in GROUPS
            for number in range(RECIPIENTS_PER_GROUP)
        ],
        hold_seconds=0,
    )
    ring()
    return mailing.pk


def watch(number: int, seconds: float) -> Counter[str]:
    """The states of the ledger's rows, once none is open or the time is over."""
    from post.models import Delivery

    end = time.monotonic() + seconds
    while True:
        states = Counter(Delivery.objects.filter(mailing=number).values_list("state", flat=True))
        if not set(states) & set(Delivery.OPEN) or time.monotonic() > end:
            return states
        time.sleep(0.5)


def drive(port: int, sink: Sink) -> None:
    from post.models import Mailing

    expected = len(GROUPS) * RECIPIENTS_PER_GROUP
    assert wait_until(lambda: health(port) == (200, "ok"), 60), f"health page: {health(port)}"
    say("web, two workers and beat are up; /healthz 200")
    before = time.monotonic()
    number = send_letter()
    states = watch(number, 180)
    assert states == {"sent": expected}, f"the ledger says {states}"
    say(f"{expected} deliveries sent in {time.monotonic() - before:.1f} s over {len(sink.connections)} connections")
    ours = {address: times for address, times in sink.recipients.items() if address.endswith("@drive.example")}
    assert (len(ours), set(ours.values())) == (expected, {1}), "somebody got none, or two"
    idle = [name for name in ("worker-1", "worker-2") if "post.send_due" not in (VAR / f"{name}.log").read_text()]
    assert not idle, f"never worked: {idle}"
    assert set(sink.messages.values()) == {1}, "a message was sent twice"
    assert wait_until(lambda: Mailing.objects.get(pk=number).state == "finished", 30), "the mailing is not finished"
    assert health(port) == (200, "ok")
    say("both workers worked; every recipient got exactly one; the mailing is finished; /healthz 200")


def main() -> None:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "spcg_portal.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{controller.port}",
        "PORT": str(port),
    }
    VAR.mkdir(parents=True, exist_ok=True)
    try:
        prepare()
        with processes(port):
            drive(port, sink)
        say("all processes stopped cleanly")
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
