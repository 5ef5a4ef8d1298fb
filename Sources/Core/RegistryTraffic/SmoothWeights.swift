/// Smooth weighted round robin, as in nginx (https://github.com/phusion/nginx/commit/27e94984486058d73157038f7950a0a36ecc6e35):
/// in every round each gains its weight, the richest is chosen and pays what all have gained.
///
/// Over as many rounds as the sum of the weights each is chosen exactly as often as its weight, and never twice in a row
/// more often than needed.
struct SmoothWeights: Sendable {
    private struct Entry: Sendable {
        let id: String
        let weight: Int
        var credit: Int
    }

    private var entries: [Entry] = []

    var count: Int { self.entries.count }

    /// The chosen one. `members` is not empty, and their weights are above 0.
    mutating func next(among members: [Shortlist.Member]) -> Shortlist.Member {
        if !self.areCurrent(members) { self.adopt(members) }
        var richest = 0
        var gained = 0
        for index in self.entries.indices {
            self.entries[index].credit += self.entries[index].weight
            gained += self.entries[index].weight
            if self.entries[index].credit > self.entries[richest].credit { richest = index }
        }
        self.entries[richest].credit -= gained
        return members[richest]
    }

    private func areCurrent(_ members: [Shortlist.Member]) -> Bool {
        self.entries.count == members.count
            && zip(self.entries, members).allSatisfy { $0.id == $1.candidate.id && $0.weight == $1.candidate.weight }
    }

    /// Those that stay keep their credit, as far as the new weights can grant one; it is then shared out anew so that the
    /// sum is about 0. Otherwise those that leave in debt would enrich the others, and a newcomer would have to wait.
    private mutating func adopt(_ members: [Shortlist.Member]) {
        let credits = Dictionary(self.entries.map { ($0.id, $0.credit) }) { first, _ in first }
        let limit = members.reduce(0) { $0 + $1.candidate.weight }
        var sum = 0
        self.entries = members.map { member in
            let credit = min(max(credits[member.candidate.id] ?? 0, -limit), limit)
            sum += credit
            return Entry(id: member.candidate.id, weight: member.candidate.weight, credit: credit)
        }
        let share = sum / self.entries.count
        for index in self.entries.indices { self.entries[index].credit -= share }
    }
}
