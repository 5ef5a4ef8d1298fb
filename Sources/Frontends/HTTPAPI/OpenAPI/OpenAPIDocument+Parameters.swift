extension OpenAPIDocument {
    static let parameters = #"""

        "service": {"name": "service", "in": "path", "required": true, "description": "The service's name.", "schema": {"$ref": "#/components/schemas/Name"}, "example": "payments"},
        "instance": {"name": "instance", "in": "path", "required": true, "description": "The instance's id; percent-encode `[` and `]`.", "schema": {"type": "string", "minLength": 1, "maxLength": 255}, "example": "127.0.0.11:8080"},
        "namespace": {"name": "namespace", "in": "query", "description": "The namespace of whatever does not name its own.", "schema": {"allOf": [{"$ref": "#/components/schemas/Name"}], "default": "default"}},
        "namespaceOrAll": {"name": "namespace", "in": "query", "description": "A namespace, or `*` for all.", "schema": {"type": "string", "default": "default"}},
        "prefix": {"name": "prefix", "in": "query", "description": "Services whose name begins so.", "schema": {"type": "string"}},
        "limit": {"name": "limit", "in": "query", "description": "How many at most.", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
        "cursor": {"name": "cursor", "in": "query", "description": "`next_cursor` of the page before.", "schema": {"type": "string"}},
        "tag": {"name": "tag", "in": "query", "description": "Instances with this tag; repeated: with all of them.", "explode": true, "schema": {"type": "array", "items": {"type": "string", "minLength": 1}}},
        "version": {"name": "version", "in": "query", "description": "Without any of `< > = ^ ~ * |` and space: exactly this version. Else a range as npm has it: `^1.4`, `>=1.2 <2`, `1.* || 3.*`.", "schema": {"type": "string"}, "example": ">=1.2 <2"},
        "zone": {"name": "zone", "in": "query", "description": "Instances in this zone.", "schema": {"type": "string"}},
        "region": {"name": "region", "in": "query", "description": "Instances in this region.", "schema": {"type": "string"}},
        "protocol": {"name": "protocol", "in": "query", "description": "Instances that speak this protocol.", "schema": {"type": "string"}},
        "metadata": {"name": "metadata.KEY", "in": "query", "description": "For any KEY: instances whose metadata has this value under it. Several: all of them.", "schema": {"type": "string"}},
        "status": {"name": "status", "in": "query", "description": "Instances with this status.", "schema": {"$ref": "#/components/schemas/InstanceStatus"}},
        "health": {"name": "health", "in": "query", "description": "Instances with this health, or `any`. Lifts the wish for status UP.", "schema": {"type": "string", "enum": ["up", "down", "unknown", "any"]}},
        "index": {"name": "index", "in": "query", "description": "Answer when the service's revision is above this.", "schema": {"$ref": "#/components/schemas/Revision"}},
        "wait": {"name": "wait", "in": "query", "description": "How long to wait at most, 0 s to 10 min, plus up to 1/16 at random.", "schema": {"allOf": [{"$ref": "#/components/schemas/Duration"}], "default": "60s"}},
        "consistent": {"name": "consistent", "in": "query", "description": "Read what any node has acknowledged. A single node always does.", "schema": {"type": "boolean", "default": false}},
        "strategy": {"name": "strategy", "in": "query", "description": "How to choose; the server's configuration when absent.", "schema": {"type": "string", "enum": ["random", "round_robin", "weight"]}},
        "key": {"name": "key", "in": "query", "description": "What keeps callers with the same key together, for strategies that do; the present ones do not.", "schema": {"type": "string"}},
        "incarnation": {"name": "incarnation", "in": "query", "description": "The incarnation that asks; an older one than the stored gets 409.", "schema": {"type": "integer", "minimum": 0, "maximum": 9007199254740991}},
        "watched": {"name": "service", "in": "query", "required": true, "description": "A service to watch; repeated: several; `*`: all.", "explode": true, "schema": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"type": "string"}}},
        "resume": {"name": "index", "in": "query", "description": "Resume after this revision.", "schema": {"$ref": "#/components/schemas/Revision"}},
        "lastEventID": {"name": "Last-Event-ID", "in": "header", "description": "Resume after this revision; goes before `index`.", "schema": {"type": "string"}},
        "ifNoneMatch": {"name": "If-None-Match", "in": "header", "description": "304 when one of these ETags still fits.", "schema": {"type": "string"}},
        "ifMatch": {"name": "If-Match", "in": "header", "description": "412 unless what is to be changed is still at one of these ETags: a service's, or the instance's own.", "schema": {"type": "string"}},
        "client": {"name": "Rollcall-Client", "in": "header", "description": "Who asks, 1 to 128 printable characters of ASCII: the actor in the history. Without it, the client's address.", "schema": {"type": "string", "minLength": 1, "maxLength": 128}}
        """#

    static let headers = #"""

        "Revision": {"description": "What this node has applied.", "schema": {"$ref": "#/components/schemas/Revision"}},
        "Age": {"description": "Milliseconds since the store last confirmed.", "schema": {"type": "integer", "minimum": 0}},
        "Source": {"description": "Where the answer comes from.", "schema": {"type": "string", "enum": ["live", "cache", "file"]}},
        "ETag": {"description": "The registry and the service's revision; the compressed form has its own.", "schema": {"type": "string"}, "example": "\"0123abcd-18\""}
        """#

    static let responses = #"""

        "Malformed": {"description": "The request cannot be read (`malformed`), or has a parameter that is not known (`unknown_parameter`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "No parameter tags is known here; did you mean tag?", "code": "unknown_parameter", "errors": [{"field": "tags", "message": "is not known here; did you mean tag?"}]}}}},
        "Unknown": {"description": "There is no such service (`unknown_service`) or instance (`unknown_instance`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "Timeout": {"description": "The body did not arrive in time (`timeout`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "Conflict": {"description": "It does not fit the present state (`conflict`), or a later incarnation took this one's place (`stale_incarnation`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "PreconditionFailed": {"description": "If-Match names another revision (`precondition_failed`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "TooLarge": {"description": "The body is over 4 MiB (`too_large`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "UnsupportedMediaType": {"description": "The body is not JSON (`unsupported_media_type`).", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "Invalid": {"description": "Fields break the limits (`invalid`), or a check is of a kind that is not made here (`unsupported_check`). `errors` names every one.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": {"type": "about:blank", "title": "Unprocessable Content", "status": 422, "detail": "instance.port is 70000; a port is 1 to 65535.", "code": "invalid", "errors": [{"field": "instance.port", "message": "is 70000; a port is 1 to 65535"}]}}}},
        "Shed": {"description": "Too much is asked at once (`shed`).", "headers": {"Retry-After": {"schema": {"type": "integer"}}}, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        "Unavailable": {"description": "The store cannot be written (`store_unavailable`, `store_full`), or the server is starting or stopping (`not_ready`). Nothing was changed.", "headers": {"Retry-After": {"schema": {"type": "integer"}}}, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        """#
}
