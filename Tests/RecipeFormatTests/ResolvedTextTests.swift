import RecipeFormat
import Testing

@Suite struct ResolvedTextTests {
    @Test("The defaults are written out")
    func defaults() throws {
        let expected = """
            recipe: 1
            model: m.onnx
            data:
              train:
                npz:
                  file: d.npz
                  inputs: x
                  labels: 'y'
                take: all
              validation:
                npz:
                  file: d.npz
                  inputs: vx
                  labels: vy
                take: all
              normalize:
                scale: 1.0
                mean: []
                std: []
            evaluation:
              metric: top1
            constraints:
              accuracy:
                floor: 0.9
                split: validation
              size:
                target: 12288
                measure: cmdl
            augment: none
            effort: balanced
            prune:
              structure: [channel, weight]
              contribution: fisher
              max_ratio: 0.999
              cost: bytes
              noise: 0.2
              epochs: 20
            retrain:
              epochs: 1
              batch: 128
              optimizer:
                adam:
                  learning_rate: 0.003
              schedule: cosine
              distill:
                weight: 0.7
                temperature: 1.0
            quantize:
              rounds: 4
              levels:
                max: 16
              epochs: 12
            rules: []
            seed: 1
            output:
              directory: compressed
              keep_names: false

            """
        expectSame(try parse(minimalRecipe).resolvedText, expected)
    }

    @Test("What is shown has the defaults of later keys as well, and reads back as the same recipe")
    func shown() throws {
        let shown = try parse(minimalRecipe).shownText
        #expect(shown.contains("  metadata: short\n"))
        #expect(shown.contains("  batch: axis0\n  open_axes: named\n"))
        expectSame(try parse(shown).resolvedText, try parse(minimalRecipe).resolvedText)
    }

    @Test("Rules are written out")
    func rules() throws {
        let text = try parse(fullRecipe).resolvedText
        let rules = """
            rules:
              - match:
                  name: fc2
                prune: none
                quantize:
                  levels: 64
              - match:
                  glob: 'conv*'
                prune:
                  max_ratio: 0.9
              - match:
                  regex: 'fc[0-9]+'
                quantize: none
              - match:
                  operator: Gemm
                quantize:
                  levels: 8
            seed: 9223372036854775807
            """
        #expect(text.contains(rules))
    }

    @Test(
        "The resolved text reads back as the same recipe",
        arguments: [
            minimalRecipe, fullRecipe, minimalRecipe + "prune: none\n",
            minimalRecipe.replacing("12 KiB", with: "smallest") + "augment: {shift: 1, flip: both}\neffort: fast\n",
            minimalRecipe + "evaluation: {output: scores}\n", minimalRecipe + "evaluation: {output: [start, end]}\n",
        ])
    func readsBack(text: String) throws {
        let resolved = try parse(text).resolvedText
        expectSame(try parse(resolved).resolvedText, resolved)
    }

    @Test("Two ways to say the same give the same text")
    func canonical() throws {
        let short = minimalRecipe + "retrain: {distill: 0.5}\nprune: {structure: [weight, channel]}\n"
        let long =
            minimalRecipe.replacing("12 KiB", with: "12288 B") + """
                # What follows is in another order.
                prune:
                  structure:
                    - channel
                    - weight
                retrain:
                  distill: {temperature: 1.0, weight: 5e-1}
                """
        expectSame(try parse(short).resolvedText, try parse(long).resolvedText)
    }

    @Test("Open axes are written out where they are not those that are usual with the batch", arguments: [
        ("axis0", "named", false), ("axis0", "all", true), ("axis0", "none", true), ("none", "none", false), ("none", "named", true),
    ])
    func openAxes(batch: String, axes: String, isWritten: Bool) throws {
        let recipe = minimalRecipe.replacing("m.onnx", with: "{file: m.onnx, batch: \(batch), open_axes: \(axes)}")
        #expect(try parse(recipe).resolvedText.contains("open_axes") == isWritten)
        #expect(try parse(parse(recipe).resolvedText).interface.openAxes.rawValue == axes)
    }

    @Test(
        "Any printable text survives being written out",
        arguments: [
            "no", "010", "it's", "a: b", "# c", " lead and trail ", "模型/café", "- x", "{a}", "*star", "&and",
            "!bang",
            "%percent", "@at", "`tick", "\"quoted\"", "\\back", "🙂", "|", "a\u{FEFF}b",
        ])
    func quoting(text: String) throws {
        let quoted = "'" + text.replacing("'", with: "''") + "'"
        let resolved = try parse(minimalRecipe.replacing("m.onnx", with: quoted)).resolvedText
        #expect(try parse(resolved).model.value == text)
    }
}
