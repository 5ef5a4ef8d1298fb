public import RollcallClient

/// What the history says of one instance, or of a service itself, in one commit, and how much of that watchers are told. Pure.
public struct RecordedCommit: Sendable {
    public struct Place: Hashable, Sendable {
        let revision: Revision
        let instance: InstanceKey
    }

    private(set) var causes: [String] = []
    /// Whether it was there before the commit; nil: the history does not go back so far.
    private var wasThere: Bool?
    private var isThere: Bool?

    /// - Parameter history: in the order in which it happened.
    public static func all(_ history: [HistoryRecord]) -> [Place: RecordedCommit] {
        var commits: [Place: RecordedCommit] = [:]
        var presence: [InstanceKey: Bool] = [:]
        for record in history {
            let key = InstanceKey(service: record.service, id: record.instance)
            let place = Place(revision: record.revision, instance: key)
            var commit = commits[place] ?? RecordedCommit(wasThere: presence[key], isThere: presence[key])
            commit.take(record)
            commits[place] = commit
            presence[key] = commit.isThere
        }
        return commits
    }

    /// The newest commit of each service that whoever watches it is told of for certain.
    public static func newestTold(_ commits: [Place: RecordedCommit]) -> [ServiceKey: Revision] {
        var newest: [ServiceKey: Revision] = [:]
        for (place, commit) in commits where !commit.allows(0) {
            newest[place.instance.service] = max(newest[place.instance.service] ?? .zero, place.revision)
        }
        return newest
    }

    private init(wasThere: Bool?, isThere: Bool?) {
        self.wasThere = wasThere
        self.isThere = isThere
    }

    private mutating func take(_ record: HistoryRecord) {
        self.causes.append(record.cause)
        let shows = record.instance.isEmpty || record.health != nil || record.status != nil
        if !["override", "lift_override"].contains(record.cause) {
            self.isThere = shows
        } else if self.isThere == nil {
            // A decision brings nothing and takes nothing away.
            (self.wasThere, self.isThere) = (shows, shows)
        }
    }

    /// Whether a watcher may have been told of so many changes. Who was there neither before nor after is in no view, so nothing of it is
    /// told: who came and went within the commit, or was decided on in absence.
    func allows(_ told: Int) -> Bool {
        switch (self.wasThere, self.isThere) {
        case (true?, _), (_, true?): told == self.causes.count
        case (false?, _): told == 0
        case (nil, _): told == 0 || told == self.causes.count
        }
    }
}
