import Quantization

/// Quantization without training with something left out.
struct Variant {
    let name: String
    private(set) var settings = PostTraining.Settings()
    /// Whether levels depend on one another where they can.
    private(set) var isDependent = true
    /// Whether levels are trained afterwards.
    private(set) var isTrained = false
    /// Samples that errors are measured on, beside the usual ones.
    private(set) var sampleFactor = 1.0

    private init(_ name: String, _ change: (inout Variant) -> Void = { _ in }) {
        self.name = name
        change(&self)
    }

    /// Those with the same samples stand beside each other: what is measured on them serves all.
    static let all = [
        Variant("all ingredients"),
        Variant("no error feedback over columns") { $0.settings.feedsBackOverColumns = false },
        Variant("no error feedback over units") { $0.settings.feedsBackOverUnits = false },
        Variant("no error feedback") { ($0.settings.feedsBackOverColumns, $0.settings.feedsBackOverUnits) = (false, false) },
        Variant("columns in their own order") { $0.settings.sortsColumns = false },
        Variant("moments of inputs alone") { $0.settings.inputShare = 1 },
        Variant("moments of gradients alone") { $0.settings.inputShare = 0 },
        Variant("a tenth of the damping") { ($0.settings.columnDamping, $0.settings.unitDamping) = (0.001, 0.005) },
        Variant("all moments believed") { $0.settings.doubt = 0 },
        Variant("no scales of rows and columns") { $0.settings.hasScales = false },
        Variant("the same relative step in all layers") { $0.settings.followsCurvature = false },
        Variant("no price on bits") { ($0.settings.zone, $0.settings.price) = (0, 0) },
        Variant("no correction of shifts") { $0.settings.correctsBiases = false },
        Variant("levels each for itself") { $0.isDependent = false },
        Variant("trained levels, each for itself") { ($0.isDependent, $0.isTrained) = (false, true) },
        Variant("none of these: nearest levels") { variant in
            variant.isDependent = false
            variant.settings.leaveOutAll()
        },
        Variant("a quarter of the samples") { $0.sampleFactor = 0.25 },
        Variant("four times the samples") { $0.sampleFactor = 4 },
    ]
}

extension PostTraining.Settings {
    fileprivate mutating func leaveOutAll() {
        (feedsBackOverColumns, feedsBackOverUnits, hasScales, followsCurvature) = (false, false, false, false)
        (zone, price, correctsBiases) = (0, 0, false)
    }
}
