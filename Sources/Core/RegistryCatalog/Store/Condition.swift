/// An error whose reason is known by a code: two with the same code are the same trouble, however they are worded.
public protocol CodedError: Error {
    associatedtype Code: Equatable

    var code: Code { get }
}

extension StoreError: CodedError {}
extension CacheError: CodedError {}

/// How it stands with something that is tried again and again, so that each change is told once, and not every failure. Pure.
public struct Condition<Failure: CodedError>: Sendable {
    public enum Change: Sendable {
        /// It was tried for the first time, and went well.
        case began
        case recovered
        /// It fails, or it fails for another reason than before.
        case failed(Failure)
    }

    /// Nil: nothing is known yet.
    private var last: Result<Void, Failure>?

    public init() {}

    /// - Parameter failure: how the last try ended; nil: well.
    /// - Returns: what has to be told; nil: it is as before.
    public mutating func change(_ failure: Failure?) -> Change? {
        let before = self.last
        self.last = failure.map { .failure($0) } ?? .success(())
        switch (before, failure) {
        case (.failure(let old), let failure?): return old.code == failure.code ? nil : .failed(failure)
        case (_, let failure?): return .failed(failure)
        case (nil, nil): return .began
        case (.failure, nil): return .recovered
        case (.success, nil): return nil
        }
    }
}

extension Condition.Change: Equatable where Failure: Equatable {}
