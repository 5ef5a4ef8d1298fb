public import RegistryModel

/// How a blocking read waits: the parameters `index` and `wait`, the same for every dialect.
public struct BlockingRead: Sendable, Hashable {
    public static let parameters = [QueryParameter("index"), QueryParameter("wait")]

    /// Above this revision there is news; nil: only what does not exist is waited for.
    public let index: Revision?
    /// How long to wait for it.
    public let wait: TimeSpan

    public static let defaultWait = TimeSpan.seconds(60)
    public static let waitRange = TimeSpan.zero...TimeSpan.minutes(10)

    /// Nil when neither parameter is given: the read does not block.
    public init?(_ query: inout Query) {
        let index = query.revision("index")
        let wait = query.duration("wait", in: Self.waitRange)
        if index == nil, wait == nil { return nil }
        self.init(index: index, wait: wait ?? Self.defaultWait)
    }

    public init(index: Revision?, wait: TimeSpan) {
        self.index = index
        self.wait = wait
    }

    /// The time to wait, with up to 1/16 more, so that readers that came together do not come back together.
    ///
    /// - Parameter random: from 0 up to, but not, 1.
    public func waitWithJitter(random: Double) -> TimeSpan {
        self.wait + TimeSpan(milliseconds: Int64(Double(self.wait.milliseconds) / 16 * random))
    }

    /// The revision after which the service as it stands is news; nil: answer at once.
    ///
    /// A service that does not exist is waited for. An index above all that this registry has committed is from another registry, and
    /// waiting for it would be in vain.
    ///
    /// - Parameters:
    ///   - revision: of the service; nil when it does not exist.
    ///   - applied: what this node has applied.
    public func waitsAfter(revision: Revision?, applied: Revision) -> Revision? {
        if let index, index > applied { return nil }
        guard let revision else { return .zero }
        guard let index, revision <= index else { return nil }
        return index
    }
}
