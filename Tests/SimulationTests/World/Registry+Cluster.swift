import RegistryCatalog
import RegistryModel

/// A process among others, on a machine of its own.
extension Registry {
    /// How long a client of a cluster waits for an answer before it tries another node.
    private static let patience = TimeSpan.seconds(4)

    /// Does something where this process runs: while that stands still, it does as well.
    func attend(_ body: @Sendable () async -> Void) async {
        guard let executor else { return await body() }
        await withTaskExecutorPreference(executor) {
            // Else it would begin where the caller is.
            await Task.yield()
            await body()
        }
    }

    /// Answers a request; nil when that takes too long, or there is no answer.
    func serve<Answer: Sendable>(_ request: @escaping @Sendable (Registry) async -> Answer?) async -> Answer? {
        guard let executor else { return await request(self) }
        let reply = Reply<Answer?>()
        self.world.postman.post {
            let answer = await withTaskExecutorPreference(executor) {
                await Task.yield()
                return await request(self)
            }
            reply.give(answer)
        }
        self.world.postman.post {
            await self.world.clock.rest(for: Self.patience)
            reply.give(nil)
        }
        return await reply.wait() ?? nil
    }

    /// Shows what somebody has seen elsewhere, or throws.
    func awaitRevision(_ revision: Revision) async throws(RegistryError) {
        try await self.subject.catalog.awaitRevision(revision)
    }

    /// A reading that was turned away.
    func noteRefusal(of key: ServiceKey, _ error: RegistryError) {
        guard self.isAlive else { return }
        self.world.judge.count(error)
        self.world.trace.say("a reading of \(key) is refused: \(error.code)")
    }

    /// Reads all that anybody was told of before.
    func readConsistently(_ key: ServiceKey) async {
        let acknowledged = self.world.judge.acknowledged
        do {
            try await self.subject.catalog.catchUp()
            self.read(key, atLeast: acknowledged)
        } catch {
            self.world.trace.say("a consistent reading of \(key) failed: \(error.code)")
        }
    }
}
