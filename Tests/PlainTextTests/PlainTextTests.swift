import PlainText
import Testing

struct PlainTextTests {
    @Test func printableTextStaysAsItIs() {
        for text in ["conv1.weight", "größe ≥ 3 → 漢字 🙂", "e\u{301}", ""] { #expect(text.plain == text) }
    }

    @Test func controlCharactersAreReplaced() {
        #expect("a\u{1B}[2Jb\u{7}\r\u{9B}".plain == "a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test func aNameIsOneLine() {
        #expect("a\nerror: b\u{2028}c\u{2029}\td".plain == "a\u{FFFD}error: b\u{FFFD}c\u{FFFD}\u{FFFD}d")
    }

    @Test func marksThatTurnTheDirectionOfTextAreReplaced() {
        #expect("\u{202E}abc\u{2066}\u{2069}".plain == "\u{FFFD}abc\u{FFFD}\u{FFFD}")
    }

    @Test func linesKeepTheirEndsAndTabs() {
        #expect("a\tb\nc\u{1B}".plainLines == "a\tb\nc\u{FFFD}")
    }
}
