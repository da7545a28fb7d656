import RecipeFormat
import Testing

@Suite struct ValidRecipeTests {
    @Test("What is left out has its default")
    func defaults() throws {
        let recipe = try parse(minimalRecipe)
        #expect(recipe.metric.value == .top1)
        #expect(recipe.accuracy.bound.value == .floor(0.9))
        #expect(recipe.accuracy.split.value == .validation)
        #expect(recipe.size.target.value == .bytes(12288))
        #expect(recipe.size.measure == .cmdl)
        #expect(recipe.data.test == nil)
        #expect(recipe.data.train.take.value == .all)
        #expect(recipe.data.normalize.scale == 1)
        #expect(recipe.data.normalize.mean.value.isEmpty)
        #expect(recipe.data.normalize.std.value.isEmpty)
        #expect(recipe.augment == nil)
        #expect(recipe.effort == .balanced)
        #expect(recipe.rules.isEmpty)
        #expect(recipe.seed == 1)
        #expect(recipe.output.directory.value == "compressed")
        #expect(!recipe.output.keepNames)
    }

    @Test("Steps that are left out have their defaults")
    func stepDefaults() throws {
        let recipe = try parse(minimalRecipe)
        let prune = try #require(recipe.prune)
        #expect(prune.structure == [.channel, .weight])
        #expect(prune.contribution == .fisher)
        #expect(prune.maxRatio == 0.999)
        #expect(prune.epochs == 20)
        #expect(recipe.retrain.epochs == 1)
        #expect(recipe.retrain.batch == 128)
        #expect(recipe.retrain.optimizer == .adam(learningRate: 0.003))
        #expect(recipe.retrain.schedule == .cosine)
        #expect(recipe.retrain.distill == Recipe.Distillation(weight: 0.7, temperature: 1))
        let quantize = try #require(recipe.quantize)
        #expect(quantize.rounds == 4)
        #expect(quantize.maxLevels == 16)
        #expect(quantize.epochs == 12)
    }

    @Test("Data and constraints that are given are read")
    func dataAndConstraints() throws {
        let recipe = try parse(fullRecipe)
        #expect(recipe.model.value == "models/lenet5-mnist.onnx")
        guard case .idx(let inputs, let labels) = recipe.data.train.source.value else {
            Issue.record("the source is not idx")
            return
        }
        #expect(inputs.value == "train-images.gz")
        #expect(labels?.value == "train-labels.gz")
        #expect(recipe.data.train.take.value == .first(55000))
        #expect(recipe.data.validation.take.value == .last(5000))
        #expect(recipe.data.test?.take.value == .range(10..<20))
        #expect(recipe.data.normalize.scale == 0.0039)
        #expect(recipe.data.normalize.mean.value == [0.1307])
        #expect(recipe.data.normalize.std.value == [0.3081])
        #expect(recipe.metric.value == .top5)
        #expect(recipe.accuracy.bound.value == .maxDrop(0.005))
        #expect(recipe.accuracy.split.value == .test)
        #expect(recipe.size.target.value == .ratio(100))
        #expect(recipe.size.measure == .onnx)
    }

    @Test("Changes of images are read; none of any kind is none at all")
    func augment() throws {
        let both = try #require(parse(minimalRecipe + "augment: {shift: 2, flip: both}\n").augment)
        #expect(both.shift == 2 && both.flip == .both)
        let flip = try #require(parse(minimalRecipe + "augment: {flip: horizontal}\n").augment)
        #expect(flip.shift == 0 && flip.flip == .horizontal)
        for none in ["none", "{}", "{shift: 0}", "{flip: none}"] {
            #expect(try parse(minimalRecipe + "augment: \(none)\n").augment == nil)
        }
    }

