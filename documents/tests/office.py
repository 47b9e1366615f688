"""LibreOffice as a reader of our files: opens them without a window and saves them in another form."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def saved_as(form: str, folder: Path, *names: str) -> list[bytes]:
    """The files of the folder as LibreOffice saves them after opening, with a profile of its own. A form is an
    extension and, if need be, a filter with its options."""
    profile, out = f"-env:UserInstallation=file://{folder}/profile", folder / "saved"
    command = [shutil.which("soffice"), "--headless", profile, "--convert-to", form, "--outdir", str(out), *names]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    extension = form.partition(":")[0]
    return [(out / name).with_suffix(f".{extension}").read_bytes() for name in names]
