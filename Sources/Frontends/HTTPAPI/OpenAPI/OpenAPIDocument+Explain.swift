import RegistryCatalog

extension OpenAPIDocument {
    static let explainPaths = #"""
        "/v1/services/{service}/explain": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "explain", "tags": ["discover"],
            "summary": "Why each instance is in the answer of discover, or is not",
            "description": "Takes the query of discover. Every instance that is on the roll is told of, with the stage at which the query lets it go (`strategy` when it does not), a code and a sentence; and who left the roll lately, from the history.",
            "parameters": [{"$ref": "#/components/parameters/explained"}, \#(Self.traits), \#(Self.states), {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "Every instance, in or out, and why.", "Explanation")),
              \#(Self.readProblems(404, 431))
            }
          }
        }
        """#

    static let explainSchemas = #"""

        "ExplanationCode": {"type": "string", "enum": [\#(Self.codes)]},
        "ExplanationNote": {"type": "object", "required": ["code", "reason"], "properties": {"code": {"$ref": "#/components/schemas/ExplanationCode"}, "reason": {"type": "string"}}},
        "ExplainedInstance": {
          "type": "object", "required": ["id", "listed", "selectable", "status", "health", "stage", "code", "reason", "notes"],
          "properties": {
            "id": {"$ref": "#/components/schemas/InstanceID"}, "listed": {"type": "boolean", "description": "Whether the query lists it."},
            "selectable": {"type": "boolean", "description": "Whether select, asked the same, may choose it."},
            "status": {"$ref": "#/components/schemas/InstanceStatus"}, "health": {"$ref": "#/components/schemas/HealthState"},
            "stage": {"type": "string", "enum": [\#(Self.stages)]}, "code": {"$ref": "#/components/schemas/ExplanationCode"}, "reason": {"type": "string"},
            "notes": {"type": "array", "description": "What is true besides.", "items": {"$ref": "#/components/schemas/ExplanationNote"}}
          }
        },
        "Explanation": {
          "type": "object", "required": ["service_id", "listed", "considered", "instances", "departed", "revision"],
          "properties": {
            "service_id": {"type": "string"}, "listed": {"$ref": "#/components/schemas/Count"}, "considered": {"$ref": "#/components/schemas/Count"},
            "instances": {"type": "array", "items": {"$ref": "#/components/schemas/ExplainedInstance"}},
            "departed": {"type": "array", "description": "Who left the roll lately, the latest first.", "items": {"$ref": "#/components/schemas/Record"}},
            "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"type": "array", "items": {"type": "string"}}
          }
        }
        """#

    private static let codes = Self.words(InstanceExplanation.Code.allCases.map(\.rawValue))
    private static let stages = Self.words(InstanceExplanation.Stage.allCases.map(\.rawValue))

    private static func words(_ words: [String]) -> String { words.map { "\"\($0)\"" }.joined(separator: ", ") }
}
