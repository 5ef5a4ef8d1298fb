import HTTPTypes
import RegistryModel
import Testing

@testable import HTTPSupport

@Suite("Paths and routes")
struct PathTests {
    struct Route: Routed, Equatable {
        let method: HTTPRequest.Method
        let path: PathTemplate
    }

    private let table = RouteTable([
        Route(method: .get, path: PathTemplate("/v1/services/{service}")),
        Route(method: .patch, path: PathTemplate("/v1/services/{service}")),
        Route(method: .post, path: PathTemplate("/v1/instances/batch")),
    ])

    @Test func segmentsAreDecodedOnceAndNeverSplitByTheirContent() throws {
        #expect(try RequestTarget("/v1/a%2Fb/%252F").segments() == ["v1", "a/b", "%2F"])
        #expect(try RequestTarget("/v1//x/").segments() == ["v1", "", "x", ""])
        #expect(try RequestTarget("/a+b").segments() == ["a+b"])
        #expect(try RequestTarget("/%5B::1%5D:8080").segments() == ["[::1]:8080"])
    }

    @Test func badEscapesAreMalformed() {
        for path in ["/%", "/%2", "/%zz", "/%ff%fe"] {
            #expect(throws: RegistryError.self) { try RequestTarget(path).segments() }
        }
    }

    @Test func targetsInEveryForm() {
        #expect(RequestTarget("/a?b=c#d") == RequestTarget("http://host:8080/a?b=c"))
        #expect(RequestTarget("/a").query == nil)
        #expect(RequestTarget("/a?").query == "")
        #expect(RequestTarget("http://host").path == "/")
        #expect(RequestTarget("*").path == "*")
    }

    @Test func routesAreFoundByMethodAndPath() {
        guard case .found(let route, let names) = self.table.resolve(.get, ["v1", "services", "payments"]) else {
            Issue.record("not found")
            return
        }
        #expect(route.method == .get)
        #expect(names["service"] == "payments")
        #expect(names["instance"] == "")
    }

    @Test func headIsGetAndOtherMethodsAreNamed() {
        guard case .found(let route, _) = self.table.resolve(.head, ["v1", "services", "x"]) else {
            Issue.record("HEAD is not found")
            return
        }
        #expect(route.method == .get)
        guard case .otherMethods(let methods) = self.table.resolve(.delete, ["v1", "services", "x"]) else {
            Issue.record("another method is not refused")
            return
        }
        #expect(methods == [.get, .head, .patch])
    }

    @Test func whatIsNotThereIsNotFound() {
        for path in [
            [], [""], ["v1"], ["v1", "services", ""], ["v1", "services", "a", "b"], ["V1", "services", "a"],
        ] {
            guard case .unknownPath = self.table.resolve(.get, path) else {
                Issue.record("\(path) is found")
                continue
            }
        }
    }
}
