import RollcallClient
import ServerTestKit
import Testing

/// The disk has no room for a while.
struct FullDiskTests {
    @Test(arguments: SmallDisk.kinds)
    func writesFailReadsGoOnAndTheServiceReturnsByItself(on kind: SmallDisk.Kind) async throws {
        let directory = try TemporaryDirectory()
        try await SmallDisk.with(kind, at: directory.path) { disk in
            let kept = Box(DiskProbe())
            let stopped = try await LiveServer.run(directory: directory.path, launcher: disk.launcher) { server in
                try await server.withClient(.patient) { client in
                    var probe = DiskProbe()
                    let refusal = try #require(await probe.fill(client))
                    #expect(refusal.status == 503)
                    #expect(refusal.code == "store_full")
                    #expect(refusal.retryAfter.map { $0 > .zero } == true)
                    try await probe.expectReadsToGoOn(client)
                    try await disk.enlarge(for: server.program.processID)
                    try await probe.expectRecovery(client)
                    kept.value = probe
                }
            }
            #expect(stopped.status == 0)
            let launcher = kind == .fileSystem ? disk.launcher : []
            try await LiveServer.run(directory: directory.path, launcher: launcher) { server in
                let ids = try await server.withClient { try await DiskProbe.ids($0) }
                #expect(ids == kept.value.acknowledged)
            }
        }
    }
}
