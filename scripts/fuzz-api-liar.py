"""A small HTTP server that lies about its document, for `fuzz-api.py --self-test`: each lie has to be reported, and nothing else."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NUMBER = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
BOUNDED = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 0, "maximum": 100}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]{1,8}$"}}
TO_THING = {"parameters": {"id": "$request.path.id"}}

# What has to be found out, no more and no less: the kind of failure and the operation. GET /honest tells the truth.
LIES = {
    ("UndefinedStatusCode", "GET /status"),
    ("JsonSchemaError", "GET /schema"),
    ("ServerError", "GET /fails"),
    ("AcceptedNegativeData", "GET /lenient"),
    ("RejectedPositiveData", "GET /strict"),
    ("UseAfterFree", "Stateful tests"),
}


def operation(*parameters, **answers):
    schema = {"content": {"application/json": {"schema": NUMBER}}}
    responses = {}
    for status, more in answers.items():
        responses[status[1:]] = {"description": "An answer.", **(schema if status != "_204" else {}), **more}
    return {"parameters": list(parameters), "responses": responses}


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
        },
    }


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

    def number(self, query):
        """Only `n`, given once, as decimal digits within its bounds."""
        if list(query) != ["n"] or len(query["n"]) != 1:
            return None
        text = query["n"][0]
        return int(text) if text.isascii() and text.isdecimal() and int(text) <= 100 else None

    def answer(self, status, value):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if status == 405:
            methods = "GET, PUT, DELETE" if self.path.startswith("/things/") else "GET"
            self.send_header("Allow", methods)
        if value is not None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Says nothing: the report is what counts."""


def server():
    return ThreadingHTTPServer(("127.0.0.1", 0), Liar)
