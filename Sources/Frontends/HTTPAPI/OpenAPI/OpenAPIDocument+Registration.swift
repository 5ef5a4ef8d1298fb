extension OpenAPIDocument {
    static let registrationPaths = #"""
        "/v1/instances": {
          "post": {
            "operationId": "register", "tags": ["register"],
            "summary": "Put an instance on the roll",
            "description": "Registering again replaces all of the owner's fields; absent ones return to their defaults. Identical content renews and commits nothing. Durable before the answer.\n\nThe namespace may stand in several places, and a version with the service or the instance: all that are given have to agree.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/Registration"},
              "example": {"service": {"name": "payments", "version": "1.4.0"}, "metadata": {}, "instance": {"host": "127.0.0.11", "port": 8080, "tags": ["blue"], "ttl": "10s"}}}}},
            "responses": {
              \#(Self.answer(200, "It was on the roll already.", "InstanceAnswer", links: .written)),
              \#(Self.answer(201, "It is new on the roll.", "InstanceAnswer", links: .written)),
              \#(Self.bodyProblems(409, 429))
            }
          }
        },
        "/v1/instances/batch": {
          "post": {
            "operationId": "register_batch", "tags": ["register"],
            "summary": "Put 1 to 1,000 instances on the roll",
            "description": "Items are independent and answered in their order, all durable before the answer: one that is at fault is a problem in its place. At most 4 MiB.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["instances"],
              "properties": {"instances": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": "#/components/schemas/Registration"}}}}}}},
            "responses": {
              \#(Self.answer(200, "One result for each item: what was done, or a problem.", "BatchAnswer")),
              \#(Self.bodyProblems())
            }
          }
        },
        "/v1/instances/batch/deregister": {
          "post": {
            "operationId": "deregister_batch", "tags": ["register"],
            "summary": "Take 1 to 1,000 instances off the roll",
            "description": "Items are independent and answered in their order: one that is at fault is a problem in its place.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["instances"],
              "properties": {"instances": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": "#/components/schemas/InstanceReference"}}}},
              "example": {"instances": [{"service": "payments", "instance": "127.0.0.11:8080"}]}}}},
            "responses": {
              \#(Self.answer(200, "One result for each item, with status 204, or a problem.", "BatchAnswer")),
              \#(Self.bodyProblems())
            }
          }
        }
        """#
}
