"""Packages from PyPI for tests, in an environment of their own below .build."""

import hashlib
import subprocess
import sys


def install(environment, requirements):
    """The folder of its programs; installed anew when the requirements or the interpreter have changed."""
    programs = environment / "bin"
    mark = environment / "installed"
    state = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    if not (programs / "python").exists() or not mark.exists() or mark.read_text() != state:
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        pip = [programs / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--no-deps", "--requirement", requirements], check=True)
        mark.write_text(state)
    return programs
