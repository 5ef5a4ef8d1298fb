import NIOCore
import Synchronization

/// Connections that are open, to be closed all together.
final class OpenChannels: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        self.open.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } }
    }

    func closeAll() async {
        for channel in self.open.withLock({ Array($0.values) }) {
            // One that was closed meanwhile is closed.
            try? await channel.close()
        }
    }
}
