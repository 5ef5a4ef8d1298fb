import RegistryCatalog
import Testing

struct ConditionTests {
    private static let full = StoreError(.full, "full")
    private static let away = StoreError(.unavailable, "it did not answer")
    private static let gone = StoreError(.unavailable, "no connection came about")

    @Test func everyChangeIsToldAndNothingTwice() {
        var condition = Condition<StoreError>()
        let steps: [(StoreError?, Condition<StoreError>.Change?)] = [
            (Self.full, .failed(Self.full)), (Self.full, nil), (Self.away, .failed(Self.away)), (Self.gone, nil),
            (nil, .recovered), (nil, nil), (Self.full, .failed(Self.full)), (nil, .recovered),
        ]
        for (failure, change) in steps { #expect(condition.change(failure) == change) }
    }

    @Test func whatWorksFromTheBeginningIsToldOnce() {
        var condition = Condition<StoreError>()
        #expect(condition.change(nil) == .began)
        #expect(condition.change(nil) == nil)
        #expect(condition.change(Self.full) == .failed(Self.full))
    }
}
