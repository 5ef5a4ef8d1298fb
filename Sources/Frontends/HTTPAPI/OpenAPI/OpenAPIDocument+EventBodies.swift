extension OpenAPIDocument {
    /// What a stream of server-sent events has; `data` is JSON in a string.
    static let eventSchemas = #"""

        "Event": {
          "type": "object", "required": ["event", "data"],
          "properties": {
            "event": {"type": "string", "enum": ["snapshot", "change", "gap", "synced"]},
            "id": {"type": "string", "pattern": "^[0-9]+$", "description": "A revision to resume from."},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"anyOf": [
              {"$ref": "#/components/schemas/SnapshotEvent"}, {"$ref": "#/components/schemas/ChangeEvent"}, {"$ref": "#/components/schemas/GapEvent"}, {"$ref": "#/components/schemas/SyncedEvent"}]}}
          }
        },
        "SnapshotEvent": {
          "type": "object", "required": ["namespace", "service", "revision", "snapshot"], "additionalProperties": false,
          "description": "All of the view. A service that does not exist has no instances, at revision 0.",
          "properties": {"namespace": {"type": "string"}, "service": {"type": "string"}, "revision": {"$ref": "#/components/schemas/Revision"}, "snapshot": {"$ref": "#/components/schemas/Service"}}
        },
        "ChangeEvent": {
          "type": "object", "required": ["namespace", "service", "revision", "changes", "instances", "removed"], "additionalProperties": false,
          "properties": {
            "namespace": {"type": "string"}, "service": {"type": "string"}, "revision": {"$ref": "#/components/schemas/Revision"},
            "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
            "instances": {"type": "array", "description": "Changed or added.", "items": {"$ref": "#/components/schemas/Instance"}},
            "removed": {"type": "array", "description": "Ids of those that left the view.", "items": {"$ref": "#/components/schemas/InstanceID"}}
          }
        },
        "GapEvent": {
          "type": "object", "required": ["namespace", "service", "from", "to"], "additionalProperties": false,
          "description": "What lies between the two revisions is not told; a snapshot follows.",
          "properties": {"namespace": {"type": "string"}, "service": {"type": "string"}, "from": {"$ref": "#/components/schemas/Revision"}, "to": {"$ref": "#/components/schemas/Revision"}}
        },
        "SyncedEvent": {
          "type": "object", "required": ["revision"], "additionalProperties": false,
          "description": "Comes after the last first snapshot when several services are watched.",
          "properties": {"revision": {"$ref": "#/components/schemas/Revision"}}
        }
        """#
}
