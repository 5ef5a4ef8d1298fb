/// Whether the calls on one instance, as their clients saw them, can have taken effect one after another, each at one moment between
/// its invocation and its answer.
///
/// Wing and Gong's search ("Testing and Verifying Concurrent Objects", 1993) with Lowe's memoization of what was taken and where that
/// led ("Testing for linearizability", 2016), as in Porcupine. An unanswered call may be taken at any time after its invocation, or
/// left out: see ``LinearizationSearch`` for how that is kept small.
struct LinearizabilityChecker {
    enum Verdict: Equatable, Sendable {
        case linearizable
        /// How many of the answered calls could be put in order at best, and where that search got stuck.
        case violation(placed: Int, stuck: String)
        /// The bound of the search was reached.
        case undecided
    }

    /// Steps after which a search is given up.
    var bound = 100_000

    func judge(_ operations: [Operation]) -> Verdict {
        var search = LinearizationSearch(operations)
        return search.run(bound: self.bound)
    }
}
