#!/usr/bin/env python3
"""Checks that the modules import each other only as ARCHITECTURE.md says.

    scripts/lint-imports.py               checks the repository, prints file:line and the rule, exits 1 on a fault
    scripts/lint-imports.py --self-test   plants faults in a made-up package and expects each to be found

The tables below are the architecture: a new module of ours gets a line in OURS, a new dependency of Core one in
CORE_MAY.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CORE = {"RegistryModel", "RegistryJSON", "RegistryCatalog", "RegistryHealth", "RegistryTraffic", "RegistryCluster"}
MODEL = {"RegistryModel"}

# Module -> what it may import, of ours.
OURS = {
    "RegistryModel": set(),
    "RegistryJSON": MODEL,
    "RegistryCatalog": MODEL,
    "RegistryHealth": MODEL,
    "RegistryTraffic": MODEL,
    "RegistryCluster": MODEL | {"RegistryCatalog"},
    # A backend: the model and the Core module whose protocol it implements; probes read JSON, too.
    "SQLiteBackend": MODEL | {"RegistryCatalog"},
    "EtcdBackend": MODEL | {"Outbound", "RegistryCatalog"},
    "RedisBackend": MODEL | {"Outbound", "RegistryCatalog"},
    "MySQLBackend": MODEL | {"RegistryCatalog"},
    "FileBackend": MODEL | {"RegistryCatalog"},
    # What the backends that connect to others share.
    "Outbound": MODEL,
    "HealthProbes": MODEL | {"Outbound", "RegistryHealth", "RegistryJSON"},
    "Webhooks": MODEL | {"Outbound", "RegistryCatalog"},
    # A frontend: Core and what the HTTP dialects share.
    "HTTPSupport": CORE,
    "HTTPAPI": CORE | {"HTTPSupport"},
    "MetricsAPI": CORE | {"HTTPSupport"},
    "RollcallClient": MODEL | {"RegistryJSON", "RegistryTraffic"},
    # The values of the model reach it through RollcallClient.
    "rollcall": {"RollcallServer", "RollcallClient"},
    "RegistryTestKit": CORE,
    # The processes that tests start, and what they see of them.
    "ServerTestKit": {"RollcallClient"},
}
# Plugs everything together, but neither what users link nor what they run.
TEST_KITS = {"RegistryTestKit", "ServerTestKit"}
OURS["RollcallServer"] = set(OURS) - {"RollcallClient", "rollcall"} - TEST_KITS

# What comes with the toolchain, and needs no line in Package.swift.
C_LIBRARY = {"Glibc", "Musl", "Darwin"}
FOUNDATION = {"Foundation", "FoundationEssentials", "FoundationInternationalization"}
TOOLCHAIN = C_LIBRARY | FOUNDATION | {"Swift", "Synchronization", "Dispatch", "Testing", "PackageDescription"}

# Core module -> the external modules that it may import, besides the C library and Synchronization.
CORE_MAY = {"RegistryCatalog": {"Crypto", "DequeModule", "Logging"}, "RegistryCluster": {"Logging"}}

REQUIRED_FEATURES = {
    "ExistentialAny",
    "InternalImportsByDefault",
    "MemberImportVisibility",
    "NonisolatedNonsendingByDefault",
}

IMPORT = re.compile(
    r"^\s*(?P<attributes>(?:@\w+(?:\([^)]*\))?\s+)*)"
    r"(?:(?P<access>public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|macro)\s+)?(?P<module>\w+)"
)


def imports_of(file):
    """Yields line number, attributes, access level and module of each import; text literals are passed over."""
    in_literal = False
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not in_literal and (match := IMPORT.match(line)):
            yield number, match["attributes"].split(), match["access"], match["module"]
        if line.count('"""') % 2:
            in_literal = not in_literal


ROW = re.compile(r"^\| `(?:Sources|Tests)/(?:\w+/)?(?P<module>\w+)` \|[^|]*\| (?P<allowed>[^|]*) \|$")


def faults_of_page(lines):
    """Yields where the table of ARCHITECTURE.md says something else than OURS."""
    words = {"–": set(), "all": OURS["RollcallServer"], "Core": CORE}
    for number, line in enumerate(lines, 1):
        if match := ROW.match(line):
            names = [name.strip() for name in match["allowed"].split(",")]
            allowed = set().union(*(words.get(name, {name}) for name in names))
            if allowed != OURS.get(match["module"]):
                yield f"ARCHITECTURE.md:{number}: {match['module']} may import something else by scripts/lint-imports.py"


