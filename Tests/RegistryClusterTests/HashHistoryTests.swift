import RegistryCatalog
import RegistryModel
import Testing

@testable import RegistryCluster

/// Whose state is another one, found by the hashes that nodes tell each other.
struct HashHistoryTests {
    private static func basis(_ revision: Int64, _ hash: UInt64) -> DigestBasis {
        DigestBasis(applied: Revision(revision), hash: Made.hash(hash))
    }

    /// What each node of a cluster thinks of itself once everybody has heard everybody, by their hashes at one revision.
    private static func odd(_ hashes: [UInt64]) -> [Bool] {
        hashes.indices.map { own in
            var history = HashHistory()
            _ = history.note(Self.basis(9, hashes[own]))
            for other in hashes.indices where other != own {
                _ = history.note(Made.digest(UInt64(other), applied: 9, hash: hashes[other]))
            }
            return history.isOddOneOut
        }
    }

    @Test(arguments: [
        ([1], [false]),
        ([1, 1], [false, false]),
        // Nobody can tell which of two is wrong, so both read anew.
        ([1, 2], [true, true]),
        ([1, 1, 1], [false, false, false]),
        ([1, 2, 1], [false, true, false]),
        ([1, 2, 3], [true, true, true]),
        ([1, 1, 1, 1, 1], [false, false, false, false, false]),
        ([1, 1, 2, 1, 1], [false, false, true, false, false]),
        ([1, 2, 1, 2, 1], [false, true, false, true, false]),
        ([1, 1, 2, 2, 3], [true, true, true, true, true]),
    ])
    func theOddOneOut(hashes: [UInt64], isOdd: [Bool]) {
        #expect(Self.odd(hashes) == isOdd)
    }

    @Test func onlyEqualRevisionsAreCompared() {
        var history = HashHistory()
        #expect(history.note(Self.basis(5, 1)) == 0)
        #expect(history.note(Made.digest(2, applied: 4, hash: 9)) == 0)
        #expect(history.note(Made.digest(3, applied: 6, hash: 9)) == 0)
        #expect(history.agrees.isEmpty)
        #expect(!history.isOddOneOut)
    }

    @Test func oneThatIsAheadIsComparedOnceThisNodeIsThereToo() {
        var history = HashHistory()
        #expect(history.note(Made.digest(2, applied: 6, hash: 9)) == 0)
        #expect(history.note(Made.digest(3, applied: 6, hash: 7)) == 0)
        #expect(history.note(Self.basis(5, 1)) == 0)
        #expect(history.note(Self.basis(6, 9)) == 1)
        #expect(history.agrees == [2: true, 3: false])
        #expect(!history.isOddOneOut)
    }

    @Test func oneThatIsBehindIsComparedWithWhatWas() {
        var history = HashHistory()
        for revision: Int64 in 1...64 { #expect(history.note(Self.basis(revision, UInt64(revision))) == 0) }
        #expect(history.note(Made.digest(2, applied: 1, hash: 1)) == 0)
        #expect(history.agrees == [2: true])
        #expect(history.note(Made.digest(2, applied: 30, hash: 29)) == 1)
        #expect(history.agrees == [2: false])
        // The oldest is forgotten.
        _ = history.note(Self.basis(65, 65))
        #expect(history.note(Made.digest(3, applied: 1, hash: 99)) == 0)
        #expect(history.agrees[3] == nil)
    }

    @Test func theLatestComparisonHolds() {
        var history = HashHistory()
        _ = history.note(Self.basis(1, 1))
        #expect(history.note(Made.digest(2, applied: 1, hash: 2)) == 1)
        #expect(history.isOddOneOut)
        _ = history.note(Self.basis(2, 5))
        #expect(history.isOddOneOut, "it has said nothing new yet")
        #expect(history.note(Made.digest(2, applied: 2, hash: 5)) == 0)
        #expect(!history.isOddOneOut)
    }

    /// Batches that hold nothing but what nodes say of themselves come at the same revision.
    @Test func theSameRevisionAgainIsNoNews() {
        var history = HashHistory()
        _ = history.note(Self.basis(1, 1))
        _ = history.note(Made.digest(2, applied: 1, hash: 2))
        #expect(history.note(Self.basis(1, 1)) == 0)
        #expect(history.agrees == [2: false])
    }

    @Test func whoLeftDoesNotCountAndAfterAReloadNobodyDoes() {
        var history = HashHistory()
        _ = history.note(Self.basis(1, 1))
        _ = history.note(Made.digest(2, applied: 1, hash: 2))
        _ = history.note(Made.digest(3, applied: 1, hash: 1))
        #expect(!history.isOddOneOut)
        history.forget(3)
        #expect(history.isOddOneOut)
        history.beginAnew()
        #expect(!history.isOddOneOut)
        #expect(history.agrees.isEmpty)
        #expect(history.note(Self.basis(1, 2)) == 0)
        #expect(history.note(Made.digest(2, applied: 1, hash: 2)) == 0)
        #expect(history.agrees == [2: true])
    }
}
