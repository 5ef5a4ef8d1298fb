import RegistryCatalog
import RegistryTestKit
import Testing

@Suite("What every cache must do")
struct CacheConformanceTests {
    @Test("In memory", arguments: CacheConformance.checks)
    func inMemoryCache(_ check: CacheConformance.Check) async throws {
        try await check.run(on: Self.subject(nil))
    }

    @Test("A cache that does one thing wrong does not pass", arguments: InMemoryCache.Fault.allCases)
    func faultyCache(_ fault: InMemoryCache.Fault) async throws {
        var failures: [String] = []
        for check in CacheConformance.checks {
            do {
                try await check.run(on: Self.subject(fault))
            } catch is ConformanceFailure {
                failures.append(check.description)
            }
        }
        #expect(!failures.isEmpty)
    }

    private static func subject(_ fault: InMemoryCache.Fault?) -> CacheConformance.Subject {
        CacheConformance.Subject(
            keepsForeign: true, make: { InMemoryCache(fault: fault) },
            removePart: { ($0 as? InMemoryCache)?.removePart() }, flipBit: { ($0 as? InMemoryCache)?.flipBit() })
    }
}
