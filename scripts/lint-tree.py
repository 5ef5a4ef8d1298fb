#!/usr/bin/env python3
"""Checks what is tracked: no path or mirror of the machine it was written on, nothing that a build makes.

    scripts/lint-tree.py               checks the repository, prints file:line and the rule, exits 1 on a fault
    scripts/lint-tree.py --self-test   holds the rules against lines and names made up for it
"""

import re
import subprocess
import sys
from pathlib import Path

# Put together from parts, or this file would break its own rule.
MACHINE = [
    re.compile(r"(?<![\w.~-])/" + folder)
    for folder in ["work/", "farm" + r"\b", "opt/swift" + "-packages"]
]
MIRROR = re.compile(r"https?://[\w.-]*(?:mirror|artifactory|nexus)[\w.-]*", re.IGNORECASE)
BUILT = re.compile(
    r"(?:^|/)(?:\.build[^/]*/|\.swiftpm/|__pycache__/|rollcall-data/|Package\.resolved$)|\.(?:o|pyc|sqlite)$"
)
LARGEST = 512 * 1024


def fault_of_name(name):
    return "is made by a build or a run; do not track it" if BUILT.search(name) else None


def fault_of_line(line):
    if any(pattern.search(line) for pattern in MACHINE):
        return "names a path of one machine"
    if MIRROR.search(line):
        return "names a mirror; name the origin"
    return None


def check(root):
    names = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, stdout=subprocess.PIPE).stdout
    for name in sorted(filter(None, names.decode().split("\0"))):
        if fault := fault_of_name(name):
            yield f"{name}: {fault}"
        file = root / name
        if not file.is_file():
            continue
        if file.stat().st_size > LARGEST:
            yield f"{name}: is over {LARGEST} bytes; keep it out of the repository"
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            if fault := fault_of_line(line):
                yield f"{name}:{number}: {fault}"


def self_test():
    lines = {
        "cd /wo" + "rk/main": True,
        "path = '/fa" + "rm'": True,
        "/opt/swift" + "-packages/x": True,
        "see https://mir" + "ror.example.org/x": True,
        "net/wo" + "rk/": False,
        "/v1/wo" + "rkers": False,
        "https://github.com/apple/swift-nio": False,
        "$HOME/farmer": False,
    }
    names = {".build/debug/a.o": True, ".build-tsan/x": True, "Package.resolved": True, "Package.swift": False}
    failures = [line for line, expected in lines.items() if bool(fault_of_line(line)) != expected]
    failures += [name for name, expected in names.items() if bool(fault_of_name(name)) != expected]
    for failure in failures:
        print(f"lint-tree self-test: judged wrongly: {failure}")
    print(f"lint-tree self-test: {len(lines) + len(names) - len(failures)} of {len(lines) + len(names)} as expected")
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    faults = list(check(Path(__file__).resolve().parent.parent))
    for fault in faults:
        print(fault)
    print(f"lint-tree: {len(faults)} faults" if faults else "lint-tree: nothing tracked that belongs to one machine")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
