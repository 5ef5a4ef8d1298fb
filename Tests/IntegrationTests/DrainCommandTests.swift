import RegistryTestKit
import RollcallClient
import Subprocess
import Testing

/// `rollcall drain` and `rollcall subscribers`, and what the client library has for them.
@Suite(.timeLimit(.minutes(3)))
struct DrainCommandTests {
    private func register(_ client: RollcallClient, _ port: UInt16 = 1) async throws {
        let spec = InstanceSpec(host: "127.0.0.1", port: port, ttl: .never)
        _ = try await client.register(Registration(service: client.service("web"), spec: spec))
    }

    @Test func drainSaysWhoHasConfirmedAndWhoHasNot() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                try await self.register(client)
                let alone = try await server.rollcall("drain", "web", "127.0.0.1:1")
                #expect(alone.status == 0)
                #expect(
                    alone.output
                        == "default/web/127.0.0.1:1 is DRAINING since revision 2. Nobody who reads the service is left to use it.\n"
                )
                let undone = try await server.rollcall("drain", "web", "127.0.0.1:1", "--undo")
                #expect(undone.status == 0)
                #expect(undone.output == "default/web/127.0.0.1:1 is UP again at revision 3.\n")
                #expect(try await server.rollcall("drain", "web", "127.0.0.1:1", "--undo").status == 1)

                // One that reads and never says so. It counts for 10 s, so it reads again before each command.
                func readOnce() async throws {
                    _ = try await client.discover(client.service("web"), blocking: BlockingRead(after: .zero))
                }
                try await readOnce()
                let listed = try await server.rollcall("subscribers", "web")
                #expect(listed.output.contains("blocking  integration-tests  service"), "\(listed.output)")
                try await readOnce()
                let late = try await server.rollcall("drain", "web", "127.0.0.1:1", "--wait", "200ms")
                #expect(late.status == 1)
                #expect(late.output.contains("Some may still use it, or have not said otherwise."))
                #expect(late.output.contains("integration-tests  not delivered"), "\(late.output)")
                try await readOnce()
                #expect(try await server.rollcall("drain", "web", "127.0.0.1:1", "--wait", "0s").status == 0)
                try await readOnce()
                let json = try await server.rollcall("drain", "web", "127.0.0.1:1", "--wait", "0s", "--output", "json")
                #expect(json.output.hasPrefix(#"{"revision":4,"complete":false,"#), "\(json.output)")

                #expect(try await server.rollcall("drain", "web", "nobody").status == 4)
                #expect(try await server.rollcall("subscribers", "nothing").status == 4)
            }
        }
    }

    @Test func theClientsWatchConfirmsByItself() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                try await self.register(client)
                try await self.register(client, 2)
                var events = client.watch(.services(["web"])).makeAsyncIterator()
                _ = try await events.next()
                let subscriber = try #require(
                    try await client.subscribers(of: client.service("web")).value.elements.first)
                #expect(subscriber.kind == "stream")
                #expect(subscriber.client == "integration-tests")
                async let drained = client.drain(client.instance("127.0.0.1:1", of: "web"), wait: .minutes(1))
                guard case .update(.change(_, _, let changes, _, _), _)? = try await events.next() else {
                    Issue.record("the drain was not told")
                    return
                }
                #expect(changes.map(\.cause) == ["drain"])
                // Asking for more is what confirms; what comes next is of no interest.
                async let more = Self.next(events)
                let answer = try await drained.value
                #expect(answer.isComplete)
                #expect(answer.confirmed.map(\.id) == [subscriber.id])
                try await client.undrain(client.instance("127.0.0.1:1", of: "web"))
                #expect(try await more)
            }
        }
    }

    private static func next(_ events: WatchEvents.AsyncIterator) async throws -> Bool {
        var events = events
        return try await events.next() != nil
    }

    @Test func aMemberDrainsBeforeItStops() async throws {
        try await LiveServer.run { server in
            try await server.withClient { client in
                let spec = InstanceSpec(host: "127.0.0.1", port: 1, ttl: .after(.seconds(5)))
                let registration = Registration(service: client.service("web"), spec: spec, incarnation: 5)
                try await client.withMembership(of: registration) { membership in
                    #expect(try await membership.drain() == nil, "it is not on the roll yet")
                    try await eventually("it is on the roll") {
                        try await client.services().value.elements.first?.status.instances == 1
                    }
                    // The registry may know it before the answer has come back to the member.
                    var drained: DrainAnswer?
                    try await eventually("the member knows that it is on the roll") {
                        drained = try await membership.drain(wait: .seconds(1))
                        return drained != nil
                    }
                    #expect(drained?.isComplete == true)
                    #expect(drained?.revision == Revision(2))
                }
                let history = try await client.history(HistoryQuery(order: .ascending)).value.elements
                #expect(history.map(\.cause) == ["register", "drain", "deregister"])
            }
        }
    }
}
