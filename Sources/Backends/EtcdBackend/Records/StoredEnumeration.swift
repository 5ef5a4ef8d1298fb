import RegistryModel
import SwiftProtobuf

/// An enumeration of the stored form, whose numbers are the model's. 0, and numbers that this version does not know, stand for
/// ``assumed``.
protocol StoredEnumeration: SwiftProtobuf.Enum where RawValue == Int {
    associatedtype Model: RawRepresentable<UInt8> & Equatable
    /// What is assumed then: nothing that makes an instance available.
    static var assumed: Model { get }
}

extension StoredEnumeration {
    /// Nil: not said, or not known to this version.
    var known: Model? { UInt8(exactly: self.rawValue).flatMap { Model(rawValue: $0) } }
    var model: Model { self.known ?? Self.assumed }

    init(_ model: Model) { self = Self(rawValue: Int(model.rawValue)) ?? Self() }

    /// The new value; what a later version wrote stays if nothing else was decided.
    func updated(to model: Model) -> Self {
        self.rawValue != 0 && self.known == nil && model == Self.assumed ? self : Self(model)
    }
}

extension StoredStatus: StoredEnumeration {
    static var assumed: InstanceStatus { .outOfService }
}

extension StoredState: StoredEnumeration {
    static var assumed: HealthState { .unknown }
}

extension StoredCheckRecord.Kind: StoredEnumeration {
    /// Nothing is assumed of such a check: it is left out.
    static var assumed: HealthCheck.Kind { .ttl }
}

extension StoredProtectionRecord.Verdict: StoredEnumeration {
    static var assumed: Protection.Verdict { .unclear }
}

extension StoredSubscriptionRecord.Status: StoredEnumeration {
    static var assumed: Subscription.Status { .failed }
}

/// Causes are stored by their numbers, for there will be more.
extension Cause {
    init(stored: UInt32) { self = UInt8(exactly: stored).flatMap { Cause(rawValue: $0) } ?? .update }

    /// What is stored for it, over what was: a cause of a later version stays if nothing else was decided.
    func stored(over before: UInt32) -> UInt32 {
        before != 0 && Cause(stored: before) == self && before != UInt32(self.rawValue) ? before : UInt32(self.rawValue)
    }
}

extension Metadata {
    init(_ pairs: [StoredPair]) { self.init(pairs.map { Pair(key: $0.key, value: $0.value) }) }

    /// What is stored for it, over what was.
    func stored(over before: [StoredPair]) -> [StoredPair] {
        if Metadata(before) == self, before.count == self.count { return before }
        return self.pairs.map { pair in
            var stored = StoredPair()
            stored.key = pair.key
            stored.value = pair.value
            return stored
        }
    }
}

extension Lifetime {
    init(_ stored: StoredLifetimeRecord) {
        self = stored.hasMilliseconds ? .after(TimeSpan(milliseconds: stored.milliseconds)) : .never
    }

    func store(in record: inout StoredLifetimeRecord) {
        switch self {
        case .never: record.clearMilliseconds()
        case .after(let span): record.milliseconds = span.milliseconds
        }
    }
}
