import RollcallClient

/// The search over one instance's calls, with a stack of its own: there may be more calls than a thread's stack holds.
///
/// Unanswered calls would double it each. But what such a call does shows only in what comes after: if the next answered call fits
/// without it as well and leads to the same whether it is taken before that one, after it or never, it may as well be taken later. So it is
/// taken only right before a call to which it matters;
/// of several that do the same to presence, and whose value nobody saw, the first will do; and an update whose value nobody saw never matters.
/// Revisions, where they are known, put answered writes in order.
struct LinearizationSearch {
    /// Answered calls in the order of their answers, then those without one.
    private let operations: [Operation]
    private let answered: Int
    /// Calls without an answer that can stand for each other, by their places; the places of others.
    private let kinds: [InstanceModel.Call?]
    private var seen: Set<Place> = []
    private var path: [Step] = []
    private var best = (placed: -1, stuck: "")

    /// What was taken, and the state that it led to.
    private struct Place: Hashable {
        var taken: TakenCalls
        var state: InstanceModel
        /// The state before the unanswered calls that were taken last; nil: the last one was answered.
        var base: InstanceModel?
        /// Those calls.
        var open: [InstanceModel.Call] = []
    }

    private struct Step {
        let place: Place
        /// Calls that can come next, by their places, last first.
        var candidates: [Int]
    }

    init(_ operations: [Operation]) {
        var shown: Set<UInt16> = []
        for case .found(let weight, let override) in operations.map(\.answer) {
            shown.formUnion([weight, override].compactMap { $0 })
        }
        let answered = operations.filter { $0.responded != nil }.sorted { ($0.responded ?? 0) < ($1.responded ?? 0) }
        let open = operations.filter { operation in
            guard operation.responded == nil else { return false }
            if case .update(let weight) = operation.call { return shown.contains(weight) }
            return operation.call != .read
        }.sorted { $0.invoked < $1.invoked }
        self.operations = answered + open
        self.answered = answered.count
        self.kinds = self.operations.map { operation in
            switch operation.call {
            case .register(let weight): shown.contains(weight) ? nil : .register(0)
            case .override(let weight): shown.contains(weight) ? nil : .override(0)
            case .deregister, .lift: operation.call
            case .update, .read: nil
            }
        }
    }

    mutating func run(bound: Int) -> LinearizabilityChecker.Verdict {
        let start = Place(taken: TakenCalls(count: self.operations.count), state: InstanceModel())
        if self.visit(start) { return .linearizable }
        var steps = 0
        while let last = self.path.indices.last {
            guard let next = self.path[last].candidates.popLast() else {
                self.path.removeLast()
                continue
            }
            steps += 1
            if steps > bound { return .undecided }
            if let place = self.place(after: self.path[last].place, taking: next), self.visit(place) {
                return .linearizable
            }
        }
        return .violation(placed: max(0, self.best.placed), stuck: self.best.stuck)
    }

    private func place(after place: Place, taking next: Int) -> Place? {
        let operation = self.operations[next]
        guard let state = place.state.after(operation.call, operation.answer) else { return nil }
        var place = place
        place.taken.insert(next)
        if next < self.answered {
            if let base = place.base, let without = base.after(operation.call, operation.answer),
                without == state || Self.after(place.open, without) == state
            {
                return nil
            }
            place.base = nil
            place.open = []
        } else {
            place.base = place.base ?? place.state
            place.open.append(operation.call)
        }
        place.state = state
        return place
    }

    /// What unanswered calls make of a state; nil where one of them changes nothing.
    private static func after(_ calls: [InstanceModel.Call], _ state: InstanceModel) -> InstanceModel? {
        calls.reduce(state) { state, call in
            state.flatMap { before in before.after(call, .unknown).flatMap { $0 == before ? nil : $0 } }
        }
    }

    /// Takes a place up, unless it was seen or leads nowhere; returns whether all answered calls are in order there.
    private mutating func visit(_ place: Place) -> Bool {
        guard self.seen.insert(place).inserted else { return false }
        let left = (0..<self.answered).filter { !place.taken.contains($0) }
        // Who was answered first of those that are left: nothing that began later may come before it.
        guard let first = left.first, let end = self.operations[first].responded else { return true }
        guard let soon = self.answeredCandidates(left, at: place, until: end) else { return false }
        if self.answered - left.count > self.best.placed {
            let next = soon.prefix(4).map { "\(self.operations[$0])" }.joined(separator: "; ")
            self.best = (self.answered - left.count, "at \(place.state) none fits of: \(next)")
        }
        self.path.append(
            Step(place: place, candidates: self.openCandidates(at: place, until: end).reversed() + soon.reversed()))
        return false
    }

    /// Nil when the place leads nowhere: a call that is left was done before what was done here already.
    private func answeredCandidates(_ left: [Int], at place: Place, until end: Int64) -> [Int]? {
        var earliest = [Revision(Int64.max), Revision(Int64.max)]
        for index in left {
            let record = self.operations[index].call.record
            switch self.operations[index].answer {
            case .done(let revision, _): earliest[record] = min(earliest[record], revision)
            case .doneBy(let revision) where revision < place.state.revisions[record]: return nil
            default: break
            }
        }
        guard zip(earliest, place.state.revisions).allSatisfy({ $0 >= $1 }) else { return nil }
        return left.filter { index in
            let operation = self.operations[index]
            guard operation.invoked <= end else { return false }
            if case .done(let revision, _) = operation.answer { return revision == earliest[operation.call.record] }
            return true
        }
    }

    private func openCandidates(at place: Place, until end: Int64) -> [Int] {
        var kinds: Set<InstanceModel.Call> = []
        return (self.answered..<self.operations.count).filter { index in
            let operation = self.operations[index]
            guard operation.invoked <= end, !place.taken.contains(index) else { return false }
            // What changes nothing can as well be left out.
            guard place.state.after(operation.call, .unknown) != place.state else { return false }
            return self.kinds[index].map { kinds.insert($0).inserted } ?? true
        }
    }
}

/// A set of the places of calls.
struct TakenCalls: Hashable {
    private var words: [UInt64]

    init(count: Int) { self.words = Array(repeating: 0, count: (count + 63) / 64) }

    func contains(_ index: Int) -> Bool { self.words[index / 64] & (1 << UInt64(index % 64)) != 0 }
    mutating func insert(_ index: Int) { self.words[index / 64] |= 1 << UInt64(index % 64) }
}
