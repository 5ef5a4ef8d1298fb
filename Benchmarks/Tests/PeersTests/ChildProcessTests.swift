import Foundation
import Peers
import Testing

struct ChildProcessTests {
    private func log() -> String { FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path }

    @Test func itsOutputAndItsEndAreKnown() async throws {
        let log = self.log()
        defer { try? FileManager.default.removeItem(atPath: log) }
        let process = try ChildProcess(["sh", "-c", "echo said; exit 3"], log: log)
        #expect(try await process.wait(within: .seconds(60)).status == 3)
        #expect(process.output == "said\n")
        #expect(!process.isRunning)
    }

    @Test func itIsAskedToEndAndThenMade() async throws {
        let log = self.log()
        defer { try? FileManager.default.removeItem(atPath: log) }
        let polite = try ChildProcess(["sleep", "600"], log: log)
        #expect(try await polite.stop().status == 128 + 15)
        let stubborn = try ChildProcess(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"], log: log)
        while stubborn.output.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await stubborn.stop(within: .milliseconds(100)).status == 128 + 9)
    }

    @Test func aProgramThatIsMissingIsSaidToBe() {
        #expect(throws: ChildProcess.Fault.self) { try ChildProcess(["no-such-program-here"], log: "/dev/null") }
    }
}
