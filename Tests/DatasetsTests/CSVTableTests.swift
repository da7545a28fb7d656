import Datasets
import Testing

@Suite struct CSVTableTests {
    private func table(
        _ text: String, label: CSVLabel? = nil, header: Bool = false
    ) throws -> CSVTable {
        try CSVTable(FileBytes(name: "t.csv", bytes: Array(text.utf8)), label: label, header: header)
    }

    private func message(_ text: String, label: CSVLabel? = nil, header: Bool = false) -> String? {
        #expect(throws: DatasetError.self) { try table(text, label: label, header: header) }?.description
    }

    @Test("The label's column is found by name, and the others are features in their order")
    func labelByName() throws {
        let table = try CSVTable(Fixture.file("table.csv"), label: .name("class"), header: true)
        #expect(
            table.features
                == NumericArray(shape: [3, 2], elements: .float32([1, -0.5, 25, 0.25, 3, 7])))
        #expect(table.labels == NumericArray(shape: [3], elements: .int64([2, 0, 1])))
    }

    @Test("Quotes, doubled quotes, commas inside them and a byte-order mark are understood")
    func quoted() throws {
        let file = try Fixture.file("quoted.csv")
        let table = try CSVTable(file, label: .name("the \"a\", quoted"), header: true)
        #expect(table.labels == NumericArray(shape: [2], elements: .int64([1, 2])))
        #expect(table.features == NumericArray(shape: [2, 1], elements: .float32([0, 1])))
    }

    @Test("The label's column is found by number, from 0, and without one all columns are features")
    func labelByIndex() throws {
        let file = try Fixture.file("plain.csv")
        #expect(
            try CSVTable(file, label: .index(2), header: false).labels
                == NumericArray(shape: [2], elements: .int64([3, 6])))
        let table = try CSVTable(file, label: nil, header: false)
        #expect(table.features == NumericArray(shape: [2, 3], elements: .float32([1, 2, 3, 4, 5, 6])))
        #expect(table.labels == nil)
    }

    @Test("One label with a fraction makes all labels floats")
    func fractionalLabels() throws {
        let labels = try table("1,2\n1,2.5\n", label: .index(1)).labels
        #expect(labels == NumericArray(shape: [2], elements: .float32([2, 2.5])))
    }

    @Test("Lines are counted inside quotes too")
    func linesInQuotes() {
        #expect(message("\"a\nb\",c\n1,x\n", header: true) == "t.csv:3:3: 'x' is not a number")
    }

    @Test("A label that is not there is answered with the columns that are")
    func labelMessages() {
        #expect(
            message("a,b\n1,2\n", label: .name("c"), header: true)
                == "t.csv:1:1: no column 'c'; the columns are 'a', 'b'")
        #expect(
            message("a,a\n1,2\n", label: .name("a"), header: true)
                == "t.csv:1:1: two columns are named 'a'")
        #expect(
            message("1,2\n", label: .name("a"))
                == "t.csv:1:1: column 'a' cannot be found by name without a header row")
        #expect(
            message("1,2\n", label: .index(2))
                == "t.csv:1:1: no column 2; there are 2 columns, counted from 0")
        #expect(message("1\n", label: .index(0)) == "t.csv:1:1: there is no column besides the label")
        #expect(message("a,b\n", header: true) == "t.csv:2:1: there are no rows of data")
    }

    @Test("Numbers are the nearest to what is written, as the standard library reads them")
    func numbers() throws {
        var random = SplitMix(state: 1)
        var texts = [
            "0", "-0", "+1", "1.", ".5", "-.5e-3", "16777217", "16777216e10", "1e-45", "7e-46", "1e-60", "1E5",
            "3.4028235e38", "0.1", "123456789012345678901234567890", "1e-99999999999999999999", "1e+5",
            "0000000000000000000000000000000000001.5", "9007199791611905", "1.00000017881393432617187499",
        ]
        for _ in 0..<2000 {
            let digits = Int.random(in: -99_999_999...99_999_999, using: &random)
            let fraction = Int.random(in: 0...99_999, using: &random)
            let exponent = Int.random(in: -30...20, using: &random)
            texts += ["\(digits).\(fraction)", "\(digits / 1000)e\(exponent)", "\(digits).\(fraction)e\(exponent)"]
        }
        guard case .float32(let values) = try table(texts.joined(separator: "\n")).features.elements else {
            Issue.record("not floats")
            return
        }
        for (text, value) in zip(texts, values) {
            #expect(Float(text)?.bitPattern == value.bitPattern, "\(text)")
        }
    }

    @Test(
        "What is not a number is refused",
        arguments: ["nan", "inf", "1 2", "--1", "+-1", "e5", ".", "1e", "1e+", "0x1p3", "1_000", "1f", "٣", "1\t"])
    func notNumbers(text: String) {
        #expect(message("5," + text)?.hasSuffix("is not a number") == true)
    }
}
