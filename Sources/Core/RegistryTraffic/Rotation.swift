/// Round robin: the one whose id follows the last one chosen. So each has its turn whoever comes and goes, and in whatever
/// order the candidates are given.
struct Rotation: Sendable {
    private var last: String?

    /// The chosen one. `members` is not empty.
    /// - Parameter start: where to begin when none was chosen before.
    mutating func next(among members: [Shortlist.Member], start: (Int) -> Int) -> Shortlist.Member {
        let chosen = self.last.map { Self.successor(of: $0, among: members) } ?? members[start(members.count)]
        self.last = chosen.candidate.id
        return chosen
    }

    private static func successor(of last: String, among members: [Shortlist.Member]) -> Shortlist.Member {
        var lowest = 0
        var next: Int?
        for index in members.indices {
            let id = members[index].candidate.id
            if id < members[lowest].candidate.id { lowest = index }
            if id > last, next.map({ id < members[$0].candidate.id }) ?? true { next = index }
        }
        return members[next ?? lowest]
    }
}
