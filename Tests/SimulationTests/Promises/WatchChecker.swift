import RegistryCatalog
import RegistryModel

/// P3: a view that is built from a watcher's events alone is the truth at each revision from which it may resume.
struct WatchChecker: Checker {
    static let promise = Promise.watch

    private var watchers: [Int: WatchedView] = [:]
    /// Whether what is durable is applied by the one node at once.
    var isAlone = true
    private var lastJump: Int64 = 0
    /// By then a change is known to those who wait for it.
    private static let waking: Int64 = 100

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .watching(let id, let scope, let from):
            self.begin(id, scope, from)
        case .told(let id, let told):
            guard var watcher = self.watchers[id] else { return ["watcher \(id) is told before it began"] }
            self.watchers[id] = nil
            let found = watcher.hear(told, truth) + (told.isResumable ? watcher.settle(told.revision, truth) : [])
            self.watchers[id] = watcher
            return found.map { "watcher \(id), \(told.line): \($0)" }
        case .quiet(let id, let applied): return self.untold(id, applied, at: now, truth)
        case .jumped: self.lastJump = now
        default: break
        }
        return []
    }

    /// What somebody was not told of though it was there before he asked, or was to wake him.
    private func untold(_ id: Int, _ applied: Revision, at now: Int64, _ truth: Truth) -> [String] {
        guard let watcher = self.watchers[id], let resumable = watcher.resumable else { return [] }
        var due = applied
        if self.isAlone, now - self.lastJump > Self.waking, let last = truth.revision(before: now - Self.waking) {
            due = max(due, last)
        }
        let untold = truth.touched(after: resumable, to: due).filter(watcher.scope.covers)
        return untold.sorted().map { "watcher \(id) is not told of \($0) after \(resumable), though \(due) is due" }
    }

    private mutating func begin(_ id: Int, _ scope: WatchScope, _ from: Revision?) {
        var watcher = WatchedView(scope: scope)
        if let from, let before = self.watchers[id] {
            watcher.view = before.kept
            watcher.kept = before.kept
            watcher.resumable = from
            watcher.isBeginning = false
        }
        if from == nil, case .services(let keys) = scope { watcher.owed = Set(keys) }
        self.watchers[id] = watcher
    }
}
