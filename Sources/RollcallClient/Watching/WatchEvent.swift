public import RegistryJSON

/// What a watch tells.
public enum WatchEvent: Sendable {
    /// What the server sent, in order and once: `document` is what it says, `json` the bytes of it.
    case update(WatchEventDocument, json: [UInt8])
    /// The stream broke off. It is resumed after the wait from where it was; nothing is lost unless a gap is told.
    case interrupted(RollcallClientError, retryingIn: Duration)
}

/// Which services a watch shows.
public enum WatchScope: Sendable, Hashable {
    /// These services of the client's namespace.
    case services([String])
    /// Every service of the client's namespace.
    case all
}
