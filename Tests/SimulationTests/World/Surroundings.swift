import RegistryModel
import Synchronization

/// What everybody in a world shares.
final class Surroundings: Sendable {
    let settings: SimulationSettings
    let dice: Dice
    let clock = SimulationClock()
    let disk = Disk()
    let trace: Trace
    let judge: Judge
    let postman = Postman()
    private let ids = Atomic<Int>(0)
    private let commandCount = Atomic<Int>(0)
    private let calm = Atomic<Bool>(false)
    private let cut = Atomic<Bool>(false)

    init(_ settings: SimulationSettings, seed: UInt64) {
        let dice = Dice(seed: seed)
        var settings = settings
        settings.vary(dice)
        self.settings = settings
        self.dice = dice
        self.trace = Trace(isVerbose: settings.isVerbose)
        self.judge = Judge(
            clock: self.clock, trace: self.trace,
            seats: settings.isPutBack
                ? [Judge.Seat(PutBackChecker())]
                : settings.isCluster ? Judge.clusterSeats(settings) : Judge.seats(settings))
    }

    var fault: PlantedFault? { self.settings.fault }

    func nextID() -> Int { self.ids.add(1, ordering: .relaxed).newValue }

    func countCommand() { self.commandCount.add(1, ordering: .relaxed) }
    var commands: Int { self.commandCount.load(ordering: .relaxed) }

    /// Whether nothing new is to be begun: enough was asked, or what was looked for is found.
    var isEnough: Bool {
        if self.commands >= self.settings.commands { return true }
        if let fault { return self.judge.violations.contains(where: fault.isShown) }
        if let fault = self.settings.clusterFault { return self.judge.violations.contains(where: fault.isShown) }
        return !self.judge.violations.isEmpty
    }

    /// Whether nothing that a client sends arrives.
    var isCut: Bool {
        get { self.cut.load(ordering: .relaxed) }
        set { self.cut.store(newValue, ordering: .relaxed) }
    }

    /// Whether all that could disturb is over, so that everybody can hear the rest.
    var isCalm: Bool {
        get { self.calm.load(ordering: .relaxed) }
        set { self.calm.store(newValue, ordering: .relaxed) }
    }
}

/// Delivers what is under way while its sender goes on.
final class Postman: Sendable {
    typealias Letter = @Sendable () async -> Void

    private let letters: AsyncStream<Letter>
    private let continuation: AsyncStream<Letter>.Continuation

    init() { (self.letters, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded) }

    func post(_ letter: @escaping Letter) { self.continuation.yield(letter) }

    func stop() { self.continuation.finish() }

    func run() async {
        await withDiscardingTaskGroup { group in
            for await letter in self.letters { group.addTask { await letter() } }
        }
    }
}
