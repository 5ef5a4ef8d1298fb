#!/usr/bin/env python3
"""Fuzzes the HTTP API from the OpenAPI document that it serves, with schemathesis.

    scripts/fuzz-api.py --server .build/debug/rollcall          one run of about half a minute with a fixed seed
    scripts/fuzz-api.py --server .build/debug/rollcall --soak   a long one with a new seed, which is printed
    scripts/fuzz-api.py --self-test                             proves that lies are found, on a server that tells some

Starts the server on free loopback ports with a data directory of its own, tries every operation with every check, walks the links
between operations, and fails when schemathesis does, when the server crashes or answers 5xx, when too few links were walked, or when
the server went anywhere but to localhost (fuzz-api-outbound.py). Beside it lie what schemathesis is told (fuzz-api.toml,
fuzz-api-hooks.py), the self-test with its lying server, and the packages, which are installed into .build.
"""

import argparse
import importlib.util
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import namedtuple
from pathlib import Path

import python_environment

SCRIPTS = Path(__file__).resolve().parent
ENVIRONMENT = SCRIPTS.parent / ".build" / "fuzz-api"
REQUIREMENTS = SCRIPTS / "fuzz-api-requirements.txt"
SEED = 20260301
# How many examples an operation gets, the links that stateful runs have to walk at least, how many of these runs there are, and how many
# at most: links are drawn at random, and a run that walked few of them is made up for by more runs.
Size = namedtuple("Size", "examples links runs most_runs")
SHORT = Size(20, 35, 4, 10)
SOAK = Size(1_000, 75, 60, 90)

ENDING = {signal.SIGTERM}


class Failure(Exception):
    """Why the run failed, for people."""


def schemathesis():
    return python_environment.install(ENVIRONMENT, REQUIREMENTS) / "schemathesis"


def run(url, folder, seed, examples, phases, *options):
    """One run of schemathesis: its exit code, its output, its report, and the links it walked."""
    report, events = folder / "report.json", folder / "events.ndjson"
    command = [schemathesis(), "--config-file", SCRIPTS / "fuzz-api.toml", "run", f"{url}/openapi.json", "--no-color"]
    command += ["--checks", "all", "--phases", phases, "--seed", str(seed), "--max-examples", str(examples), *options]
    command += ["--report", "json,ndjson", "--report-json-path", report, "--report-ndjson-path", events]
    hooks = str(SCRIPTS / "fuzz-api-hooks.py")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "SCHEMATHESIS_HOOKS": hooks}
    result = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if not report.exists():
        raise Failure(f"schemathesis did not run:\n{result.stdout}")
    links = set(re.findall(r'"transition":\{"id":"((?:[^"\\]|\\.)*)"', events.read_text()))
    return result.returncode, result.stdout, json.loads(report.read_text()), links


def end_when_asked():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


class Server:
    """A server of its own, from the wait until it is ready to its graceful stop."""

    def __init__(self, program, folder):
        self.log, self.access = folder / "server.log", folder / "access.log"
        settings = {
            "server-port": 0, "monitoring-metrics-port": 0, "registry-data-dir": folder / "data",
            "server-access-log": self.access, "server-mode": "debug", "monitoring-log-level": "info",
            # A name alone: every other name and every address is refused before anything is sent.
            "outbound-allow": "localhost",
        }
        self.command = [program, "serve", *(text for name, value in settings.items() for text in (f"--{name}", str(value)))]

    def __enter__(self):
        # Who is ended between the server's start and its entry here would leave it running.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, preexec_fn=end_when_asked)
        try:
            end_when_asked()
            self.url = f"http://{self.address()}"
        except BaseException:
            self.kill()
            raise
        return self

    def address(self):
        """Where it listens, once it does."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(r'The HTTP API listens.*?"address":"([^"]+)"', self.log.read_text(errors="replace")):
                return found[1]
            time.sleep(0.05)
        raise Failure(f"the server did not start:\n{self.log.read_text(errors='replace')}")

    def __exit__(self, *_):
        self.kill()

    def kill(self):
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
            self.kill()
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


def walk(size, one_run):
    """The links that stateful runs walk, how many runs there were, and what is wrong. `one_run` is given a number, and says its links."""
    walked, runs = set(), 0
    while runs < size.runs or (len(walked) < size.links and runs < size.most_runs):
        walked |= one_run(runs)
        runs += 1
    few = len(walked) < size.links
    return walked, runs, [f"only {len(walked)} links were walked; at least {size.links} should be"] if few else []


def fuzz(program, seed, size):
    print(f"fuzz-api: seed {seed}; again with --seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-fuzz-") as name, Server(program, Path(name)) as server:
        folder = Path(name)
        failed = []

        def stateful(index):
            nonlocal total
            code, output, report, links = run(server.url, folder, seed + index, 60, "stateful")
            if code:
                print(output, flush=True)
                failed.append(f"the stateful run with seed {seed + index} found failures, see above")
            total = re.search(r"API Links:.*/ (\d+) total", output)[1]
            cases.append(report["test_cases"]["generated"])
            return links

        code, output, report, _ = run(server.url, folder, seed, size.examples, "examples,coverage,fuzzing")
        print(output, flush=True)
        failed += ["schemathesis found failures, see above"] if code else []
        total, cases = None, [report["test_cases"]["generated"]]
        walked, runs, few = walk(size, stateful)
        strays, looked_at = module("fuzz-api-outbound").look(server.url) if server.process.poll() is None else ([], 0)
        failed += few + strays + server.stop()
        print(f"fuzz-api: {sum(cases)} requests; links walked: {len(walked)} of {total}, in {runs} runs")
        print(f"fuzz-api: {looked_at} checks that were made are of localhost, or were refused by outbound.allow")
        print(f"fuzz-api: answers by status: {statuses(server.access.read_text(errors='replace'))}")
        for link in sorted(walked):
            print(f"    {link}")
        if failed:
            raise Failure("\n".join(failed[:20]))


def statuses(access):
    found = re.findall(r'"status":(\d+)', access)
    return ", ".join(f"{status}: {found.count(status)}" for status in sorted(set(found)))


def module(name):
    """The Python of a file beside this one."""
    specification = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    loaded = importlib.util.module_from_spec(specification)
    sys.dont_write_bytecode = True
    specification.loader.exec_module(loaded)
    return loaded


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", help="the executable to run")
    parser.add_argument("--seed", type=int, help="what is generated depends on it")
    parser.add_argument("--soak", action="store_true", help="run for long")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    start = time.monotonic()
    # Who ends this from outside ends the server and its directory too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments.self_test:
            module("fuzz-api-self-test").prove(sys.modules[__name__])
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
