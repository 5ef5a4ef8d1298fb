extension OpenAPIDocument {
    static let registrationPaths = #"""
        "/v1/instances": {
          "post": {
            "operationId": "register", "tags": ["register"],
            "summary": "Put an instance on the roll",
            "description": "Registering again replaces all of the owner's fields; absent ones return to their defaults. Identical content renews and commits nothing. Durable before the answer.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/Registration"},
              "example": {"service": {"name": "payments", "version": "1.4.0"}, "metadata": {}, "instance": {"host": "127.0.0.11", "port": 8080, "tags": ["blue"], "ttl": "10s"}}}}},
            "responses": {
              "200": {"description": "It was on the roll already.", "headers": {"Rollcall-Revision": {"$ref": "#/components/headers/Revision"}, "Rollcall-Age": {"$ref": "#/components/headers/Age"}, "Rollcall-Source": {"$ref": "#/components/headers/Source"}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/InstanceAnswer"}}}},
              "201": {"description": "It is new on the roll.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/InstanceAnswer"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "408": {"$ref": "#/components/responses/Timeout"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "429": {"$ref": "#/components/responses/Shed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/v1/instances/batch": {
          "post": {
            "operationId": "register_batch", "tags": ["register"],
            "summary": "Put 1 to 1,000 instances on the roll",
            "description": "Items are independent and answered in their order, all durable before the answer. At most 4 MiB.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["instances"],
              "properties": {"instances": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": "#/components/schemas/Registration"}}}}}}},
            "responses": {
              "200": {"description": "One result for each item: what was done, or a problem.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BatchAnswer"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "408": {"$ref": "#/components/responses/Timeout"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/v1/instances/batch/deregister": {
          "post": {
            "operationId": "deregister_batch", "tags": ["register"],
            "summary": "Take 1 to 1,000 instances off the roll",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["instances"],
              "properties": {"instances": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": "#/components/schemas/InstanceReference"}}}},
              "example": {"instances": [{"service": "payments", "instance": "127.0.0.11:8080"}]}}}},
            "responses": {
              "200": {"description": "One result for each item, with status 204, or a problem.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BatchAnswer"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "408": {"$ref": "#/components/responses/Timeout"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        }
        """#
}
