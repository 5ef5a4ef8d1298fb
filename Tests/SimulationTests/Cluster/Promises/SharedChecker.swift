import RegistryModel

/// A checker that was made for one node, held against what all nodes share: what becomes of single nodes is not shown to it.
struct SharedChecker<Inner: Checker>: Checker {
    static var promise: Promise { Inner.promise }

    private var inner: Inner

    init(_ inner: Inner) { self.inner = inner }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .committing, .commitEnded, .probed, .loaded, .crashed, .jumped, .sampled, .paused, .cut, .stormed, .beset,
            .relieved:
            []
        default: self.inner.check(event, at: now, truth)
        }
    }
}

extension Judge {
    /// Those who watch over a cluster of three.
    static func clusterSeats(_ settings: SimulationSettings) -> [Seat] {
        var watches = WatchChecker()
        watches.isAlone = false
        var incarnations = IncarnationChecker()
        incarnations.isAlone = false
        var revisions = RevisionChecker()
        revisions.countsAll = false
        var reads = ReadChecker()
        reads.isAlone = false
        var seats = [
            Seat(SharedChecker(DurabilityChecker())), Seat(BeginningChecker()), Seat(SharedChecker(watches)),
            Seat(SharedChecker(CauseChecker())), Seat(SharedChecker(OverrideChecker(settings))),
            Seat(SharedChecker(incarnations)), Seat(NumberChecker()), Seat(DrainChecker()), Seat(ConvergenceChecker()),
            Seat(ClusterEarlyExpiryChecker(settings)), Seat(ClusterLateExpiryChecker(settings)),
        ]
        for node in 1...ClusterWorld.size {
            seats += [
                Seat(SharedChecker(revisions), node: node), Seat(reads, node: node),
                Seat(ClusterOutageChecker(settings), node: node),
            ]
        }
        return seats
    }
}