class Lint:
    def __init__(self, root, manifest):
        self.root = root
        self.targets = {target["name"]: target for target in manifest["targets"]}
        self.faults = []

    def fail(self, place, rule):
        self.faults.append(f"{place}: {rule}")

    def run(self):
        for target in self.targets.values():
            self.check_target(target)
        listed = [self.root / target["path"] for target in self.targets.values()]
        for file in sorted([*self.root.glob("Sources/**/*.swift"), *self.root.glob("Tests/**/*.swift")]):
            if not any(file.is_relative_to(folder) for folder in listed):
                self.fail(file.relative_to(self.root), "no target of Package.swift has this file")
        return self.faults

    def check_target(self, target):
        name, is_test = target["name"], target["type"] == "test"
        if not is_test and name not in OURS:
            return self.fail("Package.swift", f"{name} has no line in scripts/lint-imports.py; add what it may import")
        self.check_settings(target)
        declared = {(d.get("byName") or d.get("target") or d["product"])[0] for d in target["dependencies"]}
        for module in sorted(declared & set(self.targets)) if not is_test else []:
            if module not in OURS[name]:
                self.fail("Package.swift", f"{name} depends on {module}, which it may not import")
        used = set()
        files = sorted((self.root / target["path"]).glob("**/*.swift"))
        for file in files:
            for number, attributes, access, module in imports_of(file):
                used.add(module)
                place = f"{file.relative_to(self.root)}:{number}"
                self.check_import(place, name, is_test, attributes, access, module, declared)
        # A module whose first code is still to come is in nobody's way.
        for module in sorted(declared - used) if files else []:
            self.fail("Package.swift", f"{name} depends on {module}, which no file of it imports")

    def check_settings(self, target):
        kinds = [setting["kind"] for setting in target["settings"]]
        features = {kind["enableUpcomingFeature"]["_0"] for kind in kinds if "enableUpcomingFeature" in kind}
        for feature in sorted(REQUIRED_FEATURES - features):
            self.fail("Package.swift", f"{target['name']} does not enable {feature}")
        if {"treatAllWarnings": {"_0": "error"}} not in kinds:
            self.fail("Package.swift", f"{target['name']} does not treat warnings as errors")

    def check_import(self, place, target, is_test, attributes, access, module, declared):
        if access in ("internal", "fileprivate", "private"):
            self.fail(place, f"{access} import: an import without a word is internal already")
        # Users of the library get the model's values with it.
        allowed = ["@testable"] if is_test else ["@_exported"] if target == "RollcallClient" else []
        for attribute in attributes:
            if attribute.split("(")[0] not in allowed:
                self.fail(place, f"{attribute} import is not used here")
        if module in TOOLCHAIN:
            self.check_toolchain(place, target, is_test, module)
        elif module not in declared:
            self.fail(place, f"{target} imports {module}, which Package.swift does not list among its dependencies")
        elif not is_test:
            self.check_rules(place, target, module)

    def check_toolchain(self, place, target, is_test, module):
        if is_test or target in TEST_KITS:
            return
        folder = Path(place).parts[1]
        if module in FOUNDATION and folder in ("Core", "Frontends"):
            self.fail(place, f"no {module} in {folder}")
        elif module == "Foundation" and folder != "Backends":
            self.fail(place, "Foundation is not imported; FoundationEssentials has to do")
        elif module == "Testing":
            self.fail(place, "Testing belongs in tests")

    def check_rules(self, place, target, module):
        if module in self.targets:
            if module not in OURS[target]:
                allowed = ", ".join(sorted(OURS[target])) or "nothing"
                self.fail(place, f"{target} may not import {module}; of ours it may import {allowed}")
        elif target in CORE and module not in CORE_MAY.get(target, set()):
            self.fail(place, f"{target} is Core and may not import {module}")


