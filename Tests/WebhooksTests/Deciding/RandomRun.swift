import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

/// A board among receivers and services that do as chance wants, with what each receiver has seen.
struct RandomRun {
    private struct Receiver {
        /// Every delivery it was sent, taken or not.
        var contents: [Int64: Revision] = [:]
        var latest = DeliveryState.Attempt(revision: .zero, sequence: 0)
        var acknowledged: Revision?
    }

    private var generator: SeededGenerator
    private var board: DeliveryBoard
    private var now: Int64 = 0
    private var stored: [String: Subscription] = [:]
    private var receivers: [String: Receiver] = [:]
    private var services: [ServiceKey: Int64] = [:]
    private var sending: [String: DeliveryState.Attempt] = [:]
    private var nextRevision: Int64 = 1
    private let settings = WebhookSettings(maximumBackoff: .seconds(4), giveUpAfter: .minutes(10), concurrency: 8)

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
        self.board = DeliveryBoard(settings: self.settings, generator: SeededGenerator(seed: seed + 1))
        for index in 0..<4 { self.services[ServiceKey(name: "s\(index)")] = 0 }
        for index in 0..<12 { self.subscribe("\(index)") }
    }

    private mutating func subscribe(_ id: String) {
        let service = ServiceKey(name: "s\(Int.random(in: 0..<4, using: &self.generator))")
        let subscription = Sample.subscription(id, service: service, callback: "http://h\(id.count)/")
        self.stored[id] = subscription
        self.receivers[id] = Receiver()
        _ = self.board.put(subscription, revision: self.revision(of: service), resumedAt: nil, now: self.now)
    }

    private func revision(of service: ServiceKey) -> Revision { Revision(self.services[service] ?? 0) }

    mutating func step() {
        switch Int.random(in: 0..<100, using: &self.generator) {
        case 0..<25: self.change()
        case 25..<50: self.start()
        case 50..<80: self.end()
        case 80..<95: self.now += Int64.random(in: 0...400, using: &self.generator)
        case 95..<99: self.save()
        default: self.restart()
        }
    }

    private mutating func change() {
        guard let service = self.services.keys.sorted().randomElement(using: &self.generator) else { return }
        self.nextRevision += 1
        self.services[service] = self.nextRevision
        self.board.serviceChanged(service, revision: Revision(self.nextRevision), now: self.now)
    }

    private mutating func start() {
        for id in self.board.takeStarts(now: self.now) {
            #expect(self.sending[id] == nil, "one delivery of a subscription at a time")
            guard let service = self.stored[id]?.service,
                let attempt = self.board.begin(id, at: self.revision(of: service))
            else { continue }
            self.sending[id] = attempt
            self.arrive(id, attempt)
        }
        #expect(self.board.sendingCount <= self.settings.concurrency)
    }

    /// What is sent may arrive, whatever becomes of its answer.
    private mutating func arrive(_ id: String, _ attempt: DeliveryState.Attempt) {
        let latest = self.receivers[id]?.latest
        #expect(attempt.sequence >= latest?.sequence ?? 0, "numbers never go back")
        #expect(attempt.revision >= latest?.revision ?? .zero, "revisions never go back")
        let known = self.receivers[id]?.contents.updateValue(attempt.revision, forKey: attempt.sequence)
        #expect(known == nil || known == attempt.revision, "a number is one delivery's")
        self.receivers[id]?.latest = attempt
    }

    private mutating func end() {
        guard let id = self.sending.keys.sorted().randomElement(using: &self.generator),
            let attempt = self.sending.removeValue(forKey: id)
        else { return }
        let isTaken = Bool.random(using: &self.generator)
        if isTaken { self.receivers[id]?.acknowledged = attempt.revision }
        self.board.end(id, DeliveryOutcome(status: isTaken ? 200 : 503), now: self.now, time: Sample.time)
    }

    private mutating func save(everything: Bool = false) {
        for saving in self.board.takeSavings(now: self.now, limit: 5, everything: everything) {
            let isCommitted = everything || Int.random(in: 0..<4, using: &self.generator) > 0
            if isCommitted { self.stored[saving.id]?.progress = saving.progress }
            self.board.saved(saving, isCommitted: isCommitted, now: self.now)
        }
    }

    /// A crash: what was not committed is lost, and what was under way may have arrived.
    private mutating func restart() {
        self.sending = [:]
        self.board = DeliveryBoard(settings: self.settings, generator: SeededGenerator(seed: UInt64(self.now)))
        for subscription in self.stored.values.sorted(by: { $0.id < $1.id }) {
            _ = self.board.put(
                subscription, revision: self.revision(of: subscription.service), resumedAt: Sample.time, now: self.now)
        }
    }

    /// Everybody takes everything from now on: in the end each has the newest.
    mutating func settle() {
        for _ in 0..<500 {
            self.now += 1_000
            self.save(everything: true)
            self.start()
            for (id, attempt) in self.sending {
                self.receivers[id]?.acknowledged = attempt.revision
                self.board.end(id, DeliveryOutcome(status: 200), now: self.now, time: Sample.time)
            }
            self.sending = [:]
        }
        for (id, subscription) in self.stored {
            #expect(self.receivers[id]?.acknowledged == self.revision(of: subscription.service), "subscription \(id)")
        }
    }
}
