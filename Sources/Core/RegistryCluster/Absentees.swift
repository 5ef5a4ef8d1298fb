import RegistryCatalog

/// Members that were not there any more when everything was read anew. A history that an operator has settled on may not have them yet,
/// though they run: they are waited for as long as a membership lasts, and are lost then. Pure.
struct Absentees: Sendable {
    /// Longer than one who is not heard of stays a member, in milliseconds.
    static let patience: Int64 = 15_000

    private(set) var members: [UInt64: Member] = [:]
    private var deadlines: [UInt64: Int64] = [:]

    /// - Parameter now: monotonic milliseconds.
    mutating func note(_ member: Member, at now: Int64) {
        self.members[member.id] = member
        self.deadlines[member.id] = now + Self.patience
    }

    /// It has come back.
    mutating func forget(_ id: UInt64) {
        self.members[id] = nil
        self.deadlines[id] = nil
    }

    /// Those whose time is over; they are waited for no more.
    mutating func takeLost(now: Int64) -> [Member] {
        let lost = self.deadlines.filter { $0.value <= now }.keys.sorted()
        return lost.compactMap { id in
            defer { self.forget(id) }
            return self.members[id]
        }
    }
}
