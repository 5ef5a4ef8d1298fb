import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

/// Two nodes that both may deliver, at times both at once, each with a view of the record that may be old; replies get lost.
@Suite("Numbers of deliveries of several nodes")
struct SharedNumbersTests {
    private struct Node {
        var board = DeliveryBoard(settings: WebhookSettings(maximumBackoff: .seconds(2)))
        var isOnDuty = true
        /// What it knows of the record: may be behind.
        var known: Subscription
        var sending: DeliveryState.Attempt?
        /// On its way to the store.
        var saving: DeliveryBoard.Saving?

        mutating func look(_ subscription: Subscription, revision: Revision, now: Int64) {
            self.known = subscription
            guard self.isOnDuty else {
                _ = self.board.remove(subscription.id)
                return
            }
            _ = self.board.put(subscription, revision: revision, resumedAt: Sample.time, isShared: true, now: now)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func noNumberIsGivenTwice(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var stored = Sample.subscription()
        var nodes = [Node(known: stored), Node(known: stored), Node(known: stored)]
        var revision = Revision(1)
        var now: Int64 = 0
        var contents: [Int64: (node: Int, revision: Revision)] = [:]
        var count = 0
        for _ in 0..<4_000 {
            let index = Int.random(in: nodes.indices, using: &generator)
            switch Int.random(in: 0..<24, using: &generator) {
            case 0...3:
                revision = revision.next
                for index in nodes.indices {
                    nodes[index].board.serviceChanged(stored.service, revision: revision, now: now)
                }
            case 4...5: nodes[index].look(stored, revision: revision, now: now)
            case 6:
                nodes[index].isOnDuty.toggle()
                nodes[index].look(nodes[index].known, revision: revision, now: now)
            case 7...8: now += Int64.random(in: 0...800, using: &generator)
            case 9...14:
                Self.start(&nodes[index], at: revision, now: now).map { attempt in
                    let known = contents[attempt.sequence]
                    #expect(known == nil || known?.node == index && known?.revision == attempt.revision)
                    contents[attempt.sequence] = (index, attempt.revision)
                    count += 1
                }
            case 15...18: Self.end(&nodes[index], now: now, isTaken: Bool.random(using: &generator))
            case 19...21:
                guard nodes[index].saving == nil else { continue }
                nodes[index].saving = nodes[index].board.takeSavings(now: now, limit: 1).first
            default: Self.save(&nodes[index], &stored, revision: revision, now: now, using: &generator)
            }
        }
        #expect(count > 10, "the run did something")
    }

    private static func start(_ node: inout Node, at revision: Revision, now: Int64) -> DeliveryState.Attempt? {
        guard node.sending == nil, let id = node.board.takeStarts(now: now).first else { return nil }
        guard let attempt = node.board.begin(id, at: revision) else {
            node.board.end(id, nil, now: now, time: Sample.time)
            return nil
        }
        node.sending = attempt
        return attempt
    }

    private static func end(_ node: inout Node, now: Int64, isTaken: Bool) {
        guard node.sending != nil else { return }
        node.sending = nil
        let outcome = DeliveryOutcome(status: isTaken ? 200 : 503)
        node.board.end(node.known.id, outcome, now: now, time: Sample.time)
    }

    /// What the decider and the store make of it, with the reply lost now and then.
    private static func save(
        _ node: inout Node, _ stored: inout Subscription, revision: Revision, now: Int64,
        using generator: inout SeededGenerator
    ) {
        guard let saving = node.saving else { return }
        node.saving = nil
        let isCommitted = saving.after == stored.progress.sequence && saving.revivals == stored.revivals
        if isCommitted { stored.progress = saving.progress }
        let isLost = Int.random(in: 0..<6, using: &generator) == 0
        node.board.saved(saving, isCommitted: isCommitted && !isLost, now: now)
        // A commit shows at the node before it is answered; a refusal is decided on what shows there.
        if !isLost { node.look(stored, revision: revision, now: now) }
    }
}