    @Test("An effort sets the epochs that the recipe does not name")
    func effort() throws {
        func epochs(_ more: String, _ overrides: Recipe.Overrides = .init()) throws -> [Int] {
            let text = minimalRecipe + more
            let recipe = try Recipe.parse([UInt8](text.utf8), file: "recipe.yaml", overrides: overrides)
            return [try #require(recipe.prune).epochs, recipe.retrain.epochs, try #require(recipe.quantize).epochs]
        }
        let (fast, balanced, thorough) = (
            try epochs("effort: fast\n"), try epochs(""), try epochs("effort: thorough\n"))
        for index in 0..<3 { #expect(fast[index] < balanced[index] && balanced[index] < thorough[index]) }
        #expect(try epochs("effort: thorough\n", Recipe.Overrides(effort: .fast)) == fast)
        #expect(try epochs("effort: fast\nprune: {epochs: 7}\n")[0] == 7)
    }

    @Test("A seed can be overridden")
    func seed() throws {
        let recipe = try Recipe.parse(
            [UInt8]((minimalRecipe + "seed: 5\n").utf8), file: "recipe.yaml", overrides: Recipe.Overrides(seed: 9))
        #expect(recipe.seed == 9)
    }

    @Test("The smallest size can be asked for")
    func smallest() throws {
        let recipe = try parse(minimalRecipe.replacing("12 KiB", with: "smallest"))
        #expect(recipe.size.target.value == .smallest)
    }

    @Test("Steps that are given are read")
    func steps() throws {
        let recipe = try parse(fullRecipe)
        let prune = try #require(recipe.prune)
        #expect(prune.structure == [.weight])
        #expect(prune.contribution == .taylor)
        #expect(prune.maxRatio == 0.98)
        #expect(prune.epochs == 3)
        #expect(recipe.retrain.epochs == 8)
        #expect(recipe.retrain.batch == 256)
        #expect(recipe.retrain.optimizer == .sgd(learningRate: 0.02, momentum: 0.5))
        #expect(recipe.retrain.schedule == .constant)
        #expect(recipe.retrain.distill == Recipe.Distillation(weight: 0.5, temperature: 2))
        let quantize = try #require(recipe.quantize)
        #expect(quantize.rounds == 2)
        #expect(quantize.maxLevels == 32)
        #expect(
            recipe.rules.map(\.match.value) == [
                .name("fc2"), .glob("conv*"), .regex("fc[0-9]+"), .operator("Gemm"),
            ])
        #expect(recipe.seed == UInt64(Int64.max))
        #expect(recipe.output.directory.value == "build/compressed")
        #expect(recipe.output.keepNames)
    }

    @Test("Which metadata is kept", arguments: [("", Recipe.Metadata.short), ("none", .none), ("short", .short), ("all", .all)])
    func metadata(word: String, metadata: Recipe.Metadata) throws {
        let text = minimalRecipe + (word.isEmpty ? "" : "output: {metadata: \(word)}\n")
        let recipe = try parse(text)
        #expect(recipe.output.metadata == metadata)
        #expect(try parse(recipe.resolvedText).output.metadata == metadata)
    }

    @Test("None switches a step off")
    func none() throws {
        #expect(try parse(minimalRecipe + "prune: none\n").prune == nil)
        #expect(try parse(minimalRecipe + "quantize: none\n").quantize == nil)
    }

    @Test("A number for distill is its weight")
    func distillWeight() throws {
        let recipe = try parse(minimalRecipe + "retrain: {distill: 0.25}\n")
        #expect(recipe.retrain.distill == Recipe.Distillation(weight: 0.25, temperature: 1))
    }

    @Test(
        "A size has a unit or is in bytes",
        arguments: [
            ("12", 12), ("12 B", 12), ("12 KB", 12_000), ("12 MB", 12_000_000), ("12 KiB", 12_288),
            ("12 MiB", 12_582_912), ("\"12 KiB\"", 12_288),
        ])
    func sizeUnits(text: String, bytes: Int) throws {
        let recipe = try parse(minimalRecipe.replacing("12 KiB", with: text))
        #expect(recipe.size.target.value == .bytes(bytes))
    }

    @Test(
        "Where text is wanted a plain scalar is that text",
        arguments: ["no", "on", "yes", "010", "1:30", "null", "~", "0x1F", "1e3", ".5", "2001-01-01", "'12'"])
    func plainText(text: String) throws {
        let recipe = try parse(minimalRecipe.replacing("m.onnx", with: text))
        #expect(recipe.model.value == text.replacing("'", with: ""))
    }

    @Test("A column is named by text and counted by digits")
    func columns() throws {
        let splits = """
            train: {csv: {file: t.csv, label: 3}}
              validation: {csv: {file: t.csv, label: "3", header: true}}
              test: {csv: {file: t.csv, label: class, header: true}}
            """
        let recipe = try parse(withData(splits))
        let read = [recipe.data.train, recipe.data.validation, try #require(recipe.data.test)]
        let columns = read.map { split -> Recipe.Column? in
            guard case .csv(_, let label, _) = split.source.value else { return nil }
            return label?.value
        }
        #expect(columns == [.index(3), .name("3"), .name("class")])
    }

    @Test(
        "A metric that needs no labels does without",
        arguments: [("agreement", "floor: 0.99"), ("mse", "ceiling: 0.1")])
    func metricsWithoutLabels(metric: String, bound: String) throws {
        let text =
            withData("train: {npy: {inputs: a.npy}}\n  validation: {npy: {inputs: b.npy}}")
            .replacing("floor: 0.9", with: bound) + "evaluation: {metric: \(metric)}\n"
        let recipe = try parse(text)
        #expect(recipe.metric.value.rawValue == metric)
        #expect(!recipe.data.train.source.value.hasLabels)
    }

    @Test("A byte order mark and Windows line ends are no part of the recipe")
    func encodingOfLines() throws {
        let text = "\u{FEFF}" + minimalRecipe.replacing("\n", with: "\r\n")
        #expect(try parse(text).resolvedText == parse(minimalRecipe).resolvedText)
    }

    @Test("A document may begin with a marker and end with one")
    func documentMarkers() throws {
        #expect(try parse("---\n" + minimalRecipe + "...\n").seed == 1)
    }

    @Test("A later stage can report at a value's place")
    func laterDiagnostic() throws {
        let recipe = try parse(minimalRecipe)
        let diagnostic = recipe.diagnostic("no such file", at: recipe.model.range)
        #expect(
            diagnostic.description == """
                recipe.yaml:2:8: error: no such file
                model: m.onnx
                       ^~~~~~
                """)
        #expect(recipe.output.directory.range.start == Mark(line: 1, column: 1))
    }
}

/// The minimal recipe with other splits.
private func withData(_ splits: String) -> String {
    let lines = minimalRecipe.split(separator: "\n", omittingEmptySubsequences: false)
    return (lines[..<3] + ["  " + splits[...]] + lines[5...]).joined(separator: "\n")
}
