extension OpenAPIDocument {
    static let parameters = #"""

        "service": {"name": "service", "in": "path", "required": true, "description": "The service's name.", "schema": {"$ref": "#/components/schemas/Name"}, "example": "payments"},
        "instance": {"name": "instance", "in": "path", "required": true, "description": "The instance's id; percent-encode `[` and `]`.", "schema": {"$ref": "#/components/schemas/InstanceID"}, "example": "127.0.0.11:8080"},
        "subscription": {"name": "id", "in": "path", "required": true, "description": "The subscription's id.", "schema": {"$ref": "#/components/schemas/SubscriptionID"}},
        "namespace": {"name": "namespace", "in": "query", "description": "The namespace of whatever does not name its own.", "schema": {"allOf": [{"$ref": "#/components/schemas/Name"}], "default": "default"}},
        "namespaceOrAll": {"name": "namespace", "in": "query", "description": "A namespace, or `*` for all.", "schema": {"anyOf": [{"$ref": "#/components/schemas/Name"}, {"const": "*"}], "default": "default"}},
        "prefix": {"name": "prefix", "in": "query", "description": "Services whose name begins so.", "schema": {"type": "string"}},
        "limit": {"name": "limit", "in": "query", "description": "How many at most.", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
        "cursor": {"name": "cursor", "in": "query", "description": "`next_cursor` of the page before; no other text is taken.", "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 2048}},
        "tag": {"name": "tag", "in": "query", "description": "Instances with this tag; repeated: with all of them.", "explode": true, "schema": {"type": "array", "maxItems": 64, "items": {"type": "string", "minLength": 1}}},
        "version": {"name": "version", "in": "query", "description": "Without any of `< > = ^ ~ * |` and space: exactly this version. Else a range as npm has it: `^1.4`, `>=1.2 <2`, `1.* || 3.*`.", "schema": {"$ref": "#/components/schemas/VersionWish"}, "example": ">=1.2 <2"},
        "zone": {"name": "zone", "in": "query", "description": "Instances in this zone.", "schema": {"type": "string"}},
        "region": {"name": "region", "in": "query", "description": "Instances in this region.", "schema": {"type": "string"}},
        "protocol": {"name": "protocol", "in": "query", "description": "Instances that speak this protocol.", "schema": {"type": "string"}},
        "metadata": {"name": "metadata.KEY", "in": "query", "description": "For any KEY of 1 or more characters: instances whose metadata has this value under it. Several: all of them.", "schema": {"type": "string"}},
        "status": {"name": "status", "in": "query", "description": "Instances with this status.", "schema": {"$ref": "#/components/schemas/InstanceStatus"}},
        "health": {"name": "health", "in": "query", "description": "Instances with this health, or `any`. Lifts the wish for status UP.", "schema": {"type": "string", "enum": ["up", "down", "unknown", "any"]}},
        "index": {"name": "index", "in": "query", "description": "Answer when the service's revision is above this.", "schema": {"$ref": "#/components/schemas/Revision"}},
        "wait": {"name": "wait", "in": "query", "description": "How long to wait at most, 0 s to 10 min, plus up to 1/16 at random.", "schema": {"allOf": [{"$ref": "#/components/schemas/WaitingTime"}], "default": "1m"}},
        "explained": {"name": "instance", "in": "query", "description": "Tell of this instance only.", "schema": {"$ref": "#/components/schemas/InstanceID"}},
        "consistent": {"name": "consistent", "in": "query", "description": "Read what any node has acknowledged. A single node always does.", "allowEmptyValue": true, "schema": {"$ref": "#/components/schemas/Flag"}},
        "strategy": {"name": "strategy", "in": "query", "description": "How to choose; the server's configuration when absent.", "schema": {"$ref": "#/components/schemas/Strategy"}},
        "key": {"name": "key", "in": "query", "description": "What keeps callers with the same key together, for strategies that do; the present ones do not.", "schema": {"type": "string"}},
        "incarnation": {"name": "incarnation", "in": "query", "description": "The incarnation that asks; an older one than the stored gets 409.", "schema": {"$ref": "#/components/schemas/Incarnation"}},
        "watched": {"name": "service", "in": "query", "required": true, "description": "A service to watch; repeated: several; `*`: all.", "explode": true, "schema": {"type": "array", "minItems": 1, "maxItems": 1000, "anyOf": [{"items": {"$ref": "#/components/schemas/Name"}}, {"maxItems": 1, "items": {"const": "*"}}]}},
        "resume": {"name": "index", "in": "query", "description": "Resume after this revision.", "schema": {"$ref": "#/components/schemas/Revision"}},
        "lastEventID": {"name": "Last-Event-ID", "in": "header", "description": "Resume after this revision; goes before `index`. Empty: none.", "schema": {"type": "string", "pattern": "^(0|[1-9][0-9]{0,14})?$"}},
        "ifNoneMatch": {"name": "If-None-Match", "in": "header", "description": "304 when one of these ETags still fits; what is no ETag fits nothing.", "schema": {"type": "string"}},
        "ifMatch": {"name": "If-Match", "in": "header", "description": "412 unless what is to be changed is still at one of these ETags: a service's, or the instance's own. `*` is any.", "schema": {"type": "string", "pattern": "^([*]|(W/)?\"[!#-~]*\"(, (W/)?\"[!#-~]*\")*)$"}},
        "client": {"name": "Rollcall-Client", "in": "header", "description": "Who asks, 1 to 128 printable characters of ASCII: the actor in the history. Without it, the client's address.", "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]([ -~]*[!-~])?$"}}
        """#
}
