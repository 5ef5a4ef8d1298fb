public import RegistryModel

/// What all of an instance's checks together say of it, where the registry has it otherwise.
public struct Finding: Sendable, Hashable {
    public var key: InstanceKey
    public var number: Int64
    /// Why it is not well, in a sentence; nil: every check passes, or none is made any more.
    public var error: String?
    /// What was seen, for the history.
    public var detail: String

    public init(key: InstanceKey, number: Int64, error: String?, detail: String) {
        self.key = key
        self.number = number
        self.error = error
        self.detail = detail
    }
}
