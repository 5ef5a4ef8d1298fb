import Testing

@testable import RollcallClient

struct EventStreamParserTests {
    typealias Part = EventStreamParser.Part

    private func event(_ name: String, _ data: String) -> Part { .event(name: name, data: Array(data.utf8)) }

    private func parse(_ text: String, limit: Int = 1_000) throws -> [Part] {
        var parser = EventStreamParser(limit: limit)
        return try parser.parse(text.utf8)
    }

    @Test func oneEvent() throws {
        #expect(
            try self.parse("event: change\nid: 42\ndata: {\"a\":1}\n\n") == [
                self.event("change", "{\"a\":1}"), .lastEventID("42"),
            ])
    }

    @Test func anEventThatIsNotEndedIsNotGiven() throws {
        #expect(try self.parse("data: a\n") == [])
        #expect(try self.parse("data: a") == [])
    }

    @Test func linesEndByLineFeedCarriageReturnOrBoth() throws {
        let expected = [self.event("message", "a\nb"), self.event("message", "c")]
        for end in ["\n", "\r", "\r\n"] {
            let text = ["data: a", "data: b", "", "data: c", "", ""].joined(separator: end)
            #expect(try self.parse(text) == expected, "line end \(end.debugDescription)")
        }
    }

    @Test func onlyTheFirstSpaceOfAValueIsDropped() throws {
        #expect(try self.parse("data:a\n\n") == [self.event("message", "a")])
        #expect(try self.parse("data:  a \n\n") == [self.event("message", " a ")])
        #expect(try self.parse("data\n\n") == [self.event("message", "")])
        #expect(try self.parse("data: a:b\n\n") == [self.event("message", "a:b")])
    }

    @Test func commentsAndUnknownFieldsAndRetry() throws {
        #expect(try self.parse(": alive\n\n") == [.comment])
        #expect(try self.parse("colour: red\ndata: x\n\n") == [self.event("message", "x")])
        #expect(try self.parse("retry: 2500\n\n") == [.retry(milliseconds: 2_500)])
        #expect(try self.parse("retry: soon\nretry: -1\nretry:\nretry: 99999999999999999999\n\n") == [])
    }

    @Test func anIDWithoutDataMovesTheIDAlone() throws {
        #expect(try self.parse("id: 7\n\n") == [.lastEventID("7")])
        #expect(try self.parse("id: 7\u{0}8\ndata: x\n\n") == [self.event("message", "x")])
    }

    @Test func aNameHoldsForOneBlock() throws {
        #expect(
            try self.parse("event: gap\n\nevent: gap\ndata: 1\n\ndata: 2\n\n") == [
                self.event("gap", "1"), self.event("message", "2"),
            ])
    }

    @Test func aByteOrderMarkIsPassedOverAtTheStartOnly() throws {
        #expect(try self.parse("\u{FEFF}data: a\n\n") == [self.event("message", "a")])
        #expect(try self.parse("data: b\n\n\u{FEFF}data: a\n\n") == [self.event("message", "b")])
    }

    @Test func cutAnywhereItReadsTheSame() throws {
        let text =
            "\u{FEFF}: hi\r\nevent: snapshot\r\ndata: {\"a\":\r\ndata: \"ü\"}\r\nid: 12\r\n\r\nretry: 10\rdata: x\r\rdata: y\n\n"
        let bytes = Array(text.utf8)
        let whole = try self.parse(text)
        #expect(whole.count == 6)
        for size in 1...bytes.count {
            var parser = EventStreamParser(limit: 1_000)
            var parts: [Part] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                parts += try parser.parse(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(parts == whole, "in pieces of \(size)")
        }
    }

    @Test func atEveryCutInTwoItReadsTheSame() throws {
        let bytes = Array("event: a\r\ndata: 1\r\n\r\n:\r\ndata: 2\rid: 3\n\n".utf8)
        var parser = EventStreamParser(limit: 100)
        let whole = try parser.parse(bytes)
        for cut in 0...bytes.count {
            var parser = EventStreamParser(limit: 100)
            let parts = try parser.parse(bytes[..<cut]) + parser.parse(bytes[cut...])
            #expect(parts == whole, "cut at \(cut)")
        }
    }

    @Test func anEventAboveTheLimitEndsTheStream() throws {
        let fits = "data: " + String(repeating: "x", count: 94) + "\n\n"
        #expect(try self.parse(fits, limit: 100).count == 1)
        #expect(throws: EventStreamParser.TooLarge(limit: 100)) {
            try self.parse("data: " + String(repeating: "x", count: 95) + "\n\n", limit: 100)
        }
        #expect(throws: EventStreamParser.TooLarge(limit: 100)) {
            try self.parse(String(repeating: "data: 1234567890\n", count: 12), limit: 100)
        }
        #expect(throws: EventStreamParser.TooLarge(limit: 100)) {
            try self.parse(":" + String(repeating: " ", count: 200), limit: 100)
        }
    }

    @Test func theLimitIsOfOneEventNotOfTheStream() throws {
        let stream = String(repeating: "data: 1234567890\n\n", count: 1_000)
        #expect(try self.parse(stream, limit: 100).count == 1_000)
    }
}
