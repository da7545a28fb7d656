import Testing

@testable import RecipeFormat

struct RegularExpressionTests {
    private func fits(_ pattern: String, _ text: String) throws -> Bool { try RegularExpression(pattern).wholeMatch(text) }

    @Test(arguments: [
        ("conv1", "conv1"), ("conv.*", "conv12"), ("(enc|dec)oder\\.\\d+\\.weight", "decoder.12.weight"), ("[a-c]{2,3}", "abc"),
        ("a??b", "ab"), ("(?:ab)+", "abab"), ("(?P<n>a|b)*", "abba"), ("(?<n>a)", "a"), ("[^/]+/Conv", "stem/Conv"), ("[]a]+", "]a"),
        ("[\\d\\-x]+", "4-x"), ("\\x41\\x{42}", "AB"), ("(?i)conv_\\w", "CONV_b"), ("a(?i)b", "aB"), ("(a(?i)b)c", "aBc"),
        ("^a$", "a"), ("\\Aa\\z", "a"), ("\\bconv\\b.\\bx", "conv.x"), ("a\\B1", "a1"), ("a{,2}", "a{,2}"), ("a{x", "a{x"), ("", ""),
        ("a||b", ""), ("größe.", "größe漢"), ("[α-ω]+", "λμ"), ("x[^\\W]", "xy"), ("a{0}b", "b"), ("(|a)+", "aa"),
        ("(((((){1000}){1000}){1000}){1000})a", "a"), ("(){0,1000}a", "a"),
    ])
    func patternsFitWholeNames(_ pattern: String, _ text: String) throws { #expect(try fits(pattern, text)) }

    @Test(arguments: [
        ("conv", "conv1"), ("conv", "aconv"), ("a{2}", "aaa"), ("[^a]", "a"), (".", "\n"), ("(?i)a(?-i)b", "AB"), ("(a(?i)b)c", "abC"),
        ("a\\b1", "a1"), ("\\d", "x"), ("a|b", "ab"), ("[a-z]", "-"),
    ])
    func othersDoNot(_ pattern: String, _ text: String) throws { #expect(try !fits(pattern, text)) }

    @Test(arguments: [
        "(a", "a)", "[a", "*a", "a**", "a{2}{3}", "a{3,2}", "a{1001}", "\\", "\\1", "(?=a)a", "(?<!a)b", "(?s)a", "[z-a]", "\\x{110000}", "\\xG1",
        "[[:alpha:]]", "(?P<n", "\\p{L}", "((((a{100}){100}){100}){100})",
    ])
    func whatIsNoPatternIsAnError(_ pattern: String) {
        #expect(throws: RegularExpressionError.self) { try RegularExpression(pattern) }
    }

    /// Each of these takes more steps than there are atoms where it is tried by going back.
    @Test(arguments: ["(a+)+b", "(a|a)*b", "(.*)*(.*)*(.*)*x", "([a-z]+\\.?)+!", "(a?){100}a{100}"])
    func timeIsLinearInTheName(_ pattern: String) throws {
        let expression = try RegularExpression(pattern)
        #expect(!expression.wholeMatch(String(repeating: "a", count: 4000)))
    }

    @Test func randomPatternsFitWhatThoseOfSwiftFit() throws {
        var random = Numbers()
        var matches = 0
        for _ in 0..<400 {
            let pattern = random.pattern(depth: 3)
            let (own, peer) = (try RegularExpression(pattern), try Regex(pattern))
            for _ in 0..<8 {
                let text = String((0..<random.below(6)).map { _ in ["a", "b", "c"][random.below(3)] }.joined())
                let isMatch = try peer.wholeMatch(in: text) != nil
                #expect(own.wholeMatch(text) == isMatch, "\(pattern) on '\(text)'")
                if isMatch { matches += 1 }
            }
        }
        #expect(matches > 400)
    }

    private struct Numbers {
        private var state: UInt64 = 7

        mutating func below(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }

        mutating func pattern(depth: Int) -> String {
            guard depth > 0 else { return ["a", "b", ".", "[ab]", "[^a]", "c"][below(6)] }
            switch below(5) {
            case 0: return "(\(pattern(depth: depth - 1))|\(pattern(depth: depth - 1)))"
            case 1: return "(\(pattern(depth: depth - 1)))" + ["*", "+", "?", "{1,2}", "{2}"][below(5)]
            case 2: return pattern(depth: 0) + ["*", "+", "?", "{0,2}", "{2,}"][below(5)]
            default: return pattern(depth: depth - 1) + pattern(depth: depth - 1)
            }
        }
    }
}
