import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Drains of a catalogue that runs, on a clock turned by hand.
struct DrainTests {
    private static let payments = ServiceKey(name: "payments")
    private static let web = ReaderName(client: "web", address: "127.0.0.5")

    private func drain(_ live: LiveCatalog, _ id: String = "a", incarnation: Int64? = nil) async throws -> Drain {
        try await live.catalog.drain(InstanceKey(id), incarnation: incarnation, actor: "tester")
    }

    /// A stream that has been sent everything there is.
    private func stream(
        _ live: LiveCatalog, where filter: InstanceFilter = .available, resumed: Revision? = nil
    ) async throws -> (watch: Watch, ticket: SubscriberTicket) {
        let watch = live.catalog.watch(.services([Self.payments]), from: resumed)
        let ticket = live.catalog.subscribers.begin(watch, Self.web, where: filter, resumed: resumed)
        let steps = try await watch.next(timeout: .seconds(1)) ?? []
        ticket.begin(at: steps.last?.revision ?? .zero)
        ticket.deliver(live.catalog.appliedRevision)
        return (watch, ticket)
    }

    @Test func nobodyToWaitFor() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let drain = try await self.drain(live)
            #expect(drain.revision == Revision(2))
            await drain.awaitConfirmations(atMost: .minutes(5))
            #expect(drain.report == DrainReport(revision: Revision(2)))
            #expect(drain.report.isComplete)
            #expect(live.record()?.instance.spec.status == .draining)
            #expect(try await live.history().map(\.cause) == [.register, .drain])
        }
    }

    @Test func deliveredIsNotConfirmed() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let (watch, ticket) = try await self.stream(live)
            let drain = try await self.drain(live)
            #expect(drain.report.pending.map(\.id) == [watch.id])
            #expect(drain.report.delivered.isEmpty)
            ticket.deliver(drain.revision)
            #expect(drain.report.pending.isEmpty)
            #expect(drain.report.delivered.map(\.id) == [watch.id])
            #expect(!drain.report.isComplete)
            _ = try live.catalog.subscribers.acknowledge(watch: watch.id, drain.revision)
            #expect(drain.report.confirmed.map(\.client) == ["web"])
            #expect(drain.report.isComplete)
        }
    }

    @Test func theWaitEndsWithTheLastConfirmation() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let (watch, ticket) = try await self.stream(live)
            let webhook = live.catalog.subscribers.begin(
                webhook: "hook", client: "mail", of: Self.payments, confirmed: Revision(1))
            let drain = try await self.drain(live)
            let isOver = Flag()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await drain.awaitConfirmations(atMost: .minutes(5))
                    isOver.set()
                }
                webhook.confirm(drain.revision)
                ticket.deliver(drain.revision)
                #expect(!isOver.isSet)
                _ = try? live.catalog.subscribers.acknowledge(watch: watch.id, drain.revision)
            }
            #expect(Set(drain.report.confirmed.map(\.kind)) == [.stream, .webhook])
        }
    }

    @Test func theWaitEndsAfterItsTimeAndSaysWhoHasNot() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            let (watch, _) = try await self.stream(live)
            let drain = try await self.drain(live)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await drain.awaitConfirmations(atMost: .seconds(3)) }
                try await live.advance(by: .milliseconds(3_100))
                try await group.waitForAll()
            }
            #expect(drain.report.pending.map(\.id) == [watch.id])
        }
    }

    @Test func whoeverIsGoneIsNotWaitedFor() async throws {
        try await withCatalog { live in
            try await live.register("a", ttl: .never)
            let (watch, ticket) = try await self.stream(live)
            let drain = try await self.drain(live)
            ticket.end()
            try await live.advance(by: .milliseconds(9_900))
            #expect(drain.report.pending.map(\.isConnected) == [false])
            try await live.advance(by: .milliseconds(200))
            #expect(drain.report.isComplete)
            #expect(drain.report.gone.map(\.id) == [watch.id])
        }
    }

    @Test func onlyStreamsThatShowTheInstanceAreWaitedFor() async throws {
        try await withCatalog { live in
            try await live.register("a") { $0.tags = ["blue"] }
            try await live.register("down", ttl: .never)
            _ = try await live.perform(.beat("down", .down))
            let all = try await self.stream(live)
            let blue = try await self.stream(live, where: InstanceFilter(tags: ["blue"]))
            let green = try await self.stream(live, where: InstanceFilter(tags: ["green"]))
            let everything = try await self.stream(live, where: .everything)
            #expect(
                Set(try await self.drain(live).report.pending.map(\.id))
                    == [all.watch.id, blue.watch.id, everything.watch.id])
            #expect(try await self.drain(live, "down").report.pending.map(\.id) == [everything.watch.id])
            withExtendedLifetime(green) {}
        }
    }

    @Test func oneThatIsDrainingAlreadyIsWaitedForAtItsOwnRevision() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let (watch, ticket) = try await self.stream(live)
            let first = try await self.drain(live)
            ticket.deliver(first.revision)
            _ = try live.catalog.subscribers.acknowledge(watch: watch.id, first.revision)
            _ = try await live.perform(.patch("a") { $0.weight = 3 })
            try await live.register("b")
            let second = try await self.drain(live)
            #expect(second.revision == first.revision)
            #expect(second.report.isComplete)
            #expect(try await live.history().map(\.cause).filter { $0 == .drain }.count == 1)
        }
    }

    @Test func itIsTakenBackOnce() async throws {
        try await withCatalog { live in
            try await live.register("a")
            #expect(
                await code { _ = try await live.perform(.undrain(InstanceKey("a"), incarnation: nil)) } == .conflict)
            _ = try await self.drain(live)
            _ = try await live.perform(.undrain(InstanceKey("a"), incarnation: nil))
            #expect(live.record()?.instance.spec.status == .up)
            #expect(
                await code { _ = try await live.perform(.undrain(InstanceKey("a"), incarnation: nil)) } == .conflict)
            #expect(try await live.history().map(\.cause) == [.register, .drain, .update])
        }
    }

    @Test func anOlderIncarnationDrainsNothing() async throws {
        try await withCatalog { live in
            try await live.register("a", incarnation: 7)
            #expect(await code { _ = try await self.drain(live, incarnation: 6) } == .staleIncarnation)
            #expect(await code { _ = try await self.drain(live, incarnation: 8) } == .unknownInstance)
            #expect(live.record()?.instance.spec.status == .up)
            _ = try await self.drain(live, incarnation: 7)
            #expect(
                await code { _ = try await live.perform(.undrain(InstanceKey("a"), incarnation: 6)) }
                    == .staleIncarnation)
            #expect(live.record()?.instance.spec.status == .draining)
            #expect(await code { _ = try await self.drain(live, "b") } == .unknownInstance)
        }
    }

    @Test func whatAnOperatorHoldsUpCannotBeDrained() {
        var catalog = PureCatalog()
        catalog.perform(.register("a"))
        let key = OverrideKey(InstanceKey("a"))
        for (revision, status) in [(2, InstanceStatus.up), (3, .outOfService)] {
            let override = Sample.override(status: status)
            let service = catalog.service()
            _ = catalog.state.apply(
                CommittedBatch(
                    revision: Revision(Int64(revision)), time: Sample.time,
                    records: [
                        .service(Self.payments, number: 1, service), .override(key, number: 4, override),
                    ], changes: [])
            ) { _, _, before in before?.lease }
            let result = catalog.perform(.drain(InstanceKey("a"), incarnation: nil))
            #expect(result[0].code == (status == .up ? .conflict : nil))
        }
        #expect(catalog.causes == [.drain])
        // It is DRAINING now, but callers are given it again.
        _ = catalog.state.apply(
            CommittedBatch(
                revision: Revision(9), time: Sample.time,
                records: [
                    .service(Self.payments, number: 1, catalog.service()),
                    .override(key, number: 4, Sample.override(status: .up)),
                ], changes: [])
        ) { _, _, before in before?.lease }
        #expect(catalog.perform(.drain(InstanceKey("a"), incarnation: nil))[0].code == .conflict)
    }

    @Test func whatWasNotToldCannotBeConfirmed() async throws {
        try await withCatalog { live in
            try await live.register("a")
            let (watch, ticket) = try await self.stream(live)
            let roll = live.catalog.subscribers
            #expect(await code { _ = try roll.acknowledge(watch: watch.id, Revision(2)) } == .invalid)
            #expect(await code { _ = try roll.acknowledge(watch: "x", Revision(1)) } == .unknownWatch)
            let reader = roll.ask(Self.web, of: Self.payments, index: Revision(1))
            #expect(await code { _ = try roll.acknowledge(watch: reader.id, Revision(1)) } == .unknownWatch)
            ticket.offer(Revision(2))
            #expect(try roll.acknowledge(watch: watch.id, Revision(2)).confirmed == Revision(2))
        }
    }
}
