#!/usr/bin/env python3
"""Fuzzes the HTTP API from the OpenAPI document that it serves, with schemathesis.

    scripts/fuzz-api.py --server .build/debug/rollcall          one run of about half a minute with a fixed seed
    scripts/fuzz-api.py --server .build/debug/rollcall --soak   a long one with a new seed, which is printed
    scripts/fuzz-api.py --self-test                             proves that lies are found, on a server that tells some

Starts the server on free loopback ports with a data directory of its own, tries every operation with every check, walks the links
between operations, and fails when schemathesis does, when the server crashes or answers 5xx, or when too few links were walked.
Beside it lie what schemathesis is told (fuzz-api.toml, fuzz-api-hooks.py), the lying server, and the packages, which are installed into
.build.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
ENVIRONMENT = SCRIPTS.parent / ".build" / "fuzz-api"
REQUIREMENTS = SCRIPTS / "fuzz-api-requirements.txt"
SEED = 20260301
# How many examples an operation gets, how many stateful runs there are, and the links that these have to walk at least.
SHORT = (20, 4, 35)
SOAK = (1_000, 60, 75)


class Failure(Exception):
    """Why the run failed, for people."""


def schemathesis():
    """The program, installed anew when the requirements or the interpreter have changed."""
    program = ENVIRONMENT / "bin" / "schemathesis"
    mark = ENVIRONMENT / "installed"
    state = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if not program.exists() or not mark.exists() or mark.read_text() != state:
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--no-deps", "--requirement", REQUIREMENTS], check=True)
        mark.write_text(state)
    return program


def run(url, folder, seed, examples, phases, *options, hooks=True):
    """One run of schemathesis: its exit code, its output, its report, and the links it walked."""
    report, events = folder / "report.json", folder / "events.ndjson"
    configuration = SCRIPTS / ("fuzz-api.toml" if hooks else "fuzz-api-self-test.toml")
    command = [schemathesis(), "--config-file", configuration, "run", f"{url}/openapi.json", "--no-color"]
    command += ["--checks", "all", "--phases", phases, "--seed", str(seed), "--max-examples", str(examples), *options]
    command += ["--report", "json,ndjson", "--report-json-path", report, "--report-ndjson-path", events]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if hooks:
        environment["SCHEMATHESIS_HOOKS"] = str(SCRIPTS / "fuzz-api-hooks.py")
    result = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if not report.exists():
        raise Failure(f"schemathesis did not run:\n{result.stdout}")
    links = set(re.findall(r'"transition":\{"id":"((?:[^"\\]|\\.)*)"', events.read_text()))
    return result.returncode, result.stdout, json.loads(report.read_text()), links


class Server:
    """A server of its own, from the wait until it is ready to its graceful stop."""

    def __init__(self, program, folder):
        self.log, self.access = folder / "server.log", folder / "access.log"
        settings = {
            "server-port": 0, "monitoring-metrics-port": 0, "registry-data-dir": folder / "data",
            "server-access-log": self.access, "server-mode": "debug", "monitoring-log-level": "info",
        }
        arguments = [text for name, value in settings.items() for text in (f"--{name}", str(value))]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([program, "serve", *arguments], stdout=log, stderr=log)

    def __enter__(self):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(r'The HTTP API listens.*?"address":"([^"]+)"', self.log.read_text(errors="replace")):
                self.url = f"http://{found[1]}"
                return self
            time.sleep(0.05)
        self.process.kill()
        raise Failure(f"the server did not start:\n{self.log.read_text(errors='replace')}")

    def __exit__(self, kind, *_):
        if kind is not None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        """Stops it, and says what it did wrong all the while."""
        if self.process.poll() is None:
            urllib.request.urlopen(f"{self.url}/livez", timeout=30).close()
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "none within 60 s of SIGTERM"
        return faults(code, self.log.read_text(errors="replace"), self.access.read_text(errors="replace"))


def faults(code, log, access):
    found = [] if code == 0 else [f"the server's exit code was {code}"]
    for line in log.splitlines():
        if re.search(r'"level":"(error|critical)"|Fatal error|Crash|Sanitizer', line):
            found.append(f"the server logged: {line}")
    for line in access.splitlines():
        if re.search(r'"status":5\d\d', line):
            found.append(f"the server answered: {line}")
    return found


def fuzz(program, seed, size):
    examples, stateful_runs, wanted_links = size
    print(f"fuzz-api: seed {seed}; again with --seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-fuzz-") as name, Server(program, Path(name)) as server:
        folder = Path(name)
        failed = []
        code, output, report, _ = run(server.url, folder, seed, examples, "examples,coverage,fuzzing")
        print(output, flush=True)
        failed += ["schemathesis found failures, see above"] if code else []
        cases = report["test_cases"]["generated"]
        walked = set()
        for index in range(stateful_runs):
            code, output, report, links = run(server.url, folder, seed + index, 60, "stateful")
            walked |= links
            cases += report["test_cases"]["generated"]
            if code:
                print(output, flush=True)
                failed.append(f"the stateful run with seed {seed + index} found failures, see above")
        total = int(re.search(r"API Links:.*/ (\d+) total", output)[1])
        failed += server.stop()
        print(f"fuzz-api: {cases} requests; links walked: {len(walked)} of {total}, in {stateful_runs} runs")
        print(f"fuzz-api: answers by status: {statuses(server.access.read_text(errors='replace'))}")
        for link in sorted(walked):
            print(f"    {link}")
        if len(walked) < wanted_links:
            failed.append(f"only {len(walked)} links were walked; at least {wanted_links} should be")
        if failed:
            raise Failure("\n".join(failed[:20]))


def statuses(access):
    found = re.findall(r'"status":(\d+)', access)
    return ", ".join(f"{status}: {found.count(status)}" for status in sorted(set(found)))


def self_test():
    specification = importlib.util.spec_from_file_location("liar", SCRIPTS / "fuzz-api-liar.py")
    liar = importlib.util.module_from_spec(specification)
    sys.dont_write_bytecode = True
    specification.loader.exec_module(liar)
    with liar.server() as server, tempfile.TemporaryDirectory(prefix="rollcall-fuzz-") as name:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        phases = "examples,coverage,fuzzing,stateful"
        _, output, report, _ = run(url, Path(name), SEED, 10, phases, "--no-shrink", "--continue-on-failure", hooks=False)
        server.shutdown()
    found = {(failure["type"], operation) for failure in report["failures"] for operation in failure["operations"]}
    wrong = [f"not found: {kind} in {where}" for kind, where in sorted(liar.LIES - found)]
    wrong += [f"no lie: {kind} in {where}" for kind, where in sorted(found - liar.LIES)]
    planted = [(1, "", ""), (0, '{"level":"error"}', ""), (0, "Fatal error: x", ""), (0, "", '{"status":500}')]
    wrong += [f"passed: {fault}" for fault in planted if not faults(*fault)]
    wrong += ["a sound run fails"] if faults(0, '{"level":"notice"}', '{"status":404}') else []
    if wrong:
        raise Failure("\n".join([output, *wrong]))
    print(f"fuzz-api self-test: all {len(liar.LIES)} lies and {len(planted)} planted faults found, and no other")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", help="the executable to run")
    parser.add_argument("--seed", type=int, help="what is generated depends on it")
    parser.add_argument("--soak", action="store_true", help="run for long")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    start = time.monotonic()
    try:
        if arguments.self_test:
            self_test()
        elif arguments.server:
            seed = arguments.seed or (random.randrange(1 << 31) if arguments.soak else SEED)
            fuzz(Path(arguments.server).resolve(), seed, SOAK if arguments.soak else SHORT)
        else:
            parser.error("give --server or --self-test")
    except Failure as failure:
        print(f"fuzz-api: {failure}", file=sys.stderr)
        return 1
    print(f"fuzz-api: {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
