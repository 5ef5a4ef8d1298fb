import RollcallClient

/// One write of one instance, as the client that asked for it knows it. Nobody else writes that instance.
struct WriteRecord: Sendable {
    enum Outcome: Sendable, Hashable {
        case acknowledged(Revision)
        /// It was done at this revision or before: an answer without a body says what the server has applied by then.
        case acknowledgedBy(Revision)
        /// There is no such instance.
        case notFound
        /// It may have been done, or not: the server was gone before it could say.
        case unknown

        /// At which it was done, or before; nil: nobody was told that it was.
        var revision: Revision? {
            switch self {
            case .acknowledged(let revision), .acknowledgedBy(let revision): revision
            case .notFound, .unknown: nil
            }
        }
    }

    let instance: InstanceKey
    /// As the history will call it.
    let cause: String
    /// By which it is known; nil: it takes the instance off the roll.
    let weight: UInt16?
    let outcome: Outcome
}
