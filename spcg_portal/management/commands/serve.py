"""The demonstration with one command: data, web server, Celery worker and beat in one process tree."""

from __future__ import annotations

import os
import socket
import warnings

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.base import Application

from spcg_portal.startup import DEMO_PASSWORD, demonstration_accounts

HOST = "127.0.0.1"


class Server(Application):
    """gunicorn in this process, with the project's configuration, on the loopback address only."""

    def __init__(self, port: int, when_ready) -> None:
        self.port = port
        self.when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_module_name_or_filename("python:spcg_portal.gunicorn")
        self.cfg.set("bind", f"{HOST}:{self.port}")
        self.cfg.set("when_ready", self.when_ready)
        self.cfg.set("loglevel", "warning")

    def load(self):
        from spcg_portal.wsgi import application

        return application


class Command(BaseCommand):
    """Runs only as a demonstration; production starts its processes one by one."""

    help = "Runs the demonstration: migrates, loads its data, serves, works. PORT says where (default 8000)."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--empty", action="store_true", help="leave the demonstration data out")

    def handle(self, *, empty: bool, **options) -> None:
        if not settings.DEMO or not settings.CELERY_EMBEDDED:
            raise CommandError("serve is for DEMO=1 without REDIS_URL; README.md says how production starts.")
        port = int(os.environ.get("PORT") or 8000)
        refuse_taken(port)
        # The demonstration serves its assets from where they are; the folder of collected ones is for production.
        warnings.filterwarnings("ignore", message="No directory at")
        self.prepare(empty)
        self.server(port).run()

    def prepare(self, empty: bool) -> None:
        """Brings the data up to date; leaves no connection open, since the server forks."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        if not empty:
            call_command("loaddemo")
        connections.close_all()

    def server(self, port: int) -> Server:
        def announce(arbiter) -> None:
            self.stdout.write(self.welcome(port))
            self.stdout.flush()
            connections.close_all()

        return Server(port, announce)

    def welcome(self, port: int) -> str:
        """The address and who may sign in."""
        lines = ["", f"The SPCG portal answers at http://{HOST}:{port}/"]
        accounts = list(demonstration_accounts())
        if accounts:
            lines += ["", f"Demonstration accounts, password {DEMO_PASSWORD}:"]
            lines += [f"  {account.email:<32} {account.label}" for account in accounts]
        return "\n".join([*lines, "", f"Data: {shown_path(settings.VAR_DIR)}   Stop: Ctrl-C", ""])


def shown_path(path) -> str:
    """The folder as seen from where the command was given."""
    return os.path.relpath(path) if path.is_relative_to(os.getcwd()) else str(path)


def refuse_taken(port: int) -> None:
    """A port in use is said at once, in words, and not by the server's retries."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"{HOST}:{port} cannot be used ({error}); choose another: make run PORT=8001") from error
