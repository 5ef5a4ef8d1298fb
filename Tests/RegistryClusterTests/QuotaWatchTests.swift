import RegistryCatalog
import Testing

@testable import RegistryCluster

@Suite("How close the store is to its quota")
struct QuotaWatchTests {
    /// What each endpoint takes; nil: it does not answer.
    private static func report(_ bytes: Int64?..., quota: Int64 = 1_000) -> StoreReport {
        var report = StoreReport()
        report.quota = quota
        report.endpoints = bytes.enumerated().map { place, bytes in
            StoreReport.Endpoint(address: "e:\(place)", version: bytes == nil ? nil : "3", bytes: bytes ?? 0)
        }
        return report
    }

    @Test("It is told once when it comes close at the first endpoint, and once when all have room again")
    func once() {
        var watch = QuotaWatch()
        let short = Self.report(10, 800)
        let steps: [(StoreReport, QuotaWatch.News?)] = [
            (Self.report(10, 799), nil), (short, .isShort(short.endpoints[1])), (short, nil),
            (Self.report(900, 900), nil), (Self.report(900, 10), nil),
            // One that does not answer is as it was.
            (Self.report(nil, 10), nil), (Self.report(nil, nil), nil), (Self.report(10, nil), .isWell),
            (Self.report(10, nil), nil), (Self.report(nil, nil), nil),
        ]
        for (place, (report, news)) in steps.enumerated() { #expect(watch.note(report) == news, "step \(place)") }
    }

    @Test("A quota that nobody has said is none")
    func unknown() {
        var watch = QuotaWatch()
        #expect(watch.note(Self.report(.max, quota: 0)) == nil)
    }
}
