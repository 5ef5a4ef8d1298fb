"""What schemathesis cannot know of this API from its document: loaded by it, see fuzz-api.py.

Requests of the right form are made to keep the rules between fields, which no schema can say, or nearly all would be refused for them
and nothing behind would be reached.
"""

import json
import re

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

# Cursors that lists have given, and the ETags that instances had: neither can be made up.
cursors = set()
tags = {}
# Instances that were registered, with the names of their checks of type ttl: what a later request can go on with.
registered = {}
SHORT_WAIT = "20ms"
FILTERS = ["cause", "actor", "since", "until", "prefix", "tag", "version", "zone", "region", "protocol", "status", "health"]
FILTERS += ["metadata.KEY", "client_id"]
FRAMING = {"connection", "content-length", "expect", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer"}
FRAMING |= {"transfer-encoding", "upgrade"}


def name_of(operation):
    return operation.definition.raw.get("operationId")


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query if isinstance(case.query, dict) else {}
    operation = name_of(context.operation)
    if operation in ("discover", "drain"):
        shorten_wait(query, context.operation)
        case.query = query
    if isinstance(query.get("cursor"), str) and re.fullmatch(r"[\w-]+", query["cursor"], re.ASCII):
        if query["cursor"] not in cursors:
            del query["cursor"]
    if case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL:
        find_more(operation, query, case)
    if case.meta is not None and case.meta.generation.mode.is_positive:
        if isinstance(case.body, dict):
            case.body = fitting(case.body)
        keep_rules(operation, query, case.body)
        if operation == "report_health" and isinstance(case.body, dict):
            settle_check(case.body, case.path_parameters)
        if case.headers and "If-Match" in case.headers:
            settle_condition(case)


@schemathesis.hook
def after_call(context, case, response):
    if "etag" in response.headers:
        tags[case.formatted_path] = response.headers["etag"][0]
    if name_of(context.operation) == "register" and response.status_code in (200, 201):
        answer = json.loads(response.content)
        names = [check["name"] for check in answer["instance"].get("checks", []) if check["type"] == "ttl"]
        registered[answer["service"]["name"], answer["instance"]["id"]] = names
    if response.status_code == 200 and b'"next_cursor"' in response.content:
        cursors.add(json.loads(response.content)["next_cursor"])


def shorten_wait(query, operation):
    """A wait may take 10 minutes, and a drain waits without being asked to: those that would be taken are short here."""
    wait = query.get("wait")
    pattern = operation.schema.raw_schema["components"]["schemas"]["WaitingTime"]["pattern"]
    waits = "index" in query or name_of(operation) == "drain"
    if wait is None and waits or isinstance(wait, str) and re.fullmatch(pattern, wait):
        query["wait"] = SHORT_WAIT


def find_more(operation, query, case):
    """In the stateful phase one request has to find what another one made: all happens in one namespace, and filters, which have been
    tried in the phases before, are left out."""
    if case.operation.query.get("namespace") is not None:
        query["namespace"] = "default"
        case.query = query
    for name in FILTERS:
        query.pop(name, None)
    if operation == "history" and (query.get("service"), query.get("instance")) not in registered:
        query.pop("service", None)
        query.pop("instance", None)


def keep_rules(operation, query, body):
    if operation == "update":
        settle_checks(body)
    if operation == "watch" and query.get("namespace") == "*" and query.get("service") != ["*"]:
        del query["namespace"]
    if operation == "register":
        settle_registration(body, query)
    elif operation in ("register_batch", "deregister_batch", "heartbeats"):
        for item in body["instances"]:
            settle_registration(item, query)
    elif operation == "subscribe":
        settle_subscription(body, query)
    elif operation == "update" and body.get("ttl") == "never":
        body["checks"] = None
    elif operation == "update" and body.get("checks"):
        body.setdefault("ttl", None)


def fitting(value):
    """Texts have bounds in bytes of UTF-8, which a schema can only give in characters; the least bound is 128."""
    if isinstance(value, dict):
        return {fitting(key): fitting(member) for key, member in value.items()}
    if isinstance(value, list):
        return [fitting(item) for item in value]
    if isinstance(value, str) and not value.isascii():
        return value.encode(errors="surrogatepass")[:128].decode(errors="ignore")
    return value


def settle_registration(item, query):
    """All namespaces that are given are the same, and so are both versions; an instance without an id gets one of its host."""
    places = [place for place in (item, item["service"], item["instance"]) if isinstance(place, dict)]
    given = [place for place in places if place.get("namespace") is not None]
    for place in given:
        place["namespace"] = query.get("namespace", given[0]["namespace"])
    if not isinstance(item["service"], dict):
        return
    service, instance = item["service"], item["instance"]
    if service.get("version") is not None and instance.get("version") is not None:
        instance["version"] = service["version"]
    if instance.get("id") is None and (instance["host"].startswith("_") or len(instance["host"]) > 240):
        instance["id"] = "named"
    settle_lifetime(instance)
    settle_checks(instance)


def settle_subscription(body, query):
    """Deliveries go to a port that nobody listens on, not to whatever a made-up URL leads to: the server would refuse that."""
    body["callback"] = "http://localhost:9/changes"
    if body.get("namespace") is not None:
        body["namespace"] = query.get("namespace", body["namespace"])


def settle_condition(case):
    """Schemathesis makes no header with quotes, and hardly any request would pass a condition that is made up."""
    tag = case.headers["If-Match"]
    if '"' not in tag and tag != "*":
        is_tried = case.meta.phase.name == TestPhase.COVERAGE and tag != "0"
        case.headers["If-Match"] = tags.get(case.formatted_path, f'"{tag}"' if is_tried else "*")


def settle_check(report, path):
    """A report is on a check that the instance has."""
    names = registered.get((path["service"], path["instance"]), [])
    if report.get("check") and report["check"] not in names:
        report["check"] = names[0] if names else ""


def settle_checks(instance):
    """Checks have names that differ, and one at most is of type ttl. None takes longer than its interval, asks for a tunnel, or has
    header fields that belong to the connection."""
    kept = {}
    for check in instance.get("checks") or []:
        name = check.get("name") or check["type"]
        is_second = check["type"] == "ttl" and any(other["type"] == "ttl" for other in kept.values())
        if name in kept or is_second:
            continue
        kept[name] = check
        if check.get("timeout") is not None:
            check.pop("interval", None)
        if (check.get("method") or "").upper() == "CONNECT":
            del check["method"]
        if isinstance(check.get("headers"), dict):
            check["headers"] = {key: value for key, value in check["headers"].items() if key.lower() not in FRAMING}
    if instance.get("checks"):
        instance["checks"] = list(kept.values())


def settle_lifetime(instance):
    """Who never beats has no check that asks for heartbeats."""
    if instance.get("ttl") == "never" and instance.get("checks"):
        del instance["ttl"]


@schemathesis.check
def batches_answer_each_item(ctx, response, case):
    """A batch has one result for each item, and when an item was made with a fault, a problem among them."""
    if name_of(case.operation) not in ("register_batch", "deregister_batch") or response.status_code != 200:
        return
    results = response.json()["results"]
    assert len(results) == len(json.loads(response.request.body)["instances"]), "a result for each item"
    if case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY):
        assert any("code" in result for result in results), "an item with a fault is a problem"
