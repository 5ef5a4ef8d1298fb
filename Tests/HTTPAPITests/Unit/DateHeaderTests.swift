import RegistryModel
import Testing

@testable import HTTPSupport

@Suite("The Date header")
struct DateHeaderTests {
    @Test(arguments: [
        (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400_999, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_772_366_400_000, "Sun, 01 Mar 2026 12:00:00 GMT"),
    ])
    func isIMFFixdate(_ milliseconds: Int64, _ text: String) {
        #expect(DateHeader.text(of: Timestamp(milliseconds: milliseconds)) == text)
    }
}
