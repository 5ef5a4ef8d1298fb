/// Why a store cannot do what it was asked.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String { case unavailable, full, readOnly, damaged, newerVersion, inUse, refused }
        private let base: Base

        /// It does not answer, or fails. Retry later.
        public static let unavailable = Self(base: .unavailable)
        /// No room is left. Retry once there is.
        public static let full = Self(base: .full)
        /// It can be read but not written. Retry once it can.
        public static let readOnly = Self(base: .readOnly)
        /// What it holds cannot be trusted. A person must look.
        public static let damaged = Self(base: .damaged)
        /// A newer version of this program wrote it. Use that one.
        public static let newerVersion = Self(base: .newerVersion)
        /// Another process uses it. Stop that one, or use other data.
        public static let inUse = Self(base: .inUse)
        /// It makes no sense as things are. Look at them first.
        public static let refused = Self(base: .refused)

        public var description: String { self.base.rawValue }
    }

    public let code: Code
    /// A sentence that tells the user what to do.
    public let message: String
    /// What it was asked to do may have been done, or may be yet.
    public let mayBeDone: Bool

    public init(_ code: Code, _ message: String, mayBeDone: Bool = false) {
        self.code = code
        self.message = message
        self.mayBeDone = mayBeDone
    }

    public var description: String { self.message }
}
