import Logging
import RegistryCatalog
import RegistryModel
import Synchronization

extension EtcdStore {
    /// After one was refused that was tried jointly, so many transactions are tried with each operation for itself: where nodes write the
    /// same services at the same time it would often be for nothing.
    private static let separateAfterRefusal = 16

    /// A transaction that etcd has carried out.
    struct Carried: Sendable {
        let revision: Int64
        /// For each operation, whether its record was as expected.
        let isDone: [Bool]
    }

    /// A transaction that is ready to be sent.
    private struct Attempt {
        let sequence: UInt64
        let request: EtcdTxnRequest
        /// All of it is done, or nothing.
        let isJoint: Bool
    }

    /// What is known of a transaction whose reply was lost.
    private enum Settlement {
        case carriedOut(CommitLedger.Entry)
        /// It was not carried out, and never will be.
        case void
        case unknown(StoreError)
    }

    /// Sends one transaction, and finds out what became of it.
    func carryOut(
        _ items: [TransactionBuilder.Item], time: Timestamp, _ known: TransactionCompares.Known, _ timeline: Timeline
    ) async -> Result<Carried, StoreError> {
        // Jointly and then separately, and each a second time only when the first is known to be void.
        for _ in 0..<4 {
            do {
                let attempt = try await self.attempt(items, time: time, known, timeline)
                self.ledger.expect(attempt.sequence)
                defer { self.ledger.forget(attempt.sequence) }
                if let carried = try await self.send(attempt, items) { return .success(carried) }
            } catch let error as EtcdError {
                return .failure(StoreError(error))
            } catch let error as StoreError {
                return .failure(error)
            } catch {
                return .failure(StoreError(.unavailable, "\(error)"))
            }
        }
        return .failure(StoreError(.unavailable, "etcd lost the transaction twice; nothing of it was done"))
    }

    /// Nil: nothing was done, nor will be.
    private func send(_ attempt: Attempt, _ items: [TransactionBuilder.Item]) async throws -> Carried? {
        let known = self.newestKnown
        let response: EtcdTxnResponse
        do {
            response = try await self.client.transaction(attempt.request)
        } catch {
            guard error.mayTakeEffect else { throw error }
            let isAnswered = error.code == .noSpace
            if !isAnswered {
                self.logger?.warning("the reply of a commit was lost", metadata: ["error": "\(error)"])
            }
            let sequence = attempt.sequence
            switch isAnswered ? await self.lookFor(sequence) : await self.resolve(sequence) {
            case .carriedOut(let entry):
                return Carried(
                    revision: entry.revision, isDone: items.map { entry.keys.contains($0.operation.key) })
            case .void where isAnswered: throw error
            case .void: return nil
            case .unknown(let error): throw error
            }
        }
        guard response.succeeded else {
            self.noteRefusal(of: attempt, response)
            return nil
        }
        let revision = response.header.revision
        // An etcd that was put back to an older state may answer before the watch has found out.
        guard revision > known else { throw StoreError(.wentBack, mayBeDone: true) }
        if let head = attempt.request.success.last?.requestPut {
            self.session.withLock {
                $0.note(answered: HistoryMark(key: head.key, value: head.value, revision: revision))
            }
        }
        let isDone = attempt.isJoint ? items.map { _ in true } : response.responses.map(\.responseTxn.succeeded)
        return Carried(revision: revision, isDone: Array(isDone.prefix(items.count)))
    }

    /// Either an operation was in the way of the others, or the fence is another one: it was cleaned up, or one of ours came late.
    private func noteRefusal(of attempt: Attempt, _ response: EtcdTxnResponse) {
        let fence = response.responses.first?.responseRange.kvs.first?.modRevision
        self.session.withLock { session in
            if attempt.isJoint, let fence, fence == session.fence {
                session.separate = Self.separateAfterRefusal
            } else {
                session.fence = nil
            }
        }
    }

    /// The next attempt, behind a fence that holds.
    private func attempt(
        _ items: [TransactionBuilder.Item], time: Timestamp, _ known: TransactionCompares.Known, _ timeline: Timeline
    ) async throws -> Attempt {
        try await self.waitUntilWatching()
        var fence = self.session.withLock { $0.fence }
        if fence == nil { fence = try await self.renewFence().revision }
        let (sequence, committed, isJoint) = try self.session.withLock { session throws(StoreError) in
            guard session.timeline == timeline else { throw .settledMeanwhile }
            session.sequence += 1
            let isJoint = session.separate == 0
            if !isJoint { session.separate -= 1 }
            return (session.sequence, session.delivered, isJoint)
        }
        let builder = TransactionBuilder(
            layout: self.layout, writer: self.writer, sequence: sequence, fence: (self.fenceKey, fence ?? 0),
            time: time, known: known, committed: committed)
        if isJoint, let request = builder.jointly(items) {
            return Attempt(sequence: sequence, request: request, isJoint: true)
        }
        return Attempt(sequence: sequence, request: builder.separately(items), isJoint: false)
    }

    /// Finds out what became of a transaction: behind a new fence it is done, or never will be; then the watch tells.
    private func resolve(_ sequence: UInt64) async -> Settlement {
        // Until there is one, nothing else may be sent.
        let timeline = self.session.withLock { session in
            session.fence = nil
            return session.timeline
        }
        let fence: Int64
        do {
            fence = timeline.position(try await self.renewFence().revision)
        } catch {
            return .unknown(.lost("etcd's reply was lost and it cannot be asked what it did: \(error.message)"))
        }
        guard await self.wait(self.position, for: fence) else {
            return .unknown(.lost("etcd's reply was lost and its changes do not arrive; retry"))
        }
        return self.finding(sequence)
    }

    /// Finds out what became of a transaction that was answered, so that it is over: what is newest is not before it.
    private func lookFor(_ sequence: UInt64) async -> Settlement {
        do throws(StoreError) {
            _ = try await self.newestRevision()
        } catch {
            return .unknown(.lost("etcd has no room, and does not say what it did: \(error.message)", .full))
        }
        return self.finding(sequence)
    }

    private func finding(_ sequence: UInt64) -> Settlement {
        switch self.ledger.finding(sequence) {
        case .seen(let entry): .carriedOut(entry)
        case .unseen: .void
        case .missed: .unknown(.lost("etcd's reply was lost, and everything was read anew; retry"))
        }
    }
}

extension StoreError {
    fileprivate static let settledMeanwhile = StoreError(
        .unavailable, "an operator has settled meanwhile which history counts; nothing was written")

    /// Nobody knows what became of a transaction.
    fileprivate static func lost(_ message: String, _ code: Code = .unavailable) -> StoreError {
        StoreError(code, message, mayBeDone: true)
    }
}
