import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Who is told that nothing was changed may rely on that.
@Suite("What a caller is told when the store does not say what it did")
struct UncertainCommitTests {
    private let link = FakeClusterLink()

    private static let service: @Sendable (Write) -> Bool = { if case .service = $0.record { true } else { false } }

    /// What a registration is refused with.
    private static func refusal(_ live: LiveCatalog, _ id: String = "a") async -> RegistryError? {
        do {
            try await live.register(id)
            return nil
        } catch {
            return error as? RegistryError
        }
    }

    private static func expect(_ error: RegistryError?, isCertain: Bool, _ code: RegistryError.Code) {
        #expect(error?.code == code)
        #expect(error?.message.contains("nothing was changed") == isCertain, "\(error?.message ?? "done")")
        #expect(error?.retryAfter != nil)
    }

    @Test("That nothing was changed is said where it is known, and only there", arguments: [false, true])
    func reply(isLost: Bool) async throws {
        try await withCatalog { live in
            let error = StoreError(.unavailable, "it does not answer", mayBeDone: isLost)
            live.store.plan(isLost ? .loseReply(error) : .fail(error))
            Self.expect(await Self.refusal(live), isCertain: !isLost, .storeUnavailable)
            #expect(live.store.contents.instances.isEmpty == !isLost)
        }
    }

    @Test(
        "What is committed in part is not called undone when the store fails before the rest", arguments: [false, true])
    func inPart(isLater: Bool) async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let full = StoreError(.full, "there is no room")
            if isLater { live.store.plan(.conflict(Self.service), .fail(full)) } else { live.store.plan(.fail(full)) }
            Self.expect(await Self.refusal(live, "b"), isCertain: !isLater, .storeFull)
            #expect(live.store.contents.instances.contains { $0.instance.id == "b" } == isLater)
        }
    }
}
