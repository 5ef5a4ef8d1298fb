import Foundation
import Testing

@testable import EtcdBackend

@Suite("The events of a watch come out revision by revision")
struct WatchAssemblyTests {
    @Test("Events of one revision are one batch, also over fragments")
    func fragments() {
        var assembly = WatchAssembly(from: 5)
        #expect(assembly.take(Self.response([5, 5, 6], fragment: true)).map(\.revision) == [5])
        #expect(assembly.next == 6)
        #expect(assembly.take(Self.response([6, 6], fragment: true)).isEmpty)
        let last = assembly.take(Self.response([6, 8], fragment: false))
        #expect(last.map(\.revision) == [6, 8])
        #expect(last.map(\.events.count) == [4, 1])
        #expect(assembly.next == 9)
    }

    @Test("What was not whole when the connection broke is taken from the next one, once")
    func restart() {
        var assembly = WatchAssembly(from: 5)
        #expect(assembly.take(Self.response([5, 6, 6], fragment: true)).map(\.revision) == [5])
        assembly.restart()
        #expect(assembly.next == 6)
        let batches = assembly.take(Self.response([6, 6, 6, 7], fragment: false))
        #expect(batches.map(\.revision) == [6, 7])
        #expect(batches.map(\.events.count) == [3, 1])
    }

    @Test("What was told before is not told again")
    func repeated() {
        var assembly = WatchAssembly(from: 5)
        #expect(assembly.take(Self.response([5, 6], fragment: false)).map(\.revision) == [5, 6])
        #expect(assembly.take(Self.response([5, 6, 7], fragment: false)).map(\.revision) == [7])
    }

    @Test("An answer without events is nothing")
    func empty() {
        var assembly = WatchAssembly(from: 5)
        #expect(assembly.take(EtcdWatchResponse()).isEmpty)
        #expect(assembly.next == 5)
    }

    private static func response(_ revisions: [Int64], fragment: Bool) -> EtcdWatchResponse {
        var response = EtcdWatchResponse()
        response.fragment = fragment
        response.events = revisions.map { revision in
            var event = EtcdEvent()
            event.kv.modRevision = revision
            return event
        }
        return response
    }
}
