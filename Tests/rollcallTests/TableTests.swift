import Testing

@testable import rollcall

struct TableTests {
    @Test func columnsAreAlignedAndNothingTrails() {
        var table = Table("NAME", "PORT", "TAGS")
        table.add("a", "8080", "blue,green")
        table.add("a-longer-one", "1", "x")
        #expect(
            table.description == """
                NAME          PORT  TAGS
                a             8080  blue,green
                a-longer-one  1     x

                """)
    }

    @Test func anEmptyCellIsADashSoThatColumnsCanBeCounted() {
        var table = Table("A", "B", "C")
        table.add("", "", "")
        #expect(table.description == "A  B  C\n-  -  -\n")
    }

    @Test func aTableWithoutRowsHasItsHead() {
        #expect(Table("A", "LONGER").description == "A  LONGER\n")
    }

    @Test func widthsAreThoseOfCharacters() {
        var table = Table("NAME", "B")
        table.add("größer", "1")
        table.add("e\u{301}", "2")
        #expect(table.description == "NAME    B\ngrößer  1\ne\u{301}       2\n")
    }

    @Test(arguments: [
        ("\u{1B}[31mred", "?[31mred"), ("a\nb", "a?b"), ("a\tb", "a?b"), ("\u{7F}\u{9B}\u{85}", "???"),
        ("\u{202E}evil", "?evil"), ("a\u{2028}b", "a?b"), ("plain ü", "plain ü"), ("a\r\nb", "a??b"),
    ])
    func nothingOfOthersMovesTheCursor(text: String, shown: String) {
        var table = Table("A")
        table.add(text)
        #expect(table.description == "A\n\(shown)\n")
    }
}
