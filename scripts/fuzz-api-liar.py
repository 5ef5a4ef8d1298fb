"""A small HTTP server that lies about its document, for `fuzz-api.py --self-test`: each lie has to be reported, and nothing else."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NUMBER = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
BOUNDED = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 0, "maximum": 100}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]{1,8}$"}}
TO_THING = {"parameters": {"id": "$request.path.id"}}
ITEM = {
    "type": "object", "additionalProperties": False, "required": ["service", "instance"],
    "properties": {"service": ID["schema"], "instance": ID["schema"]},
}
ITEMS = {"type": "array", "minItems": 1, "maxItems": 3, "items": ITEM}
BATCH = {"type": "object", "additionalProperties": False, "required": ["instances"], "properties": {"instances": ITEMS}}
RESULTS = {"type": "object", "required": ["results"], "properties": {"results": {"type": "array", "items": {"type": "object"}}}}

# What has to be found out, no more and no less: the kind of failure and the operation. GET /honest tells the truth.
LIES = {
    ("UndefinedStatusCode", "GET /status"),
    ("JsonSchemaError", "GET /schema"),
    ("ServerError", "GET /fails"),
    ("RejectedPositiveData", "GET /fails"),
    ("AcceptedNegativeData", "GET /lenient"),
    ("RejectedPositiveData", "GET /strict"),
    ("UseAfterFree", "Stateful tests"),
    # The check of the hooks: an item with a fault is taken; a result belongs to no item.
    ("CustomFailure", "POST /batch/register"),
    ("CustomFailure", "POST /batch/deregister"),
}


def operation(*parameters, **answers):
    schema = {"content": {"application/json": {"schema": NUMBER}}}
    responses = {}
    for status, more in answers.items():
        responses[status[1:]] = {"description": "An answer.", **(schema if status != "_204" else {}), **more}
    return {"parameters": list(parameters), "responses": responses}


def batch(name):
    """An operation whose items the hooks look at, for its name."""
    body = {"required": True, "content": {"application/json": {"schema": BATCH}}}
    taken = {"description": "Results.", "content": {"application/json": {"schema": RESULTS}}}
    answers = {**operation(_400={})["responses"], "200": taken}
    return {"post": {"operationId": name, "requestBody": body, "responses": answers}}


def document():
    to_read = {"links": {"read": {"operationId": "read", **TO_THING}}}
    to_remove = {"links": {"remove": {"operationId": "remove", **TO_THING}}}
    plain = {"_200": {}, "_400": {}}
    thing = {
        "put": {"operationId": "make", **operation(ID, _201=to_remove, _404={})},
        "get": {"operationId": "read", **operation(ID, _200={}, _404={})},
        "delete": {"operationId": "remove", **operation(ID, _204=to_read, _404={})},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Liar", "version": "1"},
        "paths": {
            "/honest": {"get": operation(BOUNDED, **plain)},
            "/status": {"get": operation(_200={})},
            "/schema": {"get": operation(_200={})},
            "/fails": {"get": operation(BOUNDED, _500={}, **plain)},
            "/lenient": {"get": operation(BOUNDED, **plain)},
            "/strict": {"get": operation(BOUNDED, **plain)},
            "/things/{id}": thing,
            "/batch/register": batch("register_batch"),
            "/batch/deregister": batch("deregister_batch"),
        },
    }


def is_sound(item):
    fields = item if isinstance(item, dict) else {}
    are_names = (isinstance(text, str) and re.fullmatch("[a-z]{1,8}", text) for text in fields.values())
    return set(fields) == {"service", "instance"} and all(are_names)


class Liar(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer in one packet: two would wait for the client's acknowledgement in between.
    wbufsize = 1 << 16

    def do_GET(self):
        target = urlsplit(self.path)
        number = self.number(parse_qs(target.query, keep_blank_values=True))
        path = target.path
        if path == "/openapi.json":
            return self.answer(200, document())
        if path.startswith("/batch/"):
            return self.refuse()
        if path.startswith("/things/"):
            # One that was removed is read all the same.
            return self.answer_thing(200, {"n": 1})
        if path in ("/honest", "/fails", "/strict") and number is None:
            return self.answer(400, {"n": 0})
        if path == "/strict" and number > 50:
            return self.answer(400, {"n": number})
        if path == "/fails" and number > 90:
            return self.answer(500, {"n": number})
        if path == "/status":
            return self.answer(202, {"n": 1})
        return self.answer(200, {"n": "one" if path == "/schema" else 1})

    def do_PUT(self):
        self.answer_thing(201, {"n": 1})

    def do_DELETE(self):
        self.answer_thing(204, None)

    def do_POST(self):
        if self.path not in ("/batch/register", "/batch/deregister"):
            return self.refuse()
        items = self.items()
        if items is None:
            return self.answer(400, {"n": 0})
        if self.path == "/batch/register":
            results = [{} for _ in items]
        else:
            results = [{} if is_sound(item) else {"code": "invalid"} for item in items] + [{}]
        self.answer(200, {"results": results})

    def refuse(self):
        self.answer(405, {"n": 0})

    def __getattr__(self, name):
        """Any other method is none that the document has."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self.refuse

    def answer_thing(self, status, value):
        if not self.path.startswith("/things/"):
            self.refuse()
        elif re.fullmatch("/things/[a-z]{1,8}", self.path):
            self.answer(status, value)
        else:
            self.answer(404, {"n": 0})

    def items(self):
        """Those of a batch, sound or not; None when it is no batch."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Type") != "application/json":
            return None
        try:
            batch = json.loads(body)
        except ValueError:
            return None
        items = batch.get("instances") if isinstance(batch, dict) and len(batch) == 1 else None
        return items if isinstance(items, list) and 1 <= len(items) <= 3 else None

    def number(self, query):
        """Only `n`, given once, as decimal digits within its bounds."""
        if list(query) != ["n"] or len(query["n"]) != 1:
            return None
        text = query["n"][0]
        return int(text) if text.isascii() and text.isdecimal() and int(text) <= 100 else None

    def answer(self, status, value):
        if self.command != "POST" or status == 405:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if status == 405:
            places = {"things": "GET, PUT, DELETE", "batch": "POST"}
            self.send_header("Allow", places.get(self.path.split("/")[1], "GET"))
        if value is not None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Says nothing: the report is what counts."""


def server():
    return ThreadingHTTPServer(("127.0.0.1", 0), Liar)
