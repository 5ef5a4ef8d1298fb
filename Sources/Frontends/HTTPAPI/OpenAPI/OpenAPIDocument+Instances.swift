extension OpenAPIDocument {
    static let instancePaths = #"""
        "/v1/services/{service}/instances": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "list_instances", "tags": ["discover"],
            "summary": "List a service's instances, available or not",
            "description": "Unlike discover it lists every health and status unless one is asked for, in pages.",
            "parameters": [\#(Self.traits), \#(Self.states), {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}],
            "responses": {
              "200": {"description": "A page, in the order of ids.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/InstancePage"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/v1/services/{service}/instances/{instance}": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/instance"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_instance", "tags": ["discover"],
            "summary": "One instance",
            "parameters": [{"$ref": "#/components/parameters/ifNoneMatch"}],
            "responses": {
              "200": {"description": "The instance, and its own revision, which its ETag names.", "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/InstanceAnswer"}}}},
              "304": {"description": "The instance is unchanged since the revision in If-None-Match."},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          },
          "patch": {
            "operationId": "update", "tags": ["register"],
            "summary": "Change some of an instance's fields",
            "description": "JSON Merge Patch (RFC 7396): null returns a field to its default, or removes a pair of metadata or a port.",
            "parameters": [{"$ref": "#/components/parameters/ifMatch"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {
              "application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/InstancePatch"}},
              "application/json": {"schema": {"$ref": "#/components/schemas/InstancePatch"}, "example": {"weight": 50, "metadata": {"color": "blue", "old": null}}}}},
            "responses": {
              "200": {"description": "The instance as it is now.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/InstanceAnswer"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "408": {"$ref": "#/components/responses/Timeout"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "412": {"$ref": "#/components/responses/PreconditionFailed"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "429": {"$ref": "#/components/responses/Shed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          },
          "delete": {
            "operationId": "deregister", "tags": ["register"],
            "summary": "Take an instance off the roll",
            "parameters": [{"$ref": "#/components/parameters/incarnation"}, {"$ref": "#/components/parameters/client"}],
            "responses": {
              "204": {"description": "It is off the roll.", "headers": {"Rollcall-Revision": {"$ref": "#/components/headers/Revision"}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "429": {"$ref": "#/components/responses/Shed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        }
        """#
}
