import HTTPSupport
import HTTPTypes
import Logging
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import RegistryTraffic
import Testing

@testable import HTTPAPI

@Suite("The OpenAPI document is true")
struct OpenAPITests {
    static let operations: [Operation] = {
        let store = InMemoryStore()
        let api = HTTPAPI(
            catalog: Catalog(store: store, clock: SystemClock()), history: store, selector: InstanceSelector(),
            clock: SystemClock(), metrics: ServerMetrics(), accessLog: nil,
            configuration: HTTPAPIConfiguration(version: "test"), logger: Logger(label: "test"))
        return APIRouter.operations(api.context)
    }()

    private static let document = JSONValue(text: OpenAPIDocument.text)

    private static func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"].string else { return value }
        return reference.split(separator: "/").dropFirst().reduce(Self.document) { $0[String($1)] }
    }

    /// Operations of the document by method and path, with the names of their query parameters.
    private static let documented: [String: (id: String, query: Set<String>, value: JSONValue)] = {
        var found: [String: (String, Set<String>, JSONValue)] = [:]
        for path in Self.document["paths"].names {
            let item = Self.document["paths"][path]
            for method in item.names where method != "parameters" {
                let parameters = (item["parameters"].array + item[method]["parameters"].array).map(Self.resolved)
                let query = parameters.filter { $0["in"].string == "query" }.compactMap { $0["name"].string }
                found["\(method.uppercased()) \(path)"] = (
                    item[method]["operationId"].string ?? "", Set(query), item[method]
                )
            }
        }
        return found
    }()

    @Test func itIsOpenAPI31() {
        #expect(Self.document["openapi"].string == "3.1.0")
        #expect(!Self.document["paths"].names.isEmpty)
    }

    @Test func everyRouteIsInItAndEveryOperationInItIsRouted() {
        let routed = Self.operations.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(routed).count == routed.count)
        #expect(Set(routed) == Set(Self.documented.keys))
        for operation in Self.operations {
            #expect(Self.documented["\(operation.method.rawValue) \(operation.path)"]?.id == operation.name)
        }
    }

    @Test func everyParameterThatIsReadIsInItAndNoOther() {
        for operation in Self.operations {
            let read = operation.parameters.map { $0.shownName }
            let documented = Self.documented["\(operation.method.rawValue) \(operation.path)"]?.query
            #expect(documented == Set(read), "\(operation.name)")
            #expect(Set(read).count == read.count, "\(operation.name)")
        }
    }

    @Test func everyReferenceLeadsSomewhere() {
        var references = 0
        func walk(_ value: JSONValue) {
            if let reference = value["$ref"].string {
                references += 1
                #expect(!Self.resolved(value).isNull, "\(reference)")
            }
            for name in value.names { walk(value[name]) }
            for element in value.array { walk(element) }
        }
        walk(Self.document)
        #expect(references > 100)
    }

    @Test func everyLinkLeadsToAnOperationWithTheseParameters() {
        let operations = Dictionary(
            uniqueKeysWithValues: Self.documented.map { key, operation in
                (operation.id, (parameters: Self.parameters(of: key), body: operation.value["requestBody"]))
            })
        let links = Self.document["components"]["links"]
        #expect(links.names.count > 40)
        for name in links.names {
            let target = operations[links[name]["operationId"].string ?? ""]
            #expect(target != nil, "\(name)")
            for parameter in links[name]["parameters"].names {
                #expect(target?.parameters.contains(parameter) == true, "\(name): \(parameter)")
            }
            #expect(links[name]["requestBody"].isNull || target?.body.isNull == false, "\(name)")
        }
    }

    @Test func everyLinkIsUsedAndTakesOnlyWhatItsRequestHas() {
        var used: Set<String> = []
        for (key, operation) in Self.documented {
            let own = Self.parameters(of: key)
            for status in operation.value["responses"].names {
                let links = operation.value["responses"][status]["links"]
                for name in links.names {
                    used.insert(links[name]["$ref"].string ?? "")
                    let link = Self.resolved(links[name])
                    #expect(link["operationId"].string == name)
                    for parameter in link["parameters"].names {
                        let source = link["parameters"][parameter].string ?? ""
                        guard source.hasPrefix("$request.") else { continue }
                        let named = source.split(separator: ".").last.map(String.init) ?? ""
                        #expect(own.contains(named), "\(key) \(status) \(name): \(source)")
                    }
                }
            }
        }
        #expect(used == Set(Self.document["components"]["links"].names.map { "#/components/links/\($0)" }))
    }

    /// The names of all parameters of an operation, `GET /v1/services`.
    private static func parameters(of key: String) -> Set<String> {
        let parts = key.split(separator: " ").map(String.init)
        let item = Self.document["paths"][parts[1]]
        let all = item["parameters"].array + item[parts[0].lowercased()]["parameters"].array
        return Set(all.map(Self.resolved).compactMap { $0["name"].string })
    }

    @Test func everyOperationHasASummaryAndAnswers() {
        for (key, operation) in Self.documented {
            #expect(operation.value["summary"].string?.isEmpty == false, "\(key)")
            #expect(operation.value["responses"].names.contains { $0.hasPrefix("2") }, "\(key)")
            #expect(operation.value["responses"].names.contains("400"), "\(key)")
        }
    }

    @Test func itsListsOfWordsAreTheCodes() {
        func words(_ schema: String, _ path: String...) -> Set<String> {
            let value = path.reduce(Self.document["components"]["schemas"][schema]) { $0[$1] }
            return Set(value["enum"].array.compactMap(\.string))
        }
        #expect(words("Cause") == Set(Cause.allCases.map(\.description)))
        #expect(words("InstanceStatus") == Set(InstanceStatus.allCases.map(\.description)))
        #expect(words("HealthState") == Set(HealthState.allCases.map(\.description)))
        #expect(words("Strategy") == Set(Strategy.allCases.map(\.description)))
    }

    @Test func itIsServed() async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/openapi.json")
            #expect(reply["content-type"] == "application/json")
            #expect(reply.json == Self.document)
        }
    }
}
