import RecipeFormat
import Testing

@Suite struct RuleTests {
    static let layers: [(name: String, operator: String)] = [
        ("conv1", "Conv"), ("conv2", "Conv"), ("fc1", "Gemm"), ("fc2", "Gemm"),
    ]

    @Test("Without rules every layer has the recipe's own settings")
    func noRules() throws {
        let settings = try parse(minimalRecipe).resolve(layers: Self.layers)
        #expect(
            settings
                == Array(repeating: LayerSettings(prune: .maxRatio(0.999), quantize: .levels(16)), count: 4))
    }

    @Test("A step that is off is off for every layer")
    func stepOff() throws {
        let settings = try parse(minimalRecipe + "prune: none\n").resolve(layers: Self.layers)
        #expect(settings.allSatisfy { $0 == LayerSettings(prune: .none, quantize: .levels(16)) })
    }

    @Test("A name beats a glob, a glob a regular expression, that an operator")
    func specificity() throws {
        let kinds = ["{operator: Conv}", "{regex: 'conv.'}", "{glob: 'c*'}", "{name: conv1}"]
        for winner in kinds.indices {
            let rules = (0...winner).reversed().map {
                "  - match: \(kinds[$0])\n    quantize: {levels: \(10 + $0)}\n"
            }
            let settings = try resolve(rules.joined())
            #expect(settings[0].quantize == .levels(10 + winner))
        }
    }

    @Test("Each setting has its own winner")
    func perSetting() throws {
        let settings = try resolve(
            """
              - match: {name: fc2}
                quantize: {levels: 64}
              - match: {operator: Gemm}
                prune: none
                quantize: {levels: 8}
              - match: {glob: '*c*1'}
                prune: {max_ratio: 0.5}

            """)
        #expect(
            settings == [
                LayerSettings(prune: .maxRatio(0.5), quantize: .levels(16)),
                LayerSettings(prune: .maxRatio(0.999), quantize: .levels(16)),
                LayerSettings(prune: .maxRatio(0.5), quantize: .levels(8), statesLevels: true),
                LayerSettings(prune: .none, quantize: .levels(64), statesLevels: true),
            ])
    }

    @Test("Two rules of one kind may say the same")
    func agreement() throws {
        let settings = try resolve(
            """
              - match: {glob: 'conv*'}
                prune: none
              - match: {glob: '*1'}
                prune: none

            """)
        #expect(settings.map(\.prune) == [.none, .none, .none, .maxRatio(0.999)])
    }

    @Test("Rules of one kind that disagree do no harm where a more specific rule decides")
    func decidedConflict() throws {
        let settings = try resolve(
            """
              - match: {glob: 'conv*'}
                prune: none
              - match: {glob: '*v1'}
                prune: {max_ratio: 0.5}
              - match: {name: conv1}
                prune: {max_ratio: 0.25}

            """)
        #expect(settings.map(\.prune) == [.maxRatio(0.25), .none, .maxRatio(0.999), .maxRatio(0.999)])
    }

    @Test(
        "A pattern is for the whole name",
        arguments: [
            ("glob: 'conv?'", [true, true, false, false]), ("glob: '*'", [true, true, true, true]),
            ("glob: '*[!1]'", [false, true, false, true]),
            ("glob: '[a-e]*[0-1]'", [true, false, false, false]),
            ("glob: 'f*c*2*'", [false, false, false, true]), ("glob: 'fc[-2]'", [false, false, false, true]),
            ("regex: 'conv[0-9]+'", [true, true, false, false]),
            ("regex: '.*1|fc2'", [true, false, true, true]),
            ("regex: '(?:fc|conv)2'", [false, true, false, true]),
            ("regex: 'fc\\d'", [false, false, true, true]),
            ("operator: Gemm", [false, false, true, true]), ("name: fc1", [false, false, true, false]),
        ])
    func patterns(match: String, expected: [Bool]) throws {
        let settings = try resolve("  - match: {\(match)}\n    prune: none\n")
        #expect(settings.map { $0.prune == .none } == expected)
    }

    @Test("Rules that match no layer are errors, and so are conflicts, all in one run")
    func errors() throws {
        let expected = """
            recipe.yaml:10:19: error: no layer has the name 'fc3'; did you mean 'fc1'? (layers: conv1, conv2, fc1, fc2)
              - match: {name: fc3}
                              ^~~
            recipe.yaml:12:23: error: no layer has the operator 'MatMul' (operators: Conv, Gemm)
              - match: {operator: MatMul}
                                  ^~~~~~
            recipe.yaml:14:19: error: no layer matches the glob 'conv' (layers: conv1, conv2, fc1, fc2)
              - match: {glob: 'conv'}
                              ^~~~~~
            recipe.yaml:16:20: error: no layer matches the regex 'onv1' (layers: conv1, conv2, fc1, fc2)
              - match: {regex: 'onv1'}
                               ^~~~~~
            recipe.yaml:22:5: error: two glob rules set 'prune' differently for layer 'fc1' and 1 more: {max_ratio: 0.5} here, none at 19:5
                prune: {max_ratio: 0.5}
                ^~~~~
            recipe.yaml:23:5: error: two glob rules set 'quantize' differently for layer 'fc1' and 1 more: {levels: 9} here, {levels: 8} \
            at 20:5
                quantize: {levels: 9}
                ^~~~~~~~
            """
        let rules = """
              - match: {name: fc3}
                prune: none
              - match: {operator: MatMul}
                prune: none
              - match: {glob: 'conv'}
                prune: none
              - match: {regex: 'onv1'}
                prune: none
              - match: {glob: 'f*'}
                prune: none
                quantize: {levels: 8}
              - match: {glob: 'fc*'}
                prune: {max_ratio: 0.5}
                quantize: {levels: 9}

            """
        expectSame(resolveErrors(rules), expected)
    }

    @Test("A long list of layers is cut in messages")
    func manyLayers() throws {
        let layers = (0..<500).map { (name: "layer\($0)", operator: "Conv") }
        let recipe = try parse(minimalRecipe + "rules:\n  - match: {name: fc}\n    prune: none\n")
        do {
            _ = try recipe.resolve(layers: layers)
            Issue.record("the rule matches nothing")
        } catch {
            let message = try #require(error.diagnostics.first).message
            #expect(message.hasSuffix("layer18, layer19, … and 480 more)"))
        }
    }

    private func resolve(_ rules: String) throws -> [LayerSettings] {
        try parse(minimalRecipe + "rules:\n" + rules).resolve(layers: Self.layers)
    }

    private func resolveErrors(_ rules: String) -> String {
        do {
            _ = try parse(minimalRecipe + "rules:\n" + rules).resolve(layers: Self.layers)
            return ""
        } catch {
            return "\(error)"
        }
    }
}
