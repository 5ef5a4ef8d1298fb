import RollcallClient
import ServerTestKit
import Testing

/// The disk turns read-only under the server, as file systems do that find themselves damaged, or fails; then it recovers.
struct FailingDiskTests {
    @Test(arguments: ["EROFS", "EIO"])
    func writesFailReadsGoOnAndTheServiceReturnsByItself(error: String) async throws {
        let directory = try TemporaryDirectory()
        let kept = Box(DiskProbe())
        let stopped = try await LiveServer.run(directory: directory.path) { server in
            try await server.withClient(.patient) { client in
                var probe = DiskProbe()
                for _ in 1...20 { try await probe.register(client) }
                kept.value = probe
                try await FailingCalls.with(error, in: server.program.processID) {
                    var probe = kept.value
                    let refusal = try #require(await probe.fill(client))
                    #expect(refusal.status == 503)
                    #expect(refusal.code == "store_unavailable")
                    #expect(refusal.retryAfter.map { $0 > .zero } == true)
                    try await probe.expectReadsToGoOn(client)
                    kept.value = probe
                }
                probe = kept.value
                try await probe.expectRecovery(client)
                kept.value = probe
            }
        }
        #expect(stopped.status == 0)
        try await LiveServer.run(directory: directory.path) { server in
            let ids = try await server.withClient { try await DiskProbe.ids($0) }
            #expect(ids == kept.value.acknowledged)
        }
    }
}