def manifest_of(root):
    # A scratch path of its own, so that a build that runs meanwhile is not waited for.
    with tempfile.TemporaryDirectory() as scratch:
        command = ["swift", "package", "--package-path", root, "--scratch-path", scratch, "dump-package"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def self_test():
    settings = [{"kind": {"enableUpcomingFeature": {"_0": feature}}} for feature in sorted(REQUIRED_FEATURES)]
    settings.append({"kind": {"treatAllWarnings": {"_0": "error"}}})

    def target(name, path, dependencies, type="regular", settings=settings):
        listed = [{"byName": [dependency, None]} for dependency in dependencies]
        return {"name": name, "path": path, "type": type, "settings": settings, "dependencies": listed}

    def faults(targets, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return Lint(Path(folder), {"targets": targets}).run()

    model = target("RegistryModel", "Sources/Core/RegistryModel", [])
    catalog_path = "Sources/Core/RegistryCatalog"
    catalog = target("RegistryCatalog", catalog_path, ["RegistryModel", "Logging"])
    store = target("SQLiteBackend", "Sources/Backends/SQLiteBackend", ["RegistryModel", "HTTPAPI"])
    api = target("HTTPAPI", "Sources/Frontends/HTTPAPI", ["RegistryModel"])
    # Seven lines; the last import is part of a text.
    sound = "public import RegistryModel\nimport Logging\nimport Synchronization\n\n"
    sound += 'let text = """\n  import GRDB\n  """\n'
    file = catalog_path + "/A.swift"
    store_file, api_file = "Sources/Backends/SQLiteBackend/A.swift", "Sources/Frontends/HTTPAPI/A.swift"
    plants = [
        ("a sound package", [model, catalog], {file: sound}, None),
        (
            "an import of what is not listed",
            [model, api, catalog],
            {file: sound + "import HTTPAPI\n"},
            f"{file}:8: RegistryCatalog imports HTTPAPI, which Package.swift does not list",
        ),
        (
            "an import of what is listed against the table",
            [model, api, store],
            {store_file: "import RegistryModel\nimport HTTPAPI\n"},
            f"{store_file}:2: SQLiteBackend may not import HTTPAPI",
        ),
        (
            "a dependency against the table",
            [model, api, store],
            {},
            "Package.swift: SQLiteBackend depends on HTTPAPI, which it may not import",
        ),
        (
            "a network in Core",
            [model, target("RegistryCatalog", catalog_path, ["NIOCore"])],
            {file: "import NIOCore\n"},
            f"{file}:1: RegistryCatalog is Core and may not import NIOCore",
        ),
        (
            "an unused dependency",
            [model, catalog],
            {file: "import RegistryModel\n"},
            "Package.swift: RegistryCatalog depends on Logging, which no file",
        ),
        (
            "Foundation in Core",
            [model, catalog],
            {file: sound + "import Foundation\n"},
            f"{file}:8: no Foundation in Core",
        ),
        (
            "FoundationEssentials in a frontend",
            [model, api],
            {api_file: "import RegistryModel\nimport FoundationEssentials\n"},
            f"{api_file}:2: no FoundationEssentials in Frontends",
        ),
        (
            "a redundant word",
            [model, catalog],
            {file: sound + "internal import Synchronization\n"},
            f"{file}:8: internal import",
        ),
        (
            "an attribute",
            [model, catalog],
            {file: sound + "@_exported import Synchronization\n"},
            f"{file}:8: @_exported import",
        ),
        (
            "an unknown module",
            [target("Utilities", "Sources/Utilities", [])],
            {},
            "Package.swift: Utilities has no line",
        ),
        (
            "a lax target",
            [target("RegistryModel", "Sources/Core/RegistryModel", [], settings=[])],
            {},
            "Package.swift: RegistryModel does not enable",
        ),
        (
            "a file of no target",
            [model],
            {"Sources/Core/Lost/A.swift": ""},
            "Sources/Core/Lost/A.swift: no target",
        ),
    ]
    failures = 0
    page = [
        "| `Sources/Core/RegistryModel` | values | RegistryJSON |",
        "| `Sources/Core/RegistryJSON` | text | RegistryModel |",
    ]
    if [fault.split(" ")[0] for fault in faults_of_page(page)] != ["ARCHITECTURE.md:1:"]:
        failures += 1
        print("lint-imports self-test: a table that says something else was not found")
    for name, targets, files, expected in plants:
        found = faults(targets, files)
        caught = any(fault.startswith(expected) for fault in found) if expected else not found
        if not caught:
            failures += 1
            print(f"lint-imports self-test: {name}: expected {expected!r}, found {found}")
    print(f"lint-imports self-test: {len(plants) + 1 - failures} of {len(plants) + 1} as expected")
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    root = Path(__file__).resolve().parent.parent
    faults = Lint(root, manifest_of(root)).run()
    faults += faults_of_page((root / "ARCHITECTURE.md").read_text().splitlines())
    for fault in faults:
        print(fault)
    print(f"lint-imports: {len(faults)} faults" if faults else "lint-imports: every import is as the architecture says")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
