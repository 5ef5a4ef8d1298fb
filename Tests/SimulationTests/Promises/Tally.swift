import RegistryCatalog
import RegistryModel

/// How often a world met what it was made to meet: a checker that never sees anything finds nothing.
struct Tally: Sendable {
    enum Sight: String, CaseIterable, Sendable {
        case crash, standstill, failedCommit, conflict, outageNoticed
        case expired, recovered, purged, reported, serviceDeleted, servicePurged, tombstoneForgotten
        case stale, precondition, storeUnavailable, storeFull, shed, notReady
        case protected, protectionEnded, suspectHeard, protectionLifted
        case overridden, overrideLifted, overrideRanOut, overrideForgotten, superseded
        case gap, broadGap, resumed, severalServicesInOneCommit, waitSawNothing
        // Of a cluster.
        case storm, cut, digest, idleDigest, reloaded, drainConfirmed, behind

        static let ofACluster: [Sight] = [
            .storm, .cut, .digest, .idleDigest, .reloaded, .drainConfirmed, .behind,
        ]
    }

    private(set) var counts: [Sight: Int] = [:]
    private var suspects: Set<InstanceKey> = []

    var line: String {
        Sight.allCases.map { "\($0.rawValue) \(self.counts[$0] ?? 0)" }.joined(separator: ", ")
    }

    private mutating func see(_ sight: Sight) { self.counts[sight, default: 0] += 1 }

    mutating func count(_ event: Event) {
        switch event {
        case .crashed: self.see(.crash)
        case .jumped: self.see(.standstill)
        case .commitEnded(_, let failed, let conflicted):
            if failed { self.see(.failedCommit) }
            if conflicted { self.see(.conflict) }
        case .sampled(let age, _): if age > .zero { self.see(.outageNoticed) }
        case .durable(_, let batch): self.count(batch)
        case .answered(_, .failure(let error)): self.count(error)
        case .told(_, let told):
            if case .gap(let key, _, _) = told.event { self.see(key.name == "*" ? .broadGap : .gap) }
        case .watching(_, _, let from): if from != nil { self.see(.resumed) }
        case .waited(_, _, let sawChange, _): if !sawChange { self.see(.waitSawNothing) }
        case .paused: self.see(.standstill)
        case .cut: self.see(.cut)
        case .reloading: self.see(.reloaded)
        case .digest(let digest): self.see(digest.beats.isEmpty ? .idleDigest : .digest)
        case .drained: self.see(.drainConfirmed)
        case .stormed: self.see(.storm)
        case .beset, .relieved, .putBack: break
        case .committing, .probed, .loaded, .loadedLess, .conflicted, .members, .settled, .invoked, .answered, .read,
            .quiet:
            break
        }
    }

    private mutating func count(_ batch: CommittedBatch) {
        for change in batch.changes {
            switch change.cause {
            case .expire: self.see(.expired)
            case .recover:
                self.see(.recovered)
                let key = InstanceKey(service: change.service, id: change.instance)
                if self.suspects.contains(key) { self.see(.suspectHeard) }
            case .purge: self.see(.purged)
            case .report: self.see(.reported)
            case .deleteService: self.see(.serviceDeleted)
            case .purgeService: self.see(.servicePurged)
            case .protect: if change.instance.isEmpty { self.see(.protected) }
            case .endProtection:
                if change.instance.isEmpty {
                    self.see(change.actor == Change.registryActor ? .protectionEnded : .protectionLifted)
                }
            case .override: self.see(.overridden)
            case .liftOverride: self.see(change.ending)
            case .superseded: self.see(.superseded)
            case .register, .update, .deregister, .updateService, .probe, .resource, .drain, .ready:
                break
            }
        }
        var services = 0
        for record in batch.records {
            switch record {
            case .service: services += 1
            case .instance(let key, _, _, let instance):
                if instance?.health.isSuspect == true { self.suspects.insert(key) } else { self.suspects.remove(key) }
            case .tombstone(_, _, nil): self.see(.tombstoneForgotten)
            case .tombstone, .override, .subscription: break
            }
        }
        if services > 1 { self.see(.severalServicesInOneCommit) }
    }

    mutating func count(_ error: RegistryError) {
        switch error.code {
        case .staleIncarnation: self.see(.stale)
        case .preconditionFailed: self.see(.precondition)
        case .storeUnavailable: self.see(.storeUnavailable)
        case .storeFull: self.see(.storeFull)
        case .shed: self.see(.shed)
        case .notReady: self.see(.notReady)
        case .behind: self.see(.behind)
        default: break
        }
    }
}

extension Change {
    /// How an override ended.
    fileprivate var ending: Tally.Sight {
        guard self.actor == Change.registryActor else { return .overrideLifted }
        return self.detail.hasPrefix("ran out") ? .overrideRanOut : .overrideForgotten
    }
}
