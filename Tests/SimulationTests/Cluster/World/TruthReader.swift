import Foundation
import RegistryCatalog
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// Reads what etcd really holds, revision by revision, on its own, and shows it to the judge.
final class TruthReader: Sendable {
    private struct State {
        /// What lies under each key.
        var records: [String: Write.Record] = [:]
        var members: Set<String> = []
    }

    private let judge: Judge
    private let layout = EtcdLayout(prefix: "/rollcall")
    private let state = Mutex(State())

    init(_ judge: Judge) { self.judge = judge }

    func witness(_ commit: SimulatedEtcd.Commit) {
        do {
            try self.read(commit)
        } catch {
            preconditionFailure("what lies in the simulated etcd cannot be read: \(error)")
        }
    }

    private func read(_ commit: SimulatedEtcd.Commit) throws {
        let events = commit.events.filter { event in
            self.layout.watched.contains(event.kv.key)
        }
        var head: StoredHeadRecord?
        var written: Set<String> = []
        var records: [Write.Record] = []
        var news: [Event] = []
        for event in events {
            let name = self.layout.name(of: event.kv.key)
            written.insert(name)
            let value: StoredValue? =
                event.type == .put ? try StoredValue.read(event.kv, self.layout, Timeline(number: 0)).value : nil
            switch value {
            case .head(let record): head = record
            case .digest(let digest, _): news.append(.digest(digest))
            case .member: news += self.count(name, isThere: true)
            case nil where name.hasPrefix("members/"): news += self.count(name, isThere: false)
            default: records += self.replace(name, with: value.flatMap { $0.record })
            }
        }
        for event in news { self.judge.note(event) }
        let revision = Revision(commit.revision)
        guard !records.isEmpty else {
            if head != nil { self.judge.note(.conflicted(revision)) }
            return
        }
        let changes = (head?.changes ?? []).filter { written.contains($0.writtenKey) }
            .sorted { $0.order < $1.order }
        self.judge.note(
            .durable(
                0,
                CommittedBatch(
                    revision: revision, time: Timestamp(milliseconds: head?.time ?? 0), records: records,
                    changes: changes.map { $0.model(revision: revision) })))
    }

    private func count(_ name: String, isThere: Bool) -> [Event] {
        self.state.withLock { state in
            if isThere { state.members.insert(name) } else { state.members.remove(name) }
            return [.members(state.members.count)]
        }
    }

    /// What one key's new value means for the records: what went, and what came.
    private func replace(_ name: String, with record: Write.Record?) -> [Write.Record] {
        self.state.withLock { state in
            let before = state.records[name]
            state.records[name] = record
            // An instance and its tombstone take each other's place.
            let takesItsPlace = record.map { $0.isTombstone == before?.isTombstone } ?? false
            return [takesItsPlace ? nil : before?.removed, record].compactMap { $0 }
        }
    }
}

extension EtcdRange {
    fileprivate func contains(_ key: Data) -> Bool {
        !key.lexicographicallyPrecedes(self.start) && key.lexicographicallyPrecedes(self.end)
    }
}

extension StoredValue {
    fileprivate var record: Write.Record? {
        switch self {
        case .service(let service): .service(service.key, number: service.number, service)
        case .instance(let key, let service, let instance):
            .instance(key, number: instance.number, service: service, instance)
        case .tombstone(let key, let tombstone): .tombstone(key, number: tombstone.number, tombstone)
        case .override(let stored): .override(stored.key, number: stored.override.number, stored.override)
        case .subscription(let subscription):
            .subscription(subscription.id, number: subscription.number, subscription)
        default: nil
        }
    }
}

extension Write.Record {
    fileprivate var isTombstone: Bool { if case .tombstone = self { true } else { false } }

    /// The removal of the same.
    fileprivate var removed: Write.Record {
        switch self {
        case .service(let key, let number, _): .service(key, number: number, nil)
        case .instance(let key, let number, let service, _): .instance(key, number: number, service: service, nil)
        case .tombstone(let key, let number, _): .tombstone(key, number: number, nil)
        case .override(let key, let number, _): .override(key, number: number, nil)
        case .subscription(let id, let number, _): .subscription(id, number: number, nil)
        }
    }
}
