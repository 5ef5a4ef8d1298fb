#!/usr/bin/env python3
"""Real targets for health checks, as many as a test asks for, each group in a process of its own that can be killed and frozen.

    scripts/health-targets.py --install    installs what the gRPC ones need below .build
    scripts/health-targets.py              reads commands from standard input, one a line, and answers each with a line

    start http|tcp|grpc HOST PORT…         starts one process with a target on each port; answers `started PID` once they listen
    end PID                                kills it, if that has not been done yet, and waits for it; answers `ended PID`
    lag                                    answers `lag SECONDS`: the longest that this process overslept since it was asked last

At the end of standard input all are killed. A target is told by a signal how it is from then on:

    SIGHUP    well again
    SIGUSR1   slow, but within the time that it is given (--slow)
    SIGUSR2   ill: an http target answers too late (--late), a gRPC one says NOT_SERVING
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import python_environment

SCRIPTS = Path(__file__).resolve().parent
ENVIRONMENT = SCRIPTS.parent / ".build" / "health-targets"
REQUIREMENTS = SCRIPTS / "health-targets-requirements.txt"
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'


class Manner:
    """How the targets of this process are, as the last signal said."""

    def __init__(self, arguments):
        self.delays = {signal.SIGHUP: 0.0, signal.SIGUSR1: arguments.slow, signal.SIGUSR2: arguments.late}
        self.delay = 0.0
        self.is_ill = False
        self.changed = lambda is_ill: None
        # Before there are other threads, which inherit it: a signal that a handler took could come just before the wait for it.
        signal.pthread_sigmask(signal.SIG_BLOCK, self.delays)

    def obey_signals(self):
        """Never returns."""
        while True:
            number = signal.sigwait(self.delays)
            self.delay, self.is_ill = self.delays[number], number == signal.SIGUSR2
            self.changed(self.is_ill)


def listener(host, port):
    """A socket that listens, also where one before it has just been killed."""
    server = socket.create_server((host, port), backlog=128)
    server.settimeout(None)
    return server


def answer(connection, manner):
    """Requests one after another, until the other side has enough."""
    with connection:
        text = b""
        while True:
            try:
                piece = connection.recv(4096)
                text += piece
                if not piece:
                    return
                if b"\r\n\r\n" in text:
                    text = b""
                    time.sleep(manner.delay)
                    connection.sendall(ANSWER)
            except OSError:
                return


def serve_sockets(servers, handle):
    def accept(server):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    for server in servers:
        threading.Thread(target=accept, args=(server,), daemon=True).start()


def serve_grpc(host, ports, manner):
    """One server for each port, on the official implementation of the health service."""
    from concurrent import futures

    import grpc
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc

    states = {False: health_pb2.HealthCheckResponse.SERVING, True: health_pb2.HealthCheckResponse.NOT_SERVING}
    services = []
    for port in ports:
        service = health.HealthServicer()
        service.set("", states[False])

        class Slow(health_pb2_grpc.HealthServicer):
            """The same, after a while."""

            def Check(self, request, context, service=service):
                if not manner.is_ill:
                    time.sleep(manner.delay)
                return service.Check(request, context)

        server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.so_reuseport", 0)])
        health_pb2_grpc.add_HealthServicer_to_server(Slow(), server)
        server.add_insecure_port(f"{host}:{port}")
        server.start()
        services.append((server, service))
    manner.changed = lambda is_ill: [service.set("", states[is_ill]) for _, service in services]
    return services


def serve(kind, host, ports, manner):
    """Never returns."""
    if kind == "grpc":
        kept = serve_grpc(host, ports, manner)
    else:
        kept = [listener(host, port) for port in ports]
        handle = (lambda connection: answer(connection, manner)) if kind == "http" else (lambda connection: connection.close())
        serve_sockets(kept, handle)
    print("listening", flush=True)
    manner.obey_signals()


def serve_in_child(kind, host, ports, arguments):
    """A child that shares the memory of this process: 160 interpreters of their own would take gigabytes."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(writing, 1)
            os.close(0)
            serve(kind, host, ports, Manner(arguments))
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as said:
        return pid if said.readline() == "listening\n" else None


def serve_in_program(kind, host, ports, arguments):
    """A program of its own: gRPC does not survive a fork."""
    command = [ENVIRONMENT / "bin" / "python", __file__, "--serve", kind, host, *map(str, ports)]
    command += ["--slow", str(arguments.slow), "--late", str(arguments.late)]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    said = child.stdout.readline()
    child.stdout.close()
    return child.pid if said == "listening\n" else None


class Lag:
    """How late this process wakes up: what the machine does to everybody."""

    def __init__(self):
        self.longest = 0.0
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while True:
            start = time.monotonic()
            time.sleep(0.05)
            self.longest = max(self.longest, time.monotonic() - start - 0.05)

    def take(self):
        longest, self.longest = self.longest, 0.0
        return longest


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)


def obey(arguments):
    lag, running = Lag(), set()
    try:
        for line in sys.stdin:
            match line.split():
                case ["start", kind, host, *ports]:
                    start = serve_in_program if kind == "grpc" else serve_in_child
                    pid = start(kind, host, [int(port) for port in ports], arguments)
                    if pid is None:
                        sys.exit(f"no {kind} target could be started on {host} {ports}")
                    running.add(pid)
                    print("started", pid, flush=True)
                case ["end", pid]:
                    end(int(pid))
                    running.discard(int(pid))
                    print("ended", pid, flush=True)
                case ["lag"]:
                    print("lag", f"{lag.take():.3f}", flush=True)
                case _:
                    sys.exit(f"no such command: {line!r}")
    finally:
        for pid in running:
            end(pid)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--serve", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--slow", type=float, default=0.2)
    parser.add_argument("--late", type=float, default=3.0)
    arguments = parser.parse_args()
    if arguments.install:
        python_environment.install(ENVIRONMENT, REQUIREMENTS)
    elif arguments.serve:
        kind, host, *ports = arguments.serve
        serve(kind, host, [int(port) for port in ports], Manner(arguments))
    else:
        obey(arguments)


if __name__ == "__main__":
    main()
