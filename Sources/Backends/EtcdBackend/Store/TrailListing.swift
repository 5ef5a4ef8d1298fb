#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where the entries of the history lie that may hold what is asked for: the keys of whole commits, in the order asked for.
///
/// Keys are in the order of their writers' clocks and not of revisions, so etcd has to look through all of them to find the next: with a
/// bound of revisions or an order it reads every value too, whatever the limit. So that is done once, for keys alone, and what they
/// hold is then read by key.
struct TrailListing {
    struct Commit: Hashable {
        /// Etcd's.
        let revision: Int64
        var keys: [Data]
    }

    let commits: [Commit]
    /// Whether there are further commits.
    let hasMore: Bool

    /// - Parameters:
    ///   - pairs: in the order of revisions, rising or falling.
    ///   - hasMore: there are further ones. One commit has less than are here.
    init(_ pairs: [EtcdKeyValue], hasMore: Bool) {
        var commits: [Commit] = []
        for pair in pairs {
            if commits.last?.revision == pair.modRevision {
                commits[commits.count - 1].keys.append(pair.key)
            } else {
                commits.append(Commit(revision: pair.modRevision, keys: [pair.key]))
            }
        }
        // The last one may go on behind what is here.
        if hasMore, commits.count > 1 { commits.removeLast() }
        self.commits = commits
        self.hasMore = hasMore
    }

    /// Parts of it with this many keys at most, but with one commit at least.
    func parts(of keys: Int) -> [ArraySlice<Commit>] {
        var parts: [ArraySlice<Commit>] = []
        var (start, count) = (0, 0)
        for (place, commit) in self.commits.enumerated() {
            if place > start, count + commit.keys.count > keys {
                parts.append(self.commits[start..<place])
                (start, count) = (place, 0)
            }
            count += commit.keys.count
        }
        if start < self.commits.count { parts.append(self.commits[start...]) }
        return parts
    }
}
