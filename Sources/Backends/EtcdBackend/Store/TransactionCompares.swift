import RegistryCatalog
import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What must hold for one operation of a transaction, so that no write that is done beside another node's leaves half of a service.
struct TransactionCompares {
    /// Compares of one operation at most.
    static let most = 32

    /// What was taken into account when the writes were decided on, as etcd's revisions.
    struct Known: Hashable {
        /// The newest digest.
        let digests: Int64
        /// Everything up to here; nil: whoever decided says nothing of it.
        let all: Int64?
    }

    private let layout: EtcdLayout
    private let known: Known
    /// The transaction's records of services.
    private let services: [ServiceKey: TransactionBuilder.Item]
    /// Of instances and of decisions on them, by their keys.
    private let items: [String: TransactionBuilder.Item]

    init(_ items: [TransactionBuilder.Item], _ layout: EtcdLayout, known: Known) {
        self.layout = layout
        self.known = known
        var services: [ServiceKey: TransactionBuilder.Item] = [:]
        var others: [String: TransactionBuilder.Item] = [:]
        for item in items {
            switch item.operation.record {
            case .service(let key, _, _): services[key] = item
            case .instance, .tombstone, .override: others[item.operation.key] = item
            case .subscription: break
            }
        }
        self.services = services
        self.items = others
    }

    /// What must hold for all of them together, without what was said before. An instance that comes or goes is compared with the decisions
    /// on all of its service, which is one compare; if another one was decided on meanwhile, each is tried alone.
    func joint(_ items: [TransactionBuilder.Item]) -> [EtcdCompare] {
        var said: Set<Said> = []
        return items.flatMap { self.compares($0, isJoint: true) }.filter { said.insert(Said($0)).inserted }
    }

    /// One compare of a revision, told from others without the cost of a message's own hash.
    private struct Said: Hashable {
        let key: Data
        let end: Data
        let result: Int
        let target: Int
        let revision: Int64

        init(_ compare: EtcdCompare) {
            self.key = compare.key
            self.end = compare.rangeEnd
            self.result = compare.result.rawValue
            self.target = compare.target.rawValue
            self.revision = compare.target == .create ? compare.createRevision : compare.modRevision
        }
    }

    /// A decision notes whether what it is about is there: where both are written, neither is without the other, and where one comes or
    /// goes, the other must be as it was.
    func compares(_ item: TransactionBuilder.Item, isJoint: Bool = false) -> [EtcdCompare] {
        guard let name = item.operation.record.companion else { return self.own(item) }
        if let companion = self.items[name] { return self.own(item) + self.own(companion) }
        guard item.mayComeOrGo, let known = self.known.all else { return self.own(item) }
        let companions =
            isJoint ? item.operation.service.map { self.layout.overrides(of: $0) } : nil
        var compares =
            self.own(item)
            + [.onRange(companions ?? EtcdRange(self.layout.key(name)), .less, to: .modRevision(known + 1))]
        if item.operation.record.isAboutWhatIsThere {
            compares.append(.onKey(self.layout.key(name), .greater, to: .createRevision(0)))
        }
        return compares
    }

    private func own(_ item: TransactionBuilder.Item) -> [EtcdCompare] {
        let key = self.layout.key(item.operation.key)
        var compares = [EtcdCompare.onKey(key, to: .modRevision(item.expected))]
        if item.operation.restsOnSilence {
            compares.append(.onRange(self.layout.beats, .less, to: .modRevision(self.known.digests + 1)))
        }
        switch item.operation.record {
        case .service(let service, _, nil):
            // With an instance that this node has not seen it would leave one without a service.
            compares += self.decisions(in: service)
            if let known = self.known.all {
                compares.append(.onRange(self.layout.instances(of: service), .less, to: .modRevision(known + 1)))
            }
        case .service(let service, _, _?) where item.expected == 0:
            compares += self.decisions(in: service, onItself: true)
        case .instance(let instance, _, _, _?):
            if let service = self.service(instance.service) {
                compares.append(.onKey(service.key, .greater, to: .createRevision(0)))
            } else if let service = self.services[instance.service] {
                // A service that is made only now: where it is not, its instance would lie there with none.
                compares += self.own(service)
            }
        // What goes leaves no revision behind but its service's, which is to move with it.
        case .instance(let instance, _, _, nil), .tombstone(let instance, _, _):
            compares += self.unchanged(instance.service)
        case .override(let override, _, nil): compares += self.unchanged(override.service)
        case .override(let override, _, let value?) where override.instance == nil:
            compares += self.presence(of: override.service, isThere: value.absentSince == nil)
        case .service, .override, .subscription: break
        }
        return compares
    }

    /// Its instances do not go unless the decisions on them are as they were, and so neither does the service; nor does it come or go
    /// without what is noted of that.
    private func decisions(in service: ServiceKey, onItself: Bool = false) -> [EtcdCompare] {
        let decisions = self.items.values.filter { item in
            guard case .override(let key, _, _) = item.operation.record else { return false }
            return key.service == service && (!onItself || key.instance == nil)
        }
        return decisions.sorted { $0.operation.key < $1.operation.key }.prefix(Self.most - 4).map {
            .onKey(self.layout.key($0.operation.key), to: .modRevision($0.expected))
        }
    }

    /// A decision on a whole service notes whether that is there.
    private func presence(of service: ServiceKey, isThere: Bool) -> [EtcdCompare] {
        if let item = self.services[service] { return self.own(item) }
        guard self.known.all != nil else { return [] }
        let key = self.layout.key(EtcdLayout.service(service))
        return [.onKey(key, isThere ? .greater : .equal, to: .createRevision(0))]
    }

    private func unchanged(_ service: ServiceKey) -> [EtcdCompare] {
        self.service(service).map { [.onKey($0.key, to: .modRevision($0.expected))] } ?? []
    }

    /// Nil: it is not rewritten, or made only now.
    private func service(_ key: ServiceKey) -> (key: String, expected: Int64)? {
        guard let expected = self.services[key]?.expected, expected > 0 else { return nil }
        return (self.layout.key(EtcdLayout.service(key)), expected)
    }
}

extension TransactionBuilder.Item {
    /// Whether an instance comes or goes by it, or a decision on one.
    fileprivate var mayComeOrGo: Bool {
        if case .instance(_, _, _, _?) = self.operation.record {
            // Two writes are that of the instance, and that of the tombstone which gives way to it.
            return self.expected == 0 || self.operation.writes.count > 1
        }
        return true
    }
}

extension Write.Record {
    /// Whether it is a decision on an instance that is on the roll.
    fileprivate var isAboutWhatIsThere: Bool {
        if case .override(_, _, let override?) = self { override.absentSince == nil } else { false }
    }

    /// The key of an instance for a decision on it, and the other way round.
    fileprivate var companion: String? {
        switch self {
        case .instance(let key, _, _, _), .tombstone(let key, _, _): EtcdLayout.override(OverrideKey(key))
        case .override(let key, _, _):
            key.instance.map { EtcdLayout.instance(InstanceKey(service: key.service, id: $0)) }
        case .service, .subscription: nil
        }
    }
}
