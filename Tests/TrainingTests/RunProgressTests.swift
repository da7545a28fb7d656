import Foundation
import Testing
@testable import Training

/// A clock that stands still until it is told, and what was printed.
private final class Told: @unchecked Sendable {
    private let lock = NSLock()
    private var (instant, printed): (Double, [String]) = (0, [])

    var seconds: Double {
        get { lock.withLock { instant } }
        set { lock.withLock { instant = newValue } }
    }

    var lines: [String] { lock.withLock { printed } }

    var progress: RunProgress {
        RunProgress(now: { self.seconds }, print: { line in self.lock.withLock { self.printed.append(line) } })
    }
}

@Suite("What a long run says") struct RunProgressTests {
    private let told = Told()

    @Test func aLineThatSaysWhatCameOutIsPrintedAsItIs() {
        told.progress("original: 5 bytes")
        #expect(told.lines == ["original: 5 bytes"])
    }

    @Test func nothingIsSaidBeforeTenSecondsHavePassed() {
        let progress = told.progress
        let part = progress.part("measures", of: 1024, "samples")
        told.seconds = 7
        part.reach(1)
        progress.look()
        #expect(told.lines == [])
    }

    @Test func afterTenSecondsOfSilenceALineSaysHowMuchIsDoneAndWhatIsLeft() {
        let progress = told.progress
        let part = progress.part("measures", of: 1024, "samples")
        told.seconds = 10
        part.reach(128)
        progress.look()
        #expect(told.lines == ["… measures: 128 of 1024 samples, about 70 s left"])
    }

    @Test func aLineWithAResultPutsTheNextOneOff() {
        let progress = told.progress
        _ = progress.part("codes 5 weights")
        told.seconds = 8
        progress("quantize: 5 bytes")
        told.seconds = 15
        progress.look()
        #expect(told.lines == ["quantize: 5 bytes"])
    }

    @Test func whereLinesComeOftenWhatIsLeftIsStillSaidNowAndThen() {
        let progress = told.progress
        let part = progress.part("train levels", of: 600, "steps", isAtMost: true)
        for second in 1...30 {
            told.seconds = Double(second)
            part.reach(second)
            progress("step \(second)")
            progress.look()
        }
        #expect(told.lines.filter { $0.hasPrefix("…") } == ["… train levels: 30 of at most 600 steps, at most about 10 min left"])
    }

    @Test func whatCannotBeCountedSaysHowLongItHasTaken() {
        let progress = told.progress
        _ = progress.part("codes 22417242 weights")
        told.seconds = 12
        progress.look()
        #expect(told.lines == ["… codes 22417242 weights, 12 s so far"])
    }

    @Test func whatCannotBeCountedAndHasPartsSaysOnlyWhatItIs() {
        let progress = told.progress
        _ = progress.part("the original network on the test split")
        let evaluating = progress.part("evaluates", of: 100, "samples")
        told.seconds = 10
        evaluating.advance(by: 25)
        progress.look()
        #expect(told.lines == ["… the original network on the test split; evaluates: 25 of 100 samples, about 30 s left"])
    }

    @Test func aPartOfAPartIsSaidAfterIt() {
        let progress = told.progress
        let tries = progress.part("tries", of: 10, "sizes", isAtMost: true)
        let coding = progress.part("codes 5 weights")
        told.seconds = 9
        progress.look()
        coding.end()
        told.seconds = 18
        tries.advance(by: 2)
        progress.look()
        #expect(
            told.lines == [
                "… tries: 0 of at most 10 sizes; codes 5 weights, 9 s so far",
                "… tries: 2 of at most 10 sizes, at most about 72 s left",
            ])
    }

    @Test func whatIsEndedIsNotSaidAnyMore() {
        let progress = told.progress
        progress.part("measures", of: 1024, "samples").end()
        told.seconds = 100
        progress.look()
        #expect(told.lines == ["… at work"])
    }

    @Test func whatAnEarlierRunHasDoneDoesNotMakeThisOneSeemFaster() {
        let progress = told.progress
        let part = progress.part("measures", of: 1024, "samples", from: 512)
        told.seconds = 10
        part.reach(640)
        progress.look()
        #expect(told.lines == ["… measures: 640 of 1024 samples, about 30 s left"])
    }

    @Test func timeThatPassesSinceTheLastThingWasDoneIsNotLeft() {
        let progress = told.progress
        let part = progress.part("sees how errors meet", of: 4, "layers")
        told.seconds = 20
        part.reach(1)
        told.seconds = 30
        progress.look()
        #expect(told.lines == ["… sees how errors meet: 1 of 4 layers, about 50 s left"])
    }

    /// That of a run whose gradients of 256 samples took 8 seconds.
    private func progressAfterMeasuring() -> RunProgress {
        let progress = told.progress
        let measuring = progress.part("measures", .gradients, of: 256, "samples", each: 3)
        told.seconds = 8
        measuring.reach(256)
        measuring.end()
        return progress
    }

    @Test func beforeATrainingItIsSaidWhatItWillTakeIfGradientsWereTimed() {
        let progress = progressAfterMeasuring()
        progress.part("train levels", .gradients, of: 640, "steps", each: 32 * 3, isAtMost: true).tell()
        #expect(told.lines == ["… train levels: 0 of at most 640 steps, at most about 11 min left"])
    }

    @Test func beforeAShortTrainingNothingIsSaid() {
        let progress = progressAfterMeasuring()
        progress.part("train levels", .gradients, of: 6, "steps", each: 32 * 3).tell()
        #expect(told.lines == [])
    }

    @Test func whatIsForeseenIsSaidOfTheWholeRun() {
        let progress = told.progress
        progress.foresee(.answers, 200)
        progress.foresee(.gradients, 2850, isAtMost: true)
        let part = progress.part("evaluates", .answers, of: 100, "samples", each: 1)
        told.seconds = 10
        part.reach(50)
        progress.look()
        // Of gradients nothing is known but how fast answers came.
        #expect(told.lines == ["… evaluates: 50 of 100 samples, about 10 s left; in all at most about 10 min left"])
        progress.foresee(.gradients, 0)
        told.seconds = 20
        part.reach(100)
        progress.look()
        #expect(told.lines.last == "… evaluates: 100 of 100 samples, about 1 s left; in all about 20 s left")
    }

    @Test func whatIsPartOfSomethingForeseenIsNotCountedTwice() {
        let progress = told.progress
        progress.foresee(.answers, 100)
        progress.foresee(.gradients, 100)
        let training = progress.part("retrain", .gradients, of: 100, "steps", each: 1)
        let evaluating = progress.part("evaluates", .answers, of: 100, "samples", each: 1)
        told.seconds = 5
        evaluating.reach(100)
        evaluating.end()
        told.seconds = 10
        training.reach(50)
        progress.look()
        #expect(told.lines == ["… retrain: 50 of 100 steps, about 10 s left; in all about 30 s left"])
    }

    @Test func workThatDoesNotReturnForLongIsToldOfAllTheSame() {
        let progress = told.progress
        progress.watched {
            let part = progress.part("codes 5 weights")
            told.seconds = 10
            for _ in 0..<500 where told.lines.isEmpty { usleep(20_000) }
            part.end()
        }
        #expect(told.lines == ["… codes 5 weights, 10 s so far"])
    }

    @Test(arguments: [(0.2, "1 s"), (59, "59 s"), (99.4, "99 s"), (100, "2 min"), (720, "12 min"), (7200, "2 h")])
    func timesAreSaidAsPeopleDo(_ seconds: Double, _ text: String) {
        #expect(durationText(seconds) == text)
    }
}
