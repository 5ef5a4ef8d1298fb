public import RollcallClient

/// An instance as it stands on the roll; without a weight it does not.
public struct RollEntry: Sendable, Hashable {
    public var weight: UInt16?
    /// Nil: nobody was told.
    public var revision: Revision?

    public init(weight: UInt16?, revision: Revision?) {
        self.weight = weight
        self.revision = revision
    }

    /// As its owner registered it.
    public init(_ instance: Instance) { self.init(weight: instance.spec.weight, revision: instance.revision) }

    public static let absent = RollEntry(weight: nil, revision: nil)
}
