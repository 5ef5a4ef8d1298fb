import NIOCore
import RegistryTestKit
import Testing

@testable import RedisBackend

@Suite("Replies of Redis, however they are split")
struct RESPParserTests {
    private enum Samples {
        static let all: [(text: String, value: RESPValue)] = [
            ("+OK\r\n", .text("OK")), ("+\r\n", .text("")), ("-ERR no\r\n", .error("ERR no")), (":0\r\n", .integer(0)),
            (":-9223372036854775808\r\n", .integer(.min)), (":9223372036854775807\r\n", .integer(.max)),
            ("$0\r\n\r\n", .bytes(ByteBuffer())), ("$5\r\na\r\nb\n\r\n", .bytes(ByteBuffer(string: "a\r\nb\n"))),
            ("$-1\r\n", .null), ("*-1\r\n", .null), ("*0\r\n", .array([])),
            ("*2\r\n$1\r\na\r\n:7\r\n", .array([.bytes(ByteBuffer(string: "a")), .integer(7)])),
            ("*3\r\n*1\r\n*0\r\n$-1\r\n*1\r\n+x\r\n", .array([.array([.array([])]), .null, .array([.text("x")])])),
            ("*1\r\n-ERR in\r\n", .array([.error("ERR in")])),
        ]
    }

    @Test("Each is read, whole and byte by byte", arguments: Samples.all.indices)
    func samples(_ index: Int) throws {
        let (text, value) = Samples.all[index]
        let bytes = Array(text.utf8)
        #expect(try Self.parse([bytes]) == [value])
        #expect(try Self.parse(bytes.map { [$0] }) == [value])
        for cut in bytes.indices {
            #expect(try Self.parse([Array(bytes[..<cut])]).isEmpty, "\(cut) bytes are not a reply yet")
            #expect(try Self.parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == [value])
        }
    }

    @Test("A stream of random replies is read as it was written, in random pieces", arguments: 0..<40)
    func randomStreams(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let values = (0..<50).map { _ in Self.random(&generator, depth: 0) }
        var bytes = values.reduce(into: [UInt8]()) { $0 += Self.written($1) }[...]
        var pieces: [[UInt8]] = []
        while !bytes.isEmpty {
            let length = Int.random(
                in: 1...max(1, bytes.count / Int.random(in: 1...60, using: &generator)), using: &generator)
            pieces.append(Array(bytes.prefix(length)))
            bytes = bytes.dropFirst(length)
        }
        #expect(try Self.parse(pieces) == values)
    }

    @Test("Whatever the bytes are, they give replies, a fault, or the wish for more", arguments: 0..<20)
    func mutations(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var faults = 0
        for _ in 0..<500 {
            var bytes = Self.written(Self.random(&generator, depth: 0))
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] =
                    Bool.random(using: &generator) ? .random(in: 0...255, using: &generator) : UInt8(ascii: "9")
            }
            let whole = Result { () throws(RESPFault) in try Self.parse([bytes]) }
            #expect(whole == Result { () throws(RESPFault) in try Self.parse(bytes.map { [$0] }) }, "\(bytes)")
            if case .failure = whole { faults += 1 }
        }
        #expect(faults > 50)
    }

    @Test(
        "Each fault has its name",
        arguments: [
            ("?", nil), ("?\r\n", .unknownType(63)), ("\r\n", .unterminated), ("+a\n", .unterminated),
            ("+a\rb\r\n", .unterminated), (":\r\n", .notANumber), (":+1\r\n", .notANumber), (":1 \r\n", .notANumber),
            (":9223372036854775808\r\n", .notANumber), ("$-2\r\n", .notANumber), ("$x\r\n", .notANumber),
            ("*-2\r\n", .notANumber), ("$1\r\nab\r", nil), ("$1\r\nabc", .unterminated), ("$9\r\n", .tooLong),
            ("*5\r\n", .tooManyElements), ("*1\r\n*1\r\n*1\r\n", .tooDeep), ("+12345678901234567890", .tooLong),
            ("*4\r\n+1234567890\r\n+1234567890\r\n+1234567890\r\n", .tooLong),
        ] as [(String, RESPFault?)])
    func faults(_ text: String, _ fault: RESPFault?) throws {
        let limits = RESPParser.Limits(depth: 2, arrayElements: 4, lineBytes: 20, stringBytes: 8, replyBytes: 40)
        for pieces in [[Array(text.utf8)], text.utf8.map { [$0] }] {
            if let fault {
                #expect(throws: fault) { try Self.parse(pieces, limits) }
            } else if text.utf8.count < 2 || text.hasSuffix("\r") {
                // The end of a string is looked at when all of it is there.
                #expect((try? Self.parse(pieces, limits))?.isEmpty != false)
            }
        }
    }

    @Test("The bound on one reply begins anew with the next one")
    func bounds() throws {
        let limits = RESPParser.Limits(replyBytes: 20)
        let texts = Array(repeating: "$10\r\n0123456789\r\n", count: 100)
        #expect(try Self.parse(texts.map { Array($0.utf8) }, limits).count == 100)
        #expect(throws: RESPFault.tooLong) {
            try Self.parse([Array("*2\r\n$10\r\n0123456789\r\n$10\r\n".utf8)], limits)
        }
    }

    @Test("Commands are written as arrays of strings of bytes")
    func commands() {
        var buffer = ByteBuffer()
        let command = RedisCommand("SET", .text("k\u{E9}"), .bytes([0, 13, 10]))
        command.write(to: &buffer)
        #expect(
            Array(buffer.readableBytesView) == Array("*3\r\n$3\r\nSET\r\n$3\r\nk\u{E9}\r\n$3\r\n\u{0}\r\n\r\n".utf8))
        #expect(buffer.readableBytes <= command.length)
    }

    // MARK: Reading and writing

    private static func parse(
        _ pieces: [[UInt8]], _ limits: RESPParser.Limits = .init()
    ) throws(RESPFault) -> [RESPValue] {
        var parser = RESPParser(limits: limits)
        var buffer = ByteBuffer()
        var values: [RESPValue] = []
        for piece in pieces {
            buffer.writeBytes(piece)
            while let value = try parser.next(&buffer) { values.append(value) }
        }
        return values
    }

    private static func random(_ generator: inout SeededGenerator, depth: Int) -> RESPValue {
        switch Int.random(in: 0..<(depth < 4 ? 6 : 5), using: &generator) {
        case 0: .text(String(repeating: "x", count: .random(in: 0..<9, using: &generator)))
        case 1: .error("ERR \(UInt8.random(in: 0...255, using: &generator))")
        case 2: .integer(.random(in: .min ... .max, using: &generator))
        case 3:
            .bytes(
                ByteBuffer(
                    bytes: (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                        [13, 10, 36, 42, 48, 255].randomElement(using: &generator) ?? 0
                    }))
        case 4: .null
        default:
            .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in self.random(&generator, depth: depth + 1) })
        }
    }

    private static func written(_ value: RESPValue) -> [UInt8] {
        switch value {
        case .text(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .bytes(let bytes): Array("$\(bytes.readableBytes)\r\n".utf8) + Array(bytes.readableBytesView) + [13, 10]
        case .null: Array("$-1\r\n".utf8)
        case .array(let values): values.reduce(into: Array("*\(values.count)\r\n".utf8)) { $0 += self.written($1) }
        }
    }
}
