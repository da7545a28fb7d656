import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("The search for a size") struct SizeSearch {
        @Test("The smallest size is sought in several descents, and what ships keeps the accuracy") func smallest() throws {
            let run = try TestRecipe(accuracy: "{max_drop: 0.05}", size: "{target: smallest}").run()
            #expect(run.report.status == .met)
            #expect(run.json.target.bytes == nil)
            #expect(run.json.result.validation >= run.json.target.accuracy)
            #expect(Set(run.json.stages.map(\.descent)).count > 2)
            let accurate = run.json.stages.filter { $0.validation >= run.json.target.accuracy }
            #expect(run.json.result.bytes == accurate.map(\.bytes).min())
        }

        @Test("Sizes that keep the accuracy are ever further apart") func strides() throws {
            let json = try TestRecipe(accuracy: "{floor: 0}", size: "{target: smallest}").run().json
            let reached = (1...3).map { descent in json.stages.filter { $0.descent == descent }.map(\.bytes).min() ?? 0 }
            #expect(Double(reached[0]) / Double(reached[1]) > 1.9)
            #expect(Double(reached[1]) / Double(reached[2]) > 2)
        }

        @Test("A target that the first descent meets needs no other") func met() throws {
            #expect(Set(try Computing.usual.get().json.stages.map(\.descent)) == [0, 1])
        }

        @Test("With much effort a target that is met is aimed at again, and the most accurate network ships") func repeats() throws {
            let json = try TestRecipe().run(effort: .thorough).json
            #expect(Set(json.stages.map(\.descent)) == [0, 1, 2, 3, 4])
            let bytes = try #require(json.target.bytes)
            let fitting = json.stages.filter { $0.bytes <= bytes }
            #expect(Set(fitting.map(\.descent)) == [1, 2, 3, 4])
            #expect(json.result.validation == fitting.map(\.validation).max())
        }

        @Test("A target beyond all sizes is met") func huge() throws {
            let run = try TestRecipe(size: "{target: 9223372036854775807}").run()
            #expect(run.report.status == .met)
        }

        @Test("More effort makes more descents before it gives up") func effort() throws {
            let impossible = TestRecipe(accuracy: "{floor: 1}", size: "{target: 100 B}", prune: "{epochs: 1}")
            let fast = try impossible.run(effort: .fast).json.stages.map(\.descent).max()
            let balanced = try impossible.run(effort: .balanced).json.stages.map(\.descent).max()
            #expect(try #require(fast) < #require(balanced))
        }

        @Test("The curve has the best accuracy of every size") func curve() throws {
            // No size of this run is as accurate as the original network, whose 100 % would beat all others.
            let json = try TestRecipe(accuracy: "{floor: 0}", size: "{target: 500 B}", prune: "{epochs: 4}").run().json
            #expect(json.curve.count > 1)
            #expect(json.curve.map(\.bytes) == json.curve.map(\.bytes).sorted())
            #expect(json.curve.map(\.validation) == json.curve.map(\.validation).sorted())
            for stage in json.stages {
                #expect(json.curve.contains { $0.bytes <= stage.bytes && $0.validation >= stage.validation })
            }
        }
    }
}
