import RollcallServer
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct AccessLogTargetTests {
    @Test func offHasNoDescriptorAndStdoutTheFirst() throws {
        #expect(try AccessLogTarget.off.open() == nil)
        #expect(try AccessLogTarget.stdout.open() == 1)
    }

    @Test func aFileIsAppendedTo() throws {
        let file = try TemporaryFile("before\n")
        let descriptor = try #require(try AccessLogTarget.file(file.path).open())
        defer { close(descriptor) }
        #expect("after\n".utf8CString.withUnsafeBytes { write(descriptor, $0.baseAddress, 6) } == 6)
        #expect(try file.text == "before\nafter\n")
    }

    @Test func aFileThatCannotBeOpenedIsNamed() {
        let error = #expect(throws: ConfigurationError.self) { try AccessLogTarget.file("/nonexistent/log").open() }
        #expect(
            error?.description
                == "server.access_log is \"/nonexistent/log\", which cannot be opened: No such file or directory.")
    }
}
