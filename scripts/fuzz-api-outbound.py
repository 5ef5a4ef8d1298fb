"""Proof for fuzz-api.py that the server it fuzzed connected to nothing but this machine: the names of checks and callbacks are made up,
and some may exist.

The server is started with `outbound.allow` = `localhost`, so that whatever else it is given is refused before it is looked up or
connected to, and says so. That is what is looked for here.
"""

import json
import urllib.parse
import urllib.request

ALLOWED = "localhost"
REFUSAL = "is not in outbound.allow."
# Such as 0.0.0.0: refused before anybody asks what is allowed.
ALWAYS_REFUSED = "and never dialled."


def get(url, path, **query):
    parameters = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
    with urllib.request.urlopen(f"{url}{path}?{parameters}", timeout=30) as answer:
        return json.load(answer)


def listed(url, path, members, **query):
    cursor = None
    while True:
        page = get(url, path, cursor=cursor, **query)
        yield from page[members]
        cursor = page.get("next_cursor")
        if not cursor:
            return


def results(url):
    """Each check that was made: the host of its instance, and what it came to."""
    for service in listed(url, "/v1/services", "services", namespace="*"):
        path, namespace = f"/v1/services/{urllib.parse.quote(service['name'], safe='')}", service["namespace"]
        health = get(url, f"{path}/health", namespace=namespace)
        found = get(url, path, namespace=namespace, health="any")["services"]
        hosts = {instance["id"]: instance["host"] for shown in found for instance in shown["instances"]}
        for instance in health["instances"]:
            for check in instance["checks"]:
                if check["type"] != "ttl" and check["last_check"] is not None:
                    yield hosts.get(instance["instance_id"]), check["detail"]


def faults(made, callbacks):
    """What is wrong with checks, as `results` has them, and with the callbacks of subscriptions."""
    found = [
        f"a check of {host} was made: {detail}"
        for host, detail in made
        if host != ALLOWED and not detail.endswith((REFUSAL, ALWAYS_REFUSED))
    ]
    found += [f"{callback} is called" for callback in callbacks if urllib.parse.urlsplit(callback).hostname != ALLOWED]
    # With none that was refused, it would have been proved of none.
    refused = sum(REFUSAL in detail for _, detail in made)
    return found + ([] if refused else ["no check was refused by outbound.allow; the proof is empty"])


def look(url):
    """What is wrong with a server that has been fuzzed, and how many checks were looked at."""
    made = list(results(url))
    callbacks = [subscription["callback"] for subscription in listed(url, "/v1/subscriptions", "subscriptions", namespace="*")]
    return faults(made, callbacks), len(made)


def prove():
    """The self-test: what is planted is found, and nothing else."""
    refused = ("registry.example", f"registry.example {REFUSAL}")
    sound = [refused, ("::", f":: is an unspecified address {ALWAYS_REFUSED}"), (ALLOWED, "connection refused")]
    wrong = [f"a sound run fails: {fault}" for fault in faults(sound, ["http://localhost:9/changes"])]
    planted = [
        ([*sound, ("registry.example", "connection refused")], []), ([*sound, ("127.0.0.1", "HTTP 200")], []),
        (sound, ["http://127.0.0.1:9/changes"]), ([(ALLOWED, "connection refused")], []),
    ]
    return wrong + [f"passed: {plant}" for plant in planted if len(faults(*plant)) != 1]
