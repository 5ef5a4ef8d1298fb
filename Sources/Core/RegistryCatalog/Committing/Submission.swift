import RegistryModel
import Synchronization

/// Commands that one caller submitted together, and whom to tell their results.
final class Submission: Sendable {
    typealias Results = [Result<CommandResult, RegistryError>]
    /// Told the results once, by whoever settles the last of them; it must not block.
    typealias Completion = @Sendable (Results) -> Void

    private struct State {
        var results: [Result<CommandResult, RegistryError>?]
        var open: Int
        /// The same when it was last looked whether it moves.
        var openBefore: Int
        var isInParts = false
        var deadline: Int64
        var completion: Completion?
    }

    let commands: [Command]
    let actor: String
    /// Whether this node showed all that was acknowledged anywhere before it came.
    let isInformed: Bool
    /// How often its time begins anew at most: a caller waits for four times `registry.timeout`.
    private static let extensions: Int64 = 3
    /// As it was given.
    private let firstDeadline: Int64
    private let state: Mutex<State>

    init(
        _ commands: [Command], actor: String, deadline: Int64, isInformed: Bool = true,
        _ completion: @escaping Completion
    ) {
        self.commands = commands
        self.actor = actor
        self.firstDeadline = deadline
        self.isInformed = isInformed
        self.state = Mutex(
            State(
                results: Array(repeating: nil, count: commands.count), open: commands.count,
                openBefore: commands.count, deadline: deadline, completion: completion))
    }

    /// Until when its caller waits. Monotonic milliseconds.
    var deadline: Int64 { self.state.withLock { $0.deadline } }

    /// It goes into no single commit.
    func noteParts() { self.state.withLock { $0.isInParts = true } }

    /// If it is done in parts and something of it was done since this was called last, the rest has `timeout` from now on: it is not late
    /// because of its length. Monotonic milliseconds.
    func noteProgress(now: Int64, timeout: Int64) {
        guard self.commands.count > 1 else { return }
        self.state.withLock { state in
            guard state.isInParts, state.open < state.openBefore else { return }
            state.openBefore = state.open
            guard state.deadline < .max else { return }
            let last = self.firstDeadline + Self.extensions * timeout
            state.deadline = max(state.deadline, min(now + timeout, last))
        }
    }

    var isSettled: Bool { self.state.withLock { $0.open == 0 } }

    /// Those of these commands that have no result yet.
    func open(in commands: Range<Int>) -> [Int] {
        self.state.withLock { state in commands.filter { state.results[$0] == nil } }
    }

    /// Gives one command its result; the first one counts. The caller is told when all have theirs.
    func resolve(_ index: Int, _ result: Result<CommandResult, RegistryError>) {
        let finished = self.state.withLock { state -> State? in
            guard state.results[index] == nil else { return nil }
            state.results[index] = result
            state.open -= 1
            guard state.open == 0 else { return nil }
            defer { state.completion = nil }
            return state
        }
        finished?.completion?(finished?.results.compactMap { $0 } ?? [])
    }

    /// Gives every command that has no result yet this one.
    ///
    /// - Parameter first: those before it are left as they are.
    func fail(_ error: RegistryError, from first: Int = 0) {
        for index in self.commands.indices.dropFirst(first) { self.resolve(index, .failure(error)) }
    }
}

/// One command on its way to a commit.
struct Work {
    let submission: Submission
    let index: Int
    /// How often it met a conflict.
    var conflicts = 0
    /// Whether it brought its instance onto the roll before it met a conflict.
    var created = false
    /// What became of it then.
    var earlier: EarlierTry?

    /// Nobody waits for it any more, and nothing of it is committed that would have to be completed.
    var isGivenUp: Bool {
        (self.earlier?.reached ?? .zero) == .zero
            && self.submission.open(in: self.index..<self.index + 1).isEmpty
    }

    var command: Command { self.submission.commands[self.index] }
    var actor: String { self.submission.actor }

    /// How many conflicts it goes through. What rests on silence meets one with every digest that comes between; what is committed in part
    /// is not to be called a failure; and a service's record is written by all who are about one of its instances.
    var patience: Int {
        switch self.command {
        case .expire, .purge: return CatalogSettings.longPatience
        default:
            let isOfService = self.command.instanceID == nil && self.command.concernsService
            let isInPart = (self.earlier?.reached ?? .zero) > .zero
            return isOfService || isInPart ? CatalogSettings.longPatience : CatalogSettings.conflictRetries
        }
    }

    func resolve(_ result: Result<CommandResult, RegistryError>) { self.submission.resolve(self.index, result) }

    /// Ends it, for the store does not go on.
    func fail(_ error: StoreError, isInPart: Bool = false) {
        let wasInPart = (self.earlier?.reached ?? .zero) > .zero
        self.resolve(.failure(error.forClients(isInPart: isInPart || wasInPart)))
    }
}
