import Foundation
import RegistryCatalog
import RegistryModel
import Synchronization

@testable import EtcdBackend

extension SimulatedEtcd {
    /// Tells of a range from a revision on, at once what was. Returns what ends it.
    func watch(_ request: EtcdWatchCreateRequest, tell: @escaping @Sendable (WatchNews) -> Void) -> Int {
        let range = KeyRange(request.key, request.rangeEnd)
        let (id, news) = self.state.withLock { state in
            state.nextWatcher += 1
            let contents = state.contents
            let start = request.startRevision > 0 ? request.startRevision : contents.revision + 1
            guard start >= contents.compacted else {
                return (state.nextWatcher, WatchNews.compacted(contents.compacted))
            }
            let past = contents.events(range, from: start).map { Commit(revision: $0.revision, events: $0.events) }
            // Above its revision it is silent until that is reached, and says nothing of it.
            let next = max(start, contents.revision + 1)
            state.watchers[state.nextWatcher] = Watcher(range: range, next: next, tell: tell)
            return (state.nextWatcher, .events(past))
        }
        if case .events(let past) = news, past.isEmpty { return id }
        tell(news)
        return id
    }

    func endWatch(_ id: Int) { self.state.withLock { _ = $0.watchers.removeValue(forKey: id) } }

    func publish(_ commit: Commit?) {
        guard let commit else { return }
        self.witness(commit)
        let watchers = self.state.withLock { $0.watchers.sorted { $0.key < $1.key }.map(\.value) }
        for watcher in watchers where commit.revision >= watcher.next {
            let events = commit.events.filter {
                watcher.range.contains(String(decoding: $0.kv.key, as: UTF8.self))
            }
            if !events.isEmpty { watcher.tell(.events([Commit(revision: commit.revision, events: events)])) }
        }
    }
}
