import RollcallClient

/// One instance as a sequential machine: what each call does to it, and what it may answer.
struct InstanceModel: Hashable, Sendable {
    /// As its owner registered it; nil: it is not on the roll.
    var weight: UInt16?
    /// As an operator decided, whether the instance is there or not; nil: nobody did.
    var override: UInt16?
    /// The newest that an answer named, of each of the two records. They are written apart, so one may take effect before the other
    /// and have the higher revision: a decision on an instance that is taken off meanwhile.
    var revisions = [Revision.zero, Revision.zero]

    enum Call: Hashable, Sendable {
        case register(UInt16)
        case update(UInt16)
        case deregister
        case override(UInt16)
        case lift
        /// A consistent one.
        case read

        /// Of ``InstanceModel/revisions``.
        var record: Int {
            switch self {
            case .override, .lift: 1
            case .register, .update, .deregister, .read: 0
            }
        }
    }

    enum Answer: Hashable, Sendable {
        /// It was done at this revision. `created` is what a registration said of it.
        case done(Revision, created: Bool?)
        /// It was done at this revision or before: an answer without a body says what the server has applied by then.
        case doneBy(Revision)
        /// There was nothing to change.
        case notFound
        /// What a read showed: the owner's weight, and the operator's, which only shows on an instance that is there.
        case found(weight: UInt16?, override: UInt16?)
        /// It may have been done, at any time from then on, or never.
        case unknown
    }

    /// The machine after a call, or nil where it cannot have given this answer.
    func after(_ call: Call, _ answer: Answer) -> InstanceModel? {
        if case .found(let weight, let override) = answer {
            guard weight == self.weight, weight == nil || override == self.override else { return nil }
            return self
        }
        guard let next = self.done(call) else { return answer == .notFound || answer == .unknown ? self : nil }
        switch answer {
        case .unknown: return next
        case .notFound, .found: return nil
        case .doneBy(let revision): return revision >= self.revisions[call.record] ? next : nil
        case .done(let revision, let created):
            guard revision >= self.revisions[call.record], created == nil || created == (self.weight == nil) else {
                return nil
            }
            var next = next
            next.revisions[call.record] = revision
            return next
        }
    }

    /// What the call makes of it; nil: it is refused, because there is nothing to change.
    private func done(_ call: Call) -> InstanceModel? {
        var next = self
        switch call {
        case .register(let weight): next.weight = weight
        case .update(let weight):
            guard self.weight != nil else { return nil }
            next.weight = weight
        case .deregister:
            guard self.weight != nil else { return nil }
            next.weight = nil
        case .override(let weight):
            guard self.weight != nil || self.override != nil else { return nil }
            next.override = weight
        case .lift:
            guard self.override != nil else { return nil }
            next.override = nil
        case .read: break
        }
        return next
    }
}
