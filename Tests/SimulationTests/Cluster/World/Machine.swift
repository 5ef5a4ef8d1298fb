import RegistryCatalog
import RegistryCluster
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// One machine of a cluster, on which one process of the registry after the other runs.
final class Machine: Entrance {
    private struct State {
        var process: RegistryProcess?
        var isOver = false
    }

    let number: Int
    let way: EtcdWay
    let clock: MachineClock
    private let world: Surroundings
    private let etcd: SimulatedEtcd
    private let executor: SeededExecutor
    private let state = Mutex(State())

    init(_ number: Int, _ world: Surroundings, _ etcd: SimulatedEtcd, _ executor: SeededExecutor) {
        self.number = number
        self.world = world
        self.etcd = etcd
        self.executor = executor
        self.way = EtcdWay(world.dice)
        self.clock = MachineClock(world.clock, world.dice)
    }

    var process: RegistryProcess? { self.state.withLock { $0.process } }
    var registry: Registry? { self.process?.registry }

    func run() async {
        while !self.state.withLock({ $0.isOver }) {
            let process = RegistryProcess(self, self.world, self.etcd, MachineExecutor(self.executor))
            self.state.withLock { $0.process = process }
            await process.run()
            process.end()
            self.world.judge.note(.crashed, at: self.number)
            self.state.withLock { $0.process = nil }
            await self.world.clock.rest(for: self.world.dice.milliseconds(20...1_500))
        }
    }

    /// `SIGKILL`.
    func crash() { self.process?.end() }

    /// A graceful stop: what waits is done and answered first.
    func restart() { self.process?.stop() }

    /// `SIGSTOP`, and after a while `SIGCONT`.
    func pause(for span: TimeSpan) async {
        guard let process else { return }
        let start = self.world.clock.monotonicMilliseconds
        process.executor.stop()
        self.world.judge.note(.beset, at: self.number)
        await self.world.clock.rest(for: span)
        self.world.judge.note(.relieved, at: self.number)
        // It may have been killed meanwhile.
        guard self.process === process else { return }
        self.world.judge.note(.paused(from: start), at: self.number)
        process.executor.goOn()
    }

    /// Etcd cannot be reached from here for a while, or cannot answer.
    func cut(_ kind: CutKind, for span: TimeSpan, beforeMending: () async -> Void = {}) async {
        let start = self.world.clock.monotonicMilliseconds
        self.way.isCutThere = kind != .back
        self.way.isCutBack = kind != .there
        self.world.judge.note(.beset, at: self.number)
        await self.world.clock.rest(for: span)
        await beforeMending()
        self.way.isCutThere = false
        self.way.isCutBack = false
        self.world.judge.note(.relieved, at: self.number)
        self.world.judge.note(.cut(from: start), at: self.number)
    }

    enum CutKind {
        case both, there, back
    }

    /// The regular end, for good.
    func close() {
        self.state.withLock { $0.isOver = true }
        self.process?.stop()
    }
}
