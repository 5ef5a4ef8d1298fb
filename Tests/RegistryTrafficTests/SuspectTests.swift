import RegistryModel
import RegistryTraffic
import Testing

/// When instances are selected that are DOWN and may be well.
struct SuspectTests {
    private static func candidates(up: Int, suspect: Int, down: Int = 0, aside: Int = 0) -> [Candidate] {
        (0..<up).map { Candidate(id: "up-\($0)") }
            + (0..<suspect).map { Candidate(id: "suspect-\($0)", health: .down, isSuspect: true) }
            + (0..<down).map { Candidate(id: "down-\($0)", health: .down) }
            + (0..<aside).map { Candidate(id: "aside-\($0)", status: .outOfService) }
    }

    private static func chosen(_ candidates: [Candidate]) -> Set<String> {
        let selector = InstanceSelector(seed: 1)
        return Set(
            (0..<candidates.count * 3).compactMap { _ in
                selector.id(by: .roundRobin, from: candidates)?.split(separator: "-").first.map(String.init)
            })
    }

    /// Every mix of up to six of each.
    @Test func onlyWhileFewerThanHalfAreUp() {
        for up in 0...6 {
            for suspect in 0...6 {
                for down in 0...2 {
                    var expected: Set<String> = up > 0 ? ["up"] : []
                    if suspect > 0, 2 * up < up + suspect + down { expected.insert("suspect") }
                    let found = Self.chosen(Self.candidates(up: up, suspect: suspect, down: down))
                    #expect(found == expected, "up \(up), suspect \(suspect), down \(down)")
                }
            }
        }
    }

    @Test func whatIsOutOfUseDoesNotCount() {
        #expect(Self.chosen(Self.candidates(up: 2, suspect: 1, aside: 9)) == ["up"])
    }

    @Test func aSuspectOutOfUseIsNotSelected() {
        let away = Candidate(id: "x", status: .draining, health: .down, isSuspect: true)
        #expect(Self.chosen([away]) == [])
        #expect(Self.chosen(Self.candidates(up: 0, suspect: 1) + [away]) == ["suspect"])
    }

    @Test func theExplanationSaysSo() {
        let all = Self.candidates(up: 1, suspect: 3)
        var codes: Set<SelectionExplanation.Code> = []
        let selector = InstanceSelector(seed: 2)
        for _ in 0..<8 {
            let (offset, explanation) = selector.select(by: .roundRobin, among: 4, of: payments) { all[$0] }
            codes.insert(explanation.code)
            #expect(explanation.isSuspect == (offset != 0))
            #expect(explanation.steps.map(\.remaining) == [4, 4, 4, 4, 4, 1])
            #expect(explanation.text.contains("4 of them are healthy or suspect"))
            #expect(explanation.text.hasSuffix("may be well.") == (explanation.code == .suspect))
        }
        #expect(codes == [.selected, .suspect])
    }
}
