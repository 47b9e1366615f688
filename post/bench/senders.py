"""What is compared, each in a process of its own: `python -m post.bench.senders NAME NUMBER ATTACHMENT_KB`.

Prints "ready", waits for a line, sends, and prints the seconds it took."""

from __future__ import annotations

import os
import random
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

SENDER = "portal@spcg.example"


def content(attachment_kb: int) -> tuple[str, str, bytes]:
    """Text and HTML of together 8 kB, and a file."""
    dice = random.Random(8)  # noqa: S311
    words = "coordination standards programme boards committees convenors scope overlap liaison".split()
    text = "\n\n".join(" ".join(dice.choices(words, k=40)) for _number in range(8))
    paragraphs = "".join(f"<p>{part}</p>\n" for part in text.split("\n\n"))
    html = f"<html><body><table><tr><td>{paragraphs}</td></tr></table></body></html>"
    return text, html, b"%PDF-1.4\n" + dice.randbytes(attachment_kb * 1024)


def recipients(number: int) -> list[str]:
    return [f"convenor{place}@bench.example" for place in range(number)]


def raw(number: int, attachment_kb: int) -> Callable[[], None]:
    """smtplib on one connection, one message after the other, bytes made before: the limit."""
    text, html, file = content(attachment_kb)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"], mail["Date"] = SENDER, "Benchmark", "Wed, 25 Nov 2020 12:00:00 +0000"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    if attachment_kb:
        mail.add_attachment(file, maintype="application", subtype="pdf", filename="paper.pdf")
    shared = mail.as_bytes()

    def send() -> None:
        with smtplib.SMTP(os.environ["BENCH_HOST"], int(os.environ["BENCH_PORT"])) as line:
            for to in recipients(number):
                line.sendmail(SENDER, [to], f"To: {to}\r\nMessage-ID: <{to}>\r\n".encode() + shared)

    return send


def _django_messages(number: int, attachment_kb: int) -> list:
    from django.core.mail import EmailMultiAlternatives

    text, html, file = content(attachment_kb)
    found = []
    for to in recipients(number):
        mail = EmailMultiAlternatives("Benchmark", text, SENDER, [to])
        mail.attach_alternative(html, "text/html")
        if attachment_kb:
            mail.attach("paper.pdf", file, "application/pdf")
        found.append(mail)
    return found


def send_messages(number: int, attachment_kb: int) -> Callable[[], None]:
    """Django's own, one connection."""
    _set_up()
    from django.core.mail import get_connection

    mails = _django_messages(number, attachment_kb)
    return lambda: get_connection().send_messages(mails)


def post_office(number: int, attachment_kb: int) -> Callable[[], None]:
    """django-post_office with its best settings: queued before, sent by two processes."""
    _set_up("post_office", **_BEST)
    from django.core.files.base import ContentFile
    from django.core.management import call_command
    from post_office import mail

    call_command("migrate", "post_office", verbosity=0)
    text, html, file = content(attachment_kb)
    attachments = {"paper.pdf": ContentFile(file)} if attachment_kb else None
    common = {"sender": SENDER, "subject": "Benchmark", "message": text, "html_message": html}
    if attachments:
        for to in recipients(number):
            mail.send([to], attachments=attachments, **common)
    else:
        mail.send_many([{"recipients": [to], **common} for to in recipients(number)])
    return lambda: call_command("send_queued_mail", processes=2, log_level=0)


def task_each(number: int, attachment_kb: int) -> Callable[[], None]:
    """One Celery task per mail, two worker processes, queued before the clock starts."""
    _set_up()
    from post.bench.task_each import counter, send_one

    # Another round has counted before.
    counter.flushdb()
    text, html, file = content(attachment_kb)
    for to in recipients(number):
        send_one.delay(to, text, html, file.hex() if attachment_kb else "")

    def send() -> None:
        command = ["-m", "celery", "-A", "post.bench.task_each", "worker", "--concurrency", "2", "--loglevel", "ERROR"]
        worker = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
        while int(counter.get("bench:sent") or 0) < number:
            time.sleep(0.05)
        worker.terminate()
        worker.wait()

    return send


# Large batches, no log of its own.
_BEST = {
    "POST_OFFICE": {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        "BATCH_SIZE": 5000,
        "THREADS_PER_PROCESS": 1,
        "LOG_LEVEL": 0,
        "CELERY_ENABLED": False,
    }
}


def _set_up(*more_apps: str, **values: object) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "spcg_portal.settings"
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, *more_apps]
    for name, value in values.items():
        setattr(settings, name, value)
    django.setup()


def main() -> None:
    name, number, attachment_kb = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    send = {"raw": raw, "django": send_messages, "post_office": post_office, "task_each": task_each}[name](
        number, attachment_kb
    )
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    send()
    print(time.monotonic() - begun, flush=True)
    sys.stdin.readline()  # its CPU and memory are read before it ends


if __name__ == "__main__":
    main()
