import Logging
import Outbound
public import RegistryCatalog
import RegistryModel
import Synchronization

/// Who belongs to the cluster: one key for each process, which goes when its lease does.
extension EtcdStore {
    /// How long a process that is not heard of any more stays a member.
    private static let membership = TimeSpan.seconds(10)
    /// How often it is looked whether it may become one.
    private static let look = TimeSpan.milliseconds(100)

    public var memberID: UInt64 { self.writer }

    public func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {
        var backoff = Backoff.reconnecting
        while !Task.isCancelled {
            guard isWanted(), (try? self.requireWatching()) != nil else {
                try? await self.clock.sleep(for: Self.look)
                continue
            }
            do throws(EtcdError) {
                let lease = try await self.join(member)
                backoff.reset()
                try await self.keep(lease, isWanted)
            } catch {
                if Task.isCancelled { return }
                self.logger?.warning("This node is no member at the moment.", metadata: ["error": "\(error)"])
            }
            await self.pause(&backoff)
        }
    }

    /// Makes the key, under a new lease.
    private func join(_ member: Member) async throws(EtcdError) -> EtcdLease {
        let (level, revision) = self.session.withLock { ($0.level, $0.metaRevision) }
        guard member.schema >= Int(level) else {
            throw EtcdError(
                .refused, "the registry speaks schema \(level), and this program up to \(member.schema); update it")
        }
        let lease = try await self.client.grantLease(Self.membership)
        do throws(EtcdError) {
            let key = self.layout.key(EtcdLayout.member(self.writer))
            let response = try await self.client.transaction(
                .when(
                    [
                        .onKey(key, to: .createRevision(0)),
                        .onKey(self.layout.key(EtcdLayout.meta), to: .modRevision(revision)),
                    ], then: [.put(key, StoredMemberRecord(member).bytes, lease: lease.id)],
                    else: [.range(EtcdQuery(EtcdRange(key)))]), isRepeatable: true)
            let found = response.responses.first?.responseRange.kvs.first
            // The answer to a first try may have been lost.
            guard response.succeeded || found?.lease == lease.id else {
                // From before: whoever joins anew is another member, so that nobody takes the one for the other.
                if let found { await self.leave(found.lease) }
                throw EtcdError(.refused, "the registry or an earlier membership has changed; it is tried again")
            }
            self.logger?.notice("This node is a member now.", metadata: ["member": "\(self.writer)"])
            return lease
        } catch {
            await self.leave(lease.id)
            throw error
        }
    }

    /// Always throws; by then the lease is over, or runs out.
    private func keep(_ lease: EtcdLease, _ isWanted: @escaping @Sendable () -> Bool) async throws(EtcdError) {
        do {
            try await self.client.keepAlive(lease, isWanted: isWanted)
        } catch {
            if error.code != .leaseNotFound { await self.leave(lease.id) }
            throw error
        }
    }

    /// Ends a lease, also when the task is cancelled. If that cannot be said to etcd, it runs out by itself.
    private func leave(_ lease: Int64) async {
        _ = await self.errands.carryOut {
            do throws(EtcdError) {
                try await self.client.revoke(lease)
            } catch {
                guard error.code != .leaseNotFound else { return }
                self.logger?.info("A membership could not be ended; it runs out.", metadata: ["error": "\(error)"])
            }
        }
    }
}
