public import RegistryModel

extension Catalog {
    /// Does one command, and returns when it is durable and visible on this node.
    ///
    /// Throws ``RegistryError``: `invalid`, `unsupported_check`, `unknown_service`, `unknown_instance`, `conflict`,
    /// `unknown_override`, `stale_incarnation`, `precondition_failed`; and, to be tried again, `store_unavailable`, `store_full`,
    /// `shed`, `not_ready`.
    public func perform(_ command: Command, actor: String) async throws(RegistryError) -> CommandResult {
        try await self.perform(command, actor: actor, deadline: self.storeDeadline)
    }

    /// - Parameter deadline: until when the caller waits, in monotonic milliseconds.
    func perform(_ command: Command, actor: String, deadline: Int64) async throws(RegistryError) -> CommandResult {
        guard let result = await self.perform([command], actor: actor, deadline: deadline).first else {
            throw RegistryError(.internalError, "A command had no result; see the server's log.")
        }
        return try result.get()
    }

    /// Does several commands, each for itself, in order; one result for each. Returns when all are durable and visible on this node.
    public func perform(_ commands: [Command], actor: String) async -> [Result<CommandResult, RegistryError>] {
        await self.perform(commands, actor: actor, deadline: self.storeDeadline)
    }

    /// - Parameter deadline: until when the caller waits, in monotonic milliseconds.
    func perform(
        _ commands: [Command], actor: String, deadline: Int64
    ) async -> [Result<CommandResult, RegistryError>] {
        guard !commands.isEmpty else { return [] }
        guard self.isLoaded else { return commands.map { _ in .failure(Self.starting) } }
        guard self.link != nil else { return await self.submit(commands, actor: actor, deadline: deadline).results }
        let (results, end) = await self.submit(commands, actor: actor, deadline: deadline, isInformed: false)
        return await self.again(commands, results, actor: actor, deadline: end)
    }

    /// What was not there, or not or already as it was to be, may have become otherwise at another node a moment ago: those commands are done
    /// again behind a barrier.
    private func again(
        _ commands: [Command], _ results: [Result<CommandResult, RegistryError>], actor: String, deadline: Int64
    ) async -> [Result<CommandResult, RegistryError>] {
        var results = results
        let outdated = commands.outdated(results)
        guard !outdated.isEmpty else { return results }
        do throws(RegistryError) {
            try await self.catchUp(deadline: deadline)
        } catch {
            for index in outdated { results[index] = .failure(error) }
            return results
        }
        let later = await self.submit(outdated.map { commands[$0] }, actor: actor, deadline: deadline)
        for (index, result) in zip(outdated, later.results) { results[index] = result }
        return results
    }

    /// Does one command, as ``perform(_:actor:)-(Command,_)``, for a caller that cannot wait in a task.
    ///
    /// `completion` is told the result once, on whatever thread settles it, maybe before this returns; it must not block. Where other nodes
    /// share the roll, `behind` when the answer would need a barrier.
    public func perform(
        _ command: Command, actor: String,
        completion: @escaping @Sendable (Result<CommandResult, RegistryError>) -> Void
    ) {
        guard self.isLoaded else { return completion(.failure(Self.starting)) }
        let isInformed = self.link == nil
        let submission = Submission([command], actor: actor, deadline: self.storeDeadline, isInformed: isInformed) {
            for result in $0 {
                let isOutdated = !isInformed && result.mayBeOutdated(for: command)
                completion(isOutdated ? .failure(.changedElsewhere) : result)
            }
        }
        self.submit(submission)
    }

    private static let starting = RegistryError(
        .notReady, "The server is starting; try again.", retryAfter: .seconds(1))

    /// Does what the registry itself wants. There is nobody to tell that it takes long, so it waits until it is known what
    /// became of it.
    func performOwn(_ commands: [Command]) async -> [Result<CommandResult, RegistryError>] {
        await self.submit(commands, actor: Change.registryActor, deadline: .max, mayBeShed: false).results
    }

    /// Also returns until when the caller waits, which of what is done in parts is later than it was.
    private func submit(
        _ commands: [Command], actor: String, deadline: Int64, mayBeShed: Bool = true, isInformed: Bool = true
    ) async -> (results: Submission.Results, deadline: Int64) {
        var submission: Submission?
        let results = await withCheckedContinuation { continuation in
            let new = Submission(commands, actor: actor, deadline: deadline, isInformed: isInformed) {
                continuation.resume(returning: $0)
            }
            submission = new
            self.submit(new, mayBeShed: mayBeShed)
        }
        return (results, submission?.deadline ?? deadline)
    }

    private func submit(_ submission: Submission, mayBeShed: Bool = true) {
        guard self.followsStore else {
            let why = self.isLoaded ? self.storeError?.forClients : Self.starting
            return submission.fail(why ?? Self.starting)
        }
        for (index, command) in submission.commands.enumerated() {
            let fault = command.fault ?? command.fault(under: self.settings)
            if let fault { submission.resolve(index, .failure(fault)) }
        }
        guard !submission.isSettled else { return }
        if let error = self.committer.queue.add(submission, mayBeShed: mayBeShed) { submission.fail(error) }
    }
}
