"""Set up .venv from a pinned and hashed requirements file; needs only Python with venv."""

import subprocess
import sys
import venv
from pathlib import Path

MIN_PYTHON = (3, 11)


def main() -> int:
    """Make .venv if it is not there and install the file given; one line says what failed."""
    if sys.version_info < MIN_PYTHON:
        print(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. "
            "Point to another one: make PYTHON=python3.12",
            file=sys.stderr,
        )
        return 1
    requirements = sys.argv[1]
    folder = Path(".venv")
    python = folder / "bin" / "python"
    print(f"Setting up .venv from {requirements} (once; needs the package index) ...", flush=True)
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input"]
    # The files are complete: with nothing to resolve, a release of today cannot get in the way.
    locked = ["install", "--no-deps", "--require-hashes", "--requirement", requirements]
    steps = [[*pip, *locked]]
    if requirements == "requirements.txt":
        steps.append([*pip, "install", "--no-deps", "--no-build-isolation", "--editable", "."])
    for step in steps:
        if subprocess.run(step, check=False).returncode != 0:
            print(f"Setting up failed at: {' '.join(step[1:])}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
