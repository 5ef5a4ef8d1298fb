import GRPCCore
import Testing

@testable import EtcdBackend

@Suite("Where etcd is, and what went wrong there")
struct ConfigurationTests {
    @Test(
        "Endpoints are read as users write them",
        arguments: [
            ("127.0.0.1", "127.0.0.1", 2_379, Bool?.none), ("etcd-0.example:23", "etcd-0.example", 23, nil),
            ("http://localhost:1", "localhost", 1, false), ("https://[::1]:65535/", "::1", 65_535, true),
            ("[fe80::1%eth0]", "fe80::1%eth0", 2_379, nil),
        ])
    func endpoints(_ text: String, _ host: String, _ port: Int, _ usesTLS: Bool?) throws {
        let endpoint = try #require(EtcdEndpoint(text))
        #expect(endpoint == EtcdEndpoint(host: host, port: port, usesTLS: usesTLS))
    }

    @Test(
        "What is no endpoint is refused",
        arguments: [
            "", ":1", "a:", "a:0", "a:65536", "a:1:2", "a b", "ftp://a", "[::1", "[::1]1", "a/b", "http://", "a:+1",
            "::1",
        ])
    func noEndpoints(_ text: String) { #expect(EtcdEndpoint(text) == nil) }

    @Test("A password is in no description")
    func secrets() {
        let credentials = EtcdConfiguration.Credentials(username: "root", password: "hunter2")
        let configuration = EtcdConfiguration(endpoints: [], credentials: credentials)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), "\(configuration)", dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("root"))
        }
    }

    @Test(
        "What may have been done is told from what was refused",
        arguments: [
            (RPCError.Code.unavailable, "etcdserver: request timed out", EtcdError.Code.unavailable, true),
            (.unavailable, "etcdserver: no leader", .noLeader, true), (.deadlineExceeded, "", .timedOut, true),
            (.outOfRange, "etcdserver: mvcc: required revision has been compacted", .compacted, false),
            (.resourceExhausted, "etcdserver: mvcc: database space exceeded", .noSpace, true),
            (.resourceExhausted, "etcdserver: too many requests", .overloaded, false),
            (.unauthenticated, "etcdserver: invalid auth token", .tokenExpired, false),
            (.invalidArgument, "etcdserver: user name is empty", .unauthenticated, false),
            (.invalidArgument, "etcdserver: duplicate key given in txn request", .refused, false),
            (.permissionDenied, "etcdserver: permission denied", .permissionDenied, false),
            (.notFound, "etcdserver: requested lease not found", .leaseNotFound, false),
            (.unknown, "anything", .unexpectedAnswer, true),
        ])
    func errors(_ code: RPCError.Code, _ message: String, _ expected: EtcdError.Code, _ mayTakeEffect: Bool) {
        let error = EtcdError(RPCError(code: code, message: message), wasSent: true)
        #expect(error.code == expected)
        #expect(error.mayTakeEffect == mayTakeEffect)
        #expect(!EtcdError(RPCError(code: code, message: message), wasSent: false).mayTakeEffect)
    }

    @Test("A failed endpoint makes way once for the next, whoever else failed on it")
    func selection() {
        var selection = EndpointSelection(count: 3)
        selection.noteFailure(of: 0)
        selection.noteFailure(of: 0)
        #expect(selection.preferred == 1)
        selection.noteFailure(of: 1)
        selection.noteFailure(of: 2)
        #expect(selection.preferred == 0)
    }

    @Test("The range of a prefix is all that begins with it")
    func ranges() {
        #expect(EtcdRange(prefix: "a/").end == EtcdRange("a0").start)
        #expect(EtcdRange(from: "a/", to: "a/t").end == EtcdRange("a/t").start)
        #expect(EtcdRange("a").end.isEmpty)
        #expect(EtcdRange(prefix: "a/").after(EtcdRange("a/b").start).start == EtcdRange("a/b\u{0}").start)
    }
}
