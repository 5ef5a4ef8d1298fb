extension OpenAPIDocument {
    static let clusterPaths = #"""
        "/v1/cluster": {
          "get": {
            "operationId": "cluster", "tags": ["server"],
            "summary": "The nodes of the registry, and the store that they share",
            "description": "As the node that answers sees them. One that is alone has one member, itself, and no endpoints of a store. Answers also while the store is away.",
            "responses": {
              \#(Self.answer(200, "The members in the order in which they joined, and the node that answers, which may be none yet.", "Cluster")),
              \#(Self.problems(400, 503))
            }
          }
        },
        "/v1/cluster/adopt": {
          "parameters": [{"$ref": "#/components/parameters/client"}],
          "post": {
            "operationId": "adopt", "tags": ["operate"],
            "summary": "Take over the history that the store holds",
            "description": "When the store was restored or emptied, nodes go on showing what they knew and nothing can be written until an operator says which history counts. This one: the store's; what only the nodes know is lost. 409 when the store holds the history that this node follows.",
            "responses": {
              \#(Self.answer(200, "How the cluster is now.", "Cluster")),
              \#(Self.problems(400, 409, 503))
            }
          }
        },
        "/v1/cluster/reseed": {
          "parameters": [{"$ref": "#/components/parameters/client"}],
          "post": {
            "operationId": "reseed", "tags": ["operate"],
            "summary": "Write back to the store what this node knows",
            "description": "The other way out of what `adopt` describes: this node's catalogue counts; what the store holds instead is lost. 409 when the store holds the history that this node follows.",
            "responses": {
              \#(Self.answer(200, "How the cluster is now.", "Cluster")),
              \#(Self.problems(400, 409, 503))
            }
          }
        }
        """#

    static let clusterSchemas = #"""

        "Cluster": {
          "type": "object", "required": ["registry_id", "type", "revision", "source", "age_ms", "cut_off", "timeline", "level", "store", "members"],
          "properties": {
            "registry_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "type": {"type": "string", "enum": ["etcd", "embedded"]},
            "revision": {"allOf": [{"$ref": "#/components/schemas/Revision"}], "description": "What the node that answers has applied."},
            "source": {"type": "string", "enum": ["live", "cache", "file"], "description": "Where its answers come from."},
            "age_ms": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "Milliseconds since its store last confirmed."},
            "cut_off": {"type": "boolean", "description": "Whether it cannot judge who is silent: nothing expires by its doing then."},
            "timeline": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "Counts the histories that an operator let begin; 0 for a node that is alone."},
            "level": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "The schema that may be written, the lowest that every member knows; 0 for a node that is alone."},
            "store": {"$ref": "#/components/schemas/ClusterStore"},
            "members": {"type": "array", "items": {"$ref": "#/components/schemas/ClusterMember"}}
          }
        },
        "ClusterStore": {
          "type": "object", "required": ["endpoints", "quota_bytes", "full", "obstacle"],
          "properties": {
            "endpoints": {"type": "array", "items": {
              "type": "object", "required": ["address", "version", "leader", "revision", "bytes", "used_bytes", "errors"],
              "properties": {
                "address": {"type": "string"}, "version": {"type": ["string", "null"], "description": "Null: it does not answer."}, "leader": {"type": "boolean"},
                "revision": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "The store's own count."},
                "bytes": {"$ref": "#/components/schemas/Count"}, "used_bytes": {"$ref": "#/components/schemas/Count"}, "errors": {"type": "array", "description": "What it complains of.", "items": {"type": "string"}}
              }}},
            "quota_bytes": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "What each endpoint may take on disk (`etcd.quota`); 0: nobody has said. From 80 % on it is time to make room."},
            "full": {"type": "boolean", "description": "Its quota is used up: writes get `store_full`."},
            "obstacle": {"type": ["string", "null"], "description": "Why nothing may be written though it could be: it holds another history. Then `adopt` or `reseed`."}
          }
        },
        "ClusterMember": {
          "type": "object", "required": ["id", "epoch", "node", "address", "version", "schema", "started_at", "self", "applied", "lag", "hash", "agrees", "digest_age_ms", "standstills", "stood_still_ms", "services"],
          "properties": {
            "id": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Made when the process started."}, "epoch": {"type": ["integer", "null"], "minimum": 0, "description": "Orders members by when they joined; null: it has not."},
            "node": {"type": "string", "description": "Made with its data directory."}, "address": {"type": "string", "description": "Where clients reach it."}, "version": {"type": "string"},
            "schema": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "The latest schema of records that it knows; 0 for a node that is alone."}, "started_at": {"type": ["string", "null"], "format": "date-time"},
            "self": {"type": "boolean", "description": "Whether it is the node that answers."}, "applied": {"anyOf": [{"$ref": "#/components/schemas/Revision"}, {"type": "null"}], "description": "At its newest digest; null: it has written none."},
            "lag": {"type": ["integer", "null"], "minimum": 0, "description": "How many revisions it is behind the furthest."}, "hash": {"type": ["string", "null"], "pattern": "^[0-9a-f]{32}$"},
            "agrees": {"type": ["boolean", "null"], "description": "Whether its state was this node's, where both were at the same revision last; null: never yet."},
            "digest_age_ms": {"type": ["integer", "null"], "minimum": 0}, "standstills": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "How often its liveness time stood still."},
            "stood_still_ms": {"$ref": "#/components/schemas/Count"}, "services": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "For which it is the first to act."}
          }
        }
        """#
}
