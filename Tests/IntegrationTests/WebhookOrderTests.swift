import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// Order, numbers and what is remembered, over restarts and with receivers that come and go.
@Suite(.serialized)
struct WebhookOrderTests {
    @Test func afterARestartItGoesOnFromTheLastAcknowledgedRevision() async throws {
        let directory = try TemporaryDirectory()
        try await CallbackReceiver.run { steady in
            try await CallbackReceiver.run(host: "127.0.0.2") { flapping in
                let port = try await FreePort.find()
                let made = Box<[String]>([])
                try await LiveServer.run(directory: directory.path, port: port, flags: Hook.flags) { server in
                    try await server.withClient { client in
                        let steadyID = try await Hook.subscribe(steady.url, client)
                        let flappingID = try await Hook.subscribe(flapping.url, client)
                        made.value = [steadyID, flappingID]
                        let revision = try await Hook.register(0, client)
                        try await eventually("both are told") {
                            steady.taken.last?.revision == revision && flapping.taken.last?.revision == revision
                        }
                        flapping.be(.status(503))
                        let newest = try await Hook.register(1, client)
                        try await eventually("one is told") { steady.taken.last?.revision == newest }
                        try await eventually("the other refuses") {
                            try await Hook.progress(flappingID, client).status == .retrying
                        }
                        try await eventually("what was taken is committed") {
                            try await Hook.progress(steadyID, client).acknowledged == Revision(Int64(newest))
                        }
                        // No time to say good-bye.
                        server.program.send(.kill)
                    }
                }
                let before = (steady: steady.deliveries.count, highest: flapping.deliveries.map(\.sequence).max() ?? 0)
                flapping.be(.status(200))
                try await LiveServer.run(directory: directory.path, port: port, flags: Hook.flags) { server in
                    try await eventually("the other catches up") { flapping.taken.last?.instances.count == 2 }
                    #expect(flapping.taken.last?.sequence ?? 0 > before.highest, "a number that was never used")
                    #expect(steady.deliveries.count == before.steady, "what was acknowledged is not sent again")
                    try await server.withClient { client in
                        let revision = try await Hook.register(2, client)
                        try await eventually("both go on") {
                            steady.taken.last?.revision == revision && flapping.taken.last?.revision == revision
                        }
                        #expect(try await Hook.progress(made.value[1], client).status == .active)
                    }
                }
            }
        }
    }

    @Test func aFlappingReceiverGetsEverythingInOrder() async throws {
        try await LiveServer.run(flags: Hook.flags + ["--webhooks-max-backoff", "1s"]) { server in
            try await CallbackReceiver.run { receiver in
                try await server.withClient { client in
                    _ = try await Hook.subscribe(receiver.url, client)
                    var revision = 0
                    for index in 0..<60 {
                        if index % 6 == 0 { receiver.be(.status(index % 12 == 0 ? 500 : 200)) }
                        revision = try await Hook.register(index, client)
                    }
                    receiver.be(.status(200))
                    try await eventually("it has the newest") { receiver.taken.last?.revision == revision }
                    let sequences = receiver.deliveries.map(\.sequence)
                    #expect(sequences == sequences.sorted())
                    #expect(receiver.deliveries.map(\.revision) == receiver.deliveries.map(\.revision).sorted())
                    let taken = receiver.taken.map(\.sequence)
                    #expect(Set(taken).count == taken.count, "what was confirmed is not sent again")
                    for (sequence, group) in Dictionary(grouping: receiver.deliveries, by: \.sequence) {
                        #expect(Set(group.map(\.webhookID)).count == 1, "delivery \(sequence) has one id")
                        #expect(Set(group.map(\.body)).count == 1, "and one body")
                    }
                    #expect(receiver.taken.last?.instances.count == 60)
                }
            }
        }
    }
}
