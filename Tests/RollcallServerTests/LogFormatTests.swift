import Logging
import RegistryCatalog
import RegistryModel
import RollcallServer
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct LogFormatTests {
    private struct FixedClock: RegistryClock {
        let wallTime = Timestamp(milliseconds: 1_772_366_645_678)
        let monotonicMilliseconds: Int64 = 0
        func sleep(for span: TimeSpan) async throws {}
    }

    private func lines(
        level: Logger.Level = .info, provider: Logger.MetadataProvider? = nil, _ body: (inout Logger) -> Void
    ) throws -> [String] {
        let file = try TemporaryFile("")
        let descriptor = open(file.path, O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        let output = LogOutput(descriptor: descriptor)
        var logger = Logger(label: "test") { label in
            var format = LogFormat(label: label, level: level, output: output, clock: FixedClock())
            format.metadataProvider = provider
            return format
        }
        body(&logger)
        #expect(output.droppedLines == 0)
        return try file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func aLineIsOneObject() throws {
        let lines = try self.lines { $0.info("ready") }
        #expect(
            lines == [#"{"time":"2026-03-01T12:04:05.678Z","level":"info","label":"test","message":"ready"}"#])
    }

    @Test func nothingBreaksALine() throws {
        let lines = try self.lines { logger in
            logger.info("a\"b\\c\nd\r\te\u{0}f\u{1b}é😀", metadata: ["k\"\n": "v\n\"\\"])
        }
        #expect(lines.count == 1)
        #expect(
            lines[0].hasSuffix(
                #""message":"a\"b\\c\nd\r\te\u0000f\u001bé😀","metadata":{"k\"\n":"v\n\"\\"}}"#))
    }

    @Test func metadataKeepsItsTypesAndIsSorted() throws {
        let lines = try self.lines { logger in
            logger.info(
                "m",
                metadata: [
                    "z": .stringConvertible(7), "a": .stringConvertible(true), "d": .stringConvertible(0.5),
                    "l": .array(["x", .stringConvertible(1)]), "o": .dictionary(["k": "v"]),
                    "s": .stringConvertible(TimeSpan.seconds(90)),
                ])
        }
        #expect(
            lines[0].hasSuffix(#""metadata":{"a":true,"d":0.5,"l":["x",1],"o":{"k":"v"},"s":"1m30s","z":7}}"#))
    }

    @Test func theCallOutweighsTheContextThatTheLogger() throws {
        let provider = Logger.MetadataProvider { ["a": "context", "b": "context", "c": "context"] }
        let lines = try self.lines(provider: provider) { logger in
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "b"] = "logger"
            logger[metadataKey: "d"] = "logger"
            logger.info("m", metadata: ["a": "call"])
        }
        #expect(lines[0].hasSuffix(#""metadata":{"a":"call","b":"context","c":"context","d":"logger"}}"#))
    }

    @Test func belowTheLevelNothingIsWritten() throws {
        let lines = try self.lines(level: .warning) { logger in
            logger.info("no")
            logger.warning("yes")
        }
        #expect(lines.count == 1)
    }

    @Test func threadsDoNotMixTheirLines() async throws {
        let file = try TemporaryFile("")
        let descriptor = open(file.path, O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        let output = LogOutput(descriptor: descriptor)
        let text = String(repeating: "x", count: 10_000)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let logger = Logger(label: "\(writer)") {
                        LogFormat(label: $0, level: .info, output: output, clock: FixedClock())
                    }
                    for _ in 0..<50 { logger.info("\(text)") }
                }
            }
        }
        let lines = try file.text.split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"time\":") && $0.hasSuffix("x\"}") })
    }

    @Test func linesThatCannotBeWrittenAreCounted() throws {
        let file = try TemporaryFile("")
        let descriptor = open(file.path, O_RDONLY)
        defer { close(descriptor) }
        let output = LogOutput(descriptor: descriptor)
        let logger = Logger(label: "t") { LogFormat(label: $0, level: .info, output: output, clock: FixedClock()) }
        logger.info("lost")
        #expect(output.droppedLines == 1)
    }
}
