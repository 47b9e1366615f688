"""The drill of a loss: a backup of SQLite returns to PostgreSQL, one of that to SQLite, and each says the same.

Compares the digests of every table and file, the rows of the ledger by state, and the chain over all histories.
Usage: drill.py FOLDER DATABASE_URL, an empty folder and an empty PostgreSQL database."""

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
# What a restore itself writes: everybody signs in anew, sending is held; and the backups, each made after its content.
WRITTEN_AFTERWARDS = {"core.User", "core.Backup", "post.SendingHold"}
# Messages that wait, so that the ledger has rows and a restored portal something to hold back; a sealed history.
ACTS = """
from core.models import User
from core.tasks import seal_history
from post.services.notices import notify
notify(User.objects.all(), kind="drill", subject="Drill", text="Drill.", reason="this is a drill", url="/")
seal_history()
"""


def manage(var: Path, *arguments: str, database: str = "") -> str:
    environment = {**os.environ, "DEMO": "1", "SPCG_VAR": str(var)}
    environment.pop("DATABASE_URL", None)
    environment.pop("REDIS_URL", None)
    if database:
        environment["DATABASE_URL"] = database
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"drill: {' '.join(arguments)} failed\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def content(path: Path) -> dict[str, object]:
    """What must be the same after every return."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        ledger = Counter(_states(archive))
    tables = {name: facts for name, facts in manifest["tables"].items() if name not in WRITTEN_AFTERWARDS}
    return {"tables": tables, "files": manifest["files"], "ledger": dict(ledger)}


def _states(archive: zipfile.ZipFile):
    from spcg_portal.backup import tables

    place = [field.attname for field in tables()["post.Delivery"]._meta.concrete_fields].index("state")
    for line in archive.read("tables/post.Delivery.jsonl").splitlines():
        yield json.loads(line)[place]


def returned(backup: Path, var: Path, database: str = "") -> Path:
    """The backup of a portal that was filled from `backup`."""
    manage(var, "migrate", "--verbosity", "0", database=database)
    manage(var, "restore", str(backup), database=database)
    manage(var, "verify_history", database=database)
    held = manage(var, "send_due", database=database)
    if held != "0":
        raise SystemExit(f"drill: {held} messages left after a restore")
    again = var.with_suffix(".backup")
    manage(var, "backup", str(again), database=database)
    return again


def main(folder: Path, database: str) -> None:
    manage(folder / "first", "migrate", "--verbosity", "0")
    manage(folder / "first", "loaddemo")
    manage(folder / "first", "shell", "-c", ACTS)
    first = folder / "first.backup"
    manage(folder / "first", "backup", str(first))
    second = returned(first, folder / "second", database)
    third = returned(second, folder / "third")
    contents = [content(path) for path in (first, second, third)]
    for number, other in enumerate(contents[1:], start=2):
        differing = [name for name in contents[0]["tables"] if contents[0]["tables"][name] != other["tables"].get(name)]
        if other != contents[0]:
            raise SystemExit(f"drill: return {number} differs: {', '.join(differing) or 'files or ledger'}")
    rows = sum(table["rows"] for table in contents[0]["tables"].values())
    head = manage(folder / "third", "verify_history")
    sys.stdout.write(
        f"drill: SQLite -> PostgreSQL -> SQLite: {rows} rows, {len(contents[0]['files'])} files, ledger "
        f"{contents[0]['ledger']}: all the same. {head}\n"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(HOUSE))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
    os.environ["DEMO"] = "1"
    os.environ["SPCG_VAR"] = str(Path(sys.argv[1]) / "reader")
    import django

    django.setup()
    main(Path(sys.argv[1]), sys.argv[2])
