import Dispatch
import NIOCore
import NIOPosix
import RegistryModel
import Synchronization
import Testing

@testable import Outbound

/// Two names at once, four that wait.
@Suite(.timeLimit(.minutes(3))) struct NameResolverTests {
    private static let loopback = [IPAddress(v4: 0x7f00_0001)]

    private static func with(
        _ lookUp: @escaping NameResolver.Lookup, _ body: (NameResolver) async throws -> Void
    ) async throws {
        let resolver = NameResolver(
            group: MultiThreadedEventLoopGroup.singleton, threads: 2, mostNames: 4, lookUp: lookUp)
        defer { resolver.shutDown() }
        try await body(resolver)
    }

    private static func fault(of name: String, by resolver: NameResolver, within time: TimeAmount) async -> LookupFault?
    {
        do throws(LookupFault) {
            _ = try await resolver.addresses(of: name, until: .now() + time)
            return nil
        } catch {
            return error
        }
    }

    @Test func theSystemKnowsLocalhost() async throws {
        try await Self.with(AddressLookup.addresses) { resolver in
            let addresses = try await resolver.addresses(of: "localhost")
            #expect(addresses.contains(IPAddress(v4: 0x7f00_0001)) || addresses.contains(IPAddress(v6: 1)))
            #expect(Set(addresses).count == addresses.count)
        }
    }

    @Test func whatTheLookUpSaysIsSaid() async throws {
        let missing = LookupFault(.notFound, "its name was not found")
        try await Self.with { (_) throws(LookupFault) in
            throw missing
        } _: { resolver in
            #expect(await Self.fault(of: "a", by: resolver, within: .minutes(1)) == missing)
        }
    }

    @Test func aNameThatHangsHoldsOneThreadAndNoOtherName() async throws {
        let gate = DispatchSemaphore(value: 0)
        let hung = Mutex(0)
        try await Self.with { name in
            if name == "hangs" {
                hung.withLock { $0 += 1 }
                gate.wait()
            }
            return Self.loopback
        } _: { resolver in
            for _ in 0..<5 {
                #expect(await Self.fault(of: "hangs", by: resolver, within: .milliseconds(20))?.kind == .timedOut)
            }
            #expect(try await resolver.addresses(of: "answers") == Self.loopback)
            #expect(hung.withLock { $0 } == 1)
            async let waited = resolver.addresses(of: "hangs")
            gate.signal()
            let addresses = try await waited
            #expect(addresses == Self.loopback, "who comes later gets what the first one asked for")
            #expect(hung.withLock { $0 } == 1)
        }
    }

    @Test func noMoreNamesWaitThanAllowed() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await Self.with { _ in
            gate.wait()
            return Self.loopback
        } _: { resolver in
            for name in ["a", "b", "c", "d"] {
                #expect(await Self.fault(of: name, by: resolver, within: .milliseconds(20))?.kind == .timedOut)
            }
            #expect(await Self.fault(of: "e", by: resolver, within: .minutes(1)) == .full)
            for _ in 0..<5 { gate.signal() }
            // The queue is worked off, without what nobody waits for.
            while await Self.fault(of: "e", by: resolver, within: .minutes(1)) == .full {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await resolver.addresses(of: "e") == Self.loopback)
        }
    }

    @Test func whoeverIsCancelledOrShutDownIsToldAtOnce() async throws {
        let gate = DispatchSemaphore(value: 0)
        try await Self.with { _ in
            gate.wait()
            return Self.loopback
        } _: { resolver in
            let cancelled = await withTaskGroup(of: LookupFault?.self) { group in
                group.addTask { await Self.fault(of: "a", by: resolver, within: .hours(1)) }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(cancelled?.kind == .notAsked)
            async let left = Self.fault(of: "a", by: resolver, within: .hours(1))
            resolver.shutDown()
            #expect(await left?.kind == .notAsked)
            gate.signal()
        }
    }
}
