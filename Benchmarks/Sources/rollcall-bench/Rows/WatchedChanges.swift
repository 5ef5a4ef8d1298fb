import BenchmarkFigures
import Histogram
import LoadGeneration
import Peers

/// Changes of one instance, ten a second, with the times at which they were asked for and acknowledged.
struct WatchedChanges {
    static let perSecond = 10

    private struct Change {
        let revision: Int64
        let sentAt: UInt64
        let acknowledgedAt: UInt64
    }

    private let changes: [Change]

    var count: Int { self.changes.count }
    /// The revision of the last one.
    var latest: Int64 { self.changes.last?.revision ?? 0 }

    /// Gives one instance another weight, again and again.
    static func make(_ bench: Bench, _ rollcall: Rollcall) async throws -> WatchedChanges {
        let caller = try await HTTPCaller(rollcall.address)
        let path = "/v1/services/\(Fixture.service(0))/instances/\(Fixture.instance(0))"
        var changes: [Change] = []
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<bench.seconds * bench.rounds * self.perSecond {
            try await clock.sleep(until: start + .milliseconds(number * 1_000 / self.perSecond))
            let answer = try await caller.ask("PATCH", path, body: #"{"weight":\#(number % 1_000 + 1)}"#)
            let revision = answer.text.split(separator: #""revision":"#).last?.prefix { $0.isNumber }
            guard let revision = revision.flatMap({ Int64($0) }) else {
                throw HTTPCaller.Refused("No revision in \(answer.text)")
            }
            changes.append(Change(revision: revision, sentAt: answer.sentAt, acknowledgedAt: answer.receivedAt))
        }
        try await caller.close()
        return WatchedChanges(changes: changes)
    }

    /// How long each change took to each watcher. Throws when one has missed one.
    func delays(of receipts: [[EventReceipt]]) throws -> (sinceSent: Latency, sinceAcknowledged: Latency) {
        var sinceSent = LoadOutcome.emptyHistogram
        var sinceAcknowledged = LoadOutcome.emptyHistogram
        var seen = 0
        for stream in receipts {
            let times = Dictionary(stream.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first })
            for change in self.changes {
                guard let time = times[change.revision] else { continue }
                seen += 1
                sinceSent.record(time - change.sentAt)
                // Watchers may hear of it before who made it does.
                sinceAcknowledged.record(time > change.acknowledgedAt ? time - change.acknowledgedAt : 0)
            }
        }
        // Each watcher keeps up with ten changes a second, so each sees each.
        guard seen == self.changes.count * receipts.count, let whole = Latency(sinceSent),
            let after = Latency(sinceAcknowledged)
        else {
            throw WrongCount(what: "events", expected: max(1, self.changes.count * receipts.count), found: seen)
        }
        return (whole, after)
    }
}
