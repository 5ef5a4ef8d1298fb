import RegistryCatalog
import RegistryCluster
import RegistryModel
import Synchronization

@testable import EtcdBackend

/// One process of the registry on a machine: the store, the node and the catalogue as the server puts them together.
final class RegistryProcess: Sendable {
    let executor: MachineExecutor
    let life = Life()
    private let machine: Machine
    private let world: Surroundings
    private let link: EtcdLink
    private let store: any ClusterStore
    private let etcdStore: EtcdStore
    private let node: ClusterNode
    let catalog: Catalog
    private let shown = Mutex<Registry?>(nil)

    init(_ machine: Machine, _ world: Surroundings, _ etcd: SimulatedEtcd, _ executor: MachineExecutor) {
        self.machine = machine
        self.world = world
        self.executor = executor
        let fault = world.settings.clusterFault
        let link = EtcdLink(etcd, machine.way, world, machine: machine.number, clock: machine.clock)
        self.link = link
        let configuration = EtcdStore.Configuration(
            etcd: EtcdConfiguration(endpoints: link.endpoints, requestTimeout: link.timeout))
        let dice = world.dice
        self.etcdStore = EtcdStore(
            configuration, fault?.service(link) ?? link, clock: machine.clock,
            random: { UInt64(dice.number(1...Int.max - 1)) })
        let witnessed = WitnessedStore(self.etcdStore, world, machine.number)
        self.store = fault?.store(witnessed) ?? witnessed
        let member = Member(
            id: self.store.memberID, node: "node-\(machine.number)", address: "127.0.0.1:\(8_000 + machine.number)",
            version: "0", schema: 1, startedAt: machine.clock.wallTime)
        var settings = ClusterSettings()
        settings.timeout = world.settings.catalog.storeTimeout
        settings.keepsRevisions = .seconds(20)
        self.node = ClusterNode(member, store: self.store, clock: machine.clock, settings: settings)
        self.catalog = Catalog(
            store: self.store, clock: fault?.clock(machine.clock) ?? machine.clock,
            settings: world.settings.catalog, link: fault?.link(self.node) ?? self.node)
    }

    /// The process as clients see it; nil until it has loaded.
    var registry: Registry? { self.shown.withLock { $0 } }

    /// Runs until it is ended, or has stopped by itself.
    func run() async {
        await withTaskExecutorPreference(self.executor) {
            await self.life.whileItLasts {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.etcdStore.run() }
                    group.addTask { await self.serve() }
                    // The store never ends by itself.
                    await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    private func serve() async {
        do {
            let newest = self.world.judge.truth.revision
            try await self.catalog.load()
            guard !self.life.isOver else { return }
            let registry = Registry(
                SoundSubject(catalog: self.catalog), self.world, machine: self.machine.number, executor: self.executor)
            self.world.judge.note(
                .loaded(
                    self.catalog.services(namespace: nil, after: nil, limit: .max),
                    applied: self.catalog.appliedRevision), at: self.machine.number)
            if self.catalog.appliedRevision < newest {
                self.world.judge.note(.loadedLess(than: newest), at: self.machine.number)
            }
            self.shown.withLock { $0 = registry }
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { try await self.catalog.run() } catch { self.world.trace.say("the catalogue ended: \(error)") }
                }
                group.addTask { await self.node.run(self.catalog) }
                await group.next()
                group.cancelAll()
            }
        } catch {
            self.world.trace.say("a process on machine \(self.machine.number) could not start: \(error)")
        }
    }

    func stop() { self.catalog.stop() }

    /// An operator says which history counts.
    func settle(_ verdict: HistoryVerdict) async throws(StoreError) {
        let nothing = StoredCatalog(
            registryID: "", revision: .zero, services: [], instances: [], tombstones: [], nextNumber: 1)
        try await self.etcdStore.settle(verdict, keeping: nothing)
    }

    /// Nothing of this process happens any more, but perhaps what is on its way.
    func end() {
        self.link.close()
        self.registry?.life.end()
        self.life.end()
        self.executor.goOn()
    }
}
