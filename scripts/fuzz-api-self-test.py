"""The self-test of fuzz-api.py, which is handed over as `fuzzing`: whatever it looks for is planted once, and has to be found."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# A server that never listens. It says that it is there, in the directory that the fuzzer made for it.
IDLE = """#!/bin/sh
echo $$ > "$TMPDIR/started"
exec sleep 60
"""


def prove(fuzzing):
    liar = fuzzing.module("fuzz-api-liar")
    output, found = lies(fuzzing, liar)
    wrong = [f"not found: {kind} in {where}" for kind, where in sorted(liar.LIES - found)]
    wrong += [f"no lie: {kind} in {where}" for kind, where in sorted(found - liar.LIES)]
    planted = [(1, "", ""), (0, '{"level":"error"}', ""), (0, "Fatal error: x", ""), (0, "", '{"status":500}')]
    wrong += [f"passed: {fault}" for fault in planted if not fuzzing.faults(*fault)]
    wrong += ["a sound run fails"] if fuzzing.faults(0, '{"level":"notice"}', '{"status":404}') else []
    wrong += walks(fuzzing) + terminated(fuzzing) + fuzzing.module("fuzz-api-outbound").prove()
    if wrong:
        raise fuzzing.Failure("\n".join([output, *wrong]))
    print(f"fuzz-api self-test: all {len(liar.LIES)} lies and {len(planted)} planted faults found, and no other")


def lies(fuzzing, liar):
    """What schemathesis finds out about the liar: the kind of each failure, and the operation."""
    with liar.server() as server, tempfile.TemporaryDirectory(prefix="rollcall-fuzz-") as name:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        phases = "examples,coverage,fuzzing,stateful"
        _, output, report, _ = fuzzing.run(url, Path(name), fuzzing.SEED, 10, phases, "--no-shrink")
        server.shutdown()
    found = {(failure["type"], operation) for failure in report["failures"] for operation in failure["operations"]}
    return output, found | {(error["title"], "a hook or schemathesis") for error in report["errors"]}


def walks(fuzzing):
    """Stateful runs that walk enough links at once, one more each, and always the same."""
    size = fuzzing.Size(examples=0, links=4, runs=2, most_runs=5)
    cases = [(lambda index: set(range(4)), 2, False), (lambda index: {index}, 4, False), (lambda index: {0}, 5, True)]
    wrong = []
    for one_run, expected_runs, is_expected_to_fail in cases:
        _, runs, few = fuzzing.walk(size, one_run)
        if (runs, bool(few)) != (expected_runs, is_expected_to_fail):
            wrong.append(f"{runs} stateful runs instead of {expected_runs}, and then: {few}")
    return wrong


def terminated(fuzzing):
    """SIGTERM ends the server too, and removes its directory."""
    with tempfile.TemporaryDirectory(prefix="rollcall-fuzz-") as name:
        folder = Path(name)
        program, temporary = folder / "idle", folder / "temporary"
        program.write_text(IDLE)
        program.chmod(0o700)
        temporary.mkdir()
        command = [sys.executable, fuzzing.__file__, "--server", program]
        process = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.DEVNULL)
        started = temporary / "started"
        end = time.monotonic() + 30
        while time.monotonic() < end and not (started.exists() and started.read_text().endswith("\n")):
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(timeout=30)
        finally:
            process.kill()
        server = int(started.read_text())
        wrong = [f"SIGTERM ends with {code} instead of 143"] if code != 143 else []
        wrong += ["after SIGTERM its server runs"] if Path(f"/proc/{server}").exists() else []
        wrong += ["after SIGTERM its directory is there"] if [path for path in temporary.iterdir() if path != started] else []
        return wrong
