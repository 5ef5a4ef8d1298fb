public import RegistryModel

extension RollcallClient {
    /// Keeps an instance on the roll while `body` runs, and takes it off afterwards, however `body` ends.
    ///
    /// `body` starts at once; whether the instance is on the roll yet is told to `report`.
    public func withMembership<Result, Failure: Error>(
        of registration: Registration, report: @escaping @Sendable (Membership.Event) -> Void = { _ in },
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await self.withMembership(of: registration, report: report) { _ async throws(Failure) in try await body() }
    }

    /// The same, with the membership at hand: ``Membership/drain(wait:)`` it before you stop answering, and no call is lost.
    ///
    /// ```swift
    /// try await client.withMembership(of: registration) { membership in
    ///     await toldToStop()
    ///     try await membership.drain()
    ///     await server.stop()
    /// }
    /// ```
    public func withMembership<Result, Failure: Error>(
        of registration: Registration, report: @escaping @Sendable (Membership.Event) -> Void = { _ in },
        _ body: (Membership) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let membership = Membership(client: self, registration: registration, report: report)
        return try await withTaskGroup(of: Void.self) { group async -> Swift.Result<Result, Failure> in
            group.addTask { await membership.stay() }
            let result: Swift.Result<Result, Failure>
            do throws(Failure) { result = .success(try await body(membership)) } catch { result = .failure(error) }
            group.cancelAll()
            await group.waitForAll()
            await membership.leaveEvenIfCancelled()
            return result
        }.get()
    }
}

extension Membership {
    fileprivate func stay() async {
        if case .refused(let error) = await self.run() { self.report(.ended(error)) }
    }

    /// A cancelled task can send no request, and callers must not be left with an instance that is gone. So the request has a
    /// task of its own, which is waited for and bounded by the client's timeouts.
    fileprivate func leaveEvenIfCancelled() async {
        await Task {
            do throws(RollcallClientError) { try await self.leave() } catch { self.report(.ended(error)) }
        }.value
    }
}
