import Foundation
import RegistryModel
import Synchronization

@testable import EtcdBackend

extension EtcdLink {
    /// A connection on which nothing is heard for so long is given up: the ping's interval and its answer's time. Milliseconds.
    private static let silence: Int64 = 13_000
    /// What is later may cut its process off, which waits for its own digest for a second. Milliseconds.
    private static let patience: Int64 = 900

    func watch(
        _ range: EtcdRange, from revision: Int64, _ observer: some WatchObserver
    ) async throws(EtcdError) -> Never {
        var next = revision
        while true {
            let error = await self.watchOnce(range, &next, observer)
            if Task.isCancelled || self.isClosed { throw EtcdError(.cancelled, "the watch was cancelled") }
            guard error.isTransient || error.code == .futureRevision else { throw error }
            await observer.lost(0, error)
            guard await self.clock.rest(for: self.world.dice.milliseconds(25...300)) else {
                throw EtcdError(.cancelled, "the watch was cancelled")
            }
        }
    }

    private func watchOnce(_ range: EtcdRange, _ next: inout Int64, _ observer: some WatchObserver) async -> EtcdError {
        let pipe = WatchPipe()
        defer { pipe.end() }
        do throws(EtcdError) {
            try await observer.willWatch(on: 0)
            var request = EtcdWatchCreateRequest()
            request.key = range.start
            request.rangeEnd = range.end
            request.startRevision = next
            let creation = request
            try await self.call { (etcd) throws(EtcdError) in
                pipe.begin(
                    etcd, etcd.watch(creation) { pipe.push($0, at: self.world.clock.monotonicMilliseconds) })
            }
            self.world.postman.post { await self.pump(pipe) }
            await observer.isWatching(on: 0)
            for await news in pipe.arrived {
                switch news {
                case .compacted: throw EtcdError(.compacted, "required revision has been compacted")
                case .events(let commits):
                    for commit in commits where commit.revision >= next {
                        await observer.take(WatchBatch(revision: commit.revision, events: commit.events))
                        next = commit.revision + 1
                    }
                }
            }
            return EtcdError(.unavailable, "the watch broke")
        } catch {
            return error
        }
    }

    /// Carries what etcd says to the process, in order: late at times, not at all while the way is cut.
    private func pump(_ pipe: WatchPipe) async {
        let breaks = self.way.breaks
        for await (news, time) in pipe.sent {
            await self.carry(
                for: self.world.dice.chance(10) ? self.way.slowTime : self.way.usualTime, since: time)
            let since = self.world.clock.monotonicMilliseconds
            while self.way.isCutBack, !pipe.isOver {
                await self.world.clock.rest(for: .milliseconds(50))
                if self.world.clock.monotonicMilliseconds - since > Self.silence { pipe.end() }
            }
            if self.way.breaks != breaks { pipe.end() }
            // Now and then a connection breaks for no reason that anybody could see.
            if self.world.dice.chance(self.way.roughness / 20) { pipe.end() }
            guard !pipe.isOver else { return }
            pipe.arrive(news)
        }
    }

    /// A process that is cut off by what is late stands still meanwhile, and then gives everybody a whole ttl: no more can be asked of it.
    private func carry(for span: TimeSpan, since time: Int64) async {
        let isLate = self.world.clock.monotonicMilliseconds + span.milliseconds - time > Self.patience
        if isLate { self.world.judge.note(.beset, at: self.machine) }
        await self.world.clock.rest(for: span)
        if isLate { self.world.judge.note(.relieved, at: self.machine) }
    }
}

/// What a watch says on its way from etcd to a process.
final class WatchPipe: Sendable {
    typealias News = SimulatedEtcd.WatchNews

    /// What etcd says, and when it did. Monotonic milliseconds.
    typealias Sent = (news: News, time: Int64)

    let sent: AsyncStream<Sent>
    let arrived: AsyncStream<News>
    private let sending: AsyncStream<Sent>.Continuation
    private let arriving: AsyncStream<News>.Continuation
    private let source = Mutex<(etcd: SimulatedEtcd, watch: Int)?>(nil)
    private let over = Atomic<Bool>(false)

    init() {
        (self.sent, self.sending) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        (self.arrived, self.arriving) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    var isOver: Bool { self.over.load(ordering: .relaxed) }

    func begin(_ etcd: SimulatedEtcd, _ watch: Int) {
        self.source.withLock { $0 = (etcd, watch) }
        if self.isOver { etcd.endWatch(watch) }
    }

    func push(_ news: News, at time: Int64) { self.sending.yield((news, time)) }
    func arrive(_ news: News) { self.arriving.yield(news) }

    func end() {
        self.over.store(true, ordering: .relaxed)
        self.sending.finish()
        self.arriving.finish()
        if let (etcd, watch) = self.source.withLock({ $0 }) { etcd.endWatch(watch) }
    }
}
