import Training

/// The report as people read it.
struct Summary {
    let report: ReportFile
    let metric: Metric

    var text: String {
        var parts = [stageTable, layerTable] + (report.curve.count > 1 ? [curveTable] : []) + [resultLines]
        if let reachable = report.reachable { parts.append(lines(of: reachable)) }
        if let obstacles = report.obstacles { parts.append(lines(of: obstacles)) }
        return parts.joined(separator: "\n\n")
    }

    private func show(_ value: Double) -> String { Evaluation(metric: metric, value: value, samples: 0).text }

    private var stageTable: String {
        var table = TextTable("descent", "stage", "bytes", "weights", "validation", "seconds")
        for stage in report.stages {
            table.add(
                "\(stage.descent)", stage.name, "\(stage.bytes)", "\(stage.nonzeros)", show(stage.validation),
                "\(stage.seconds)")
        }
        return table.text
    }

    private var layerTable: String {
        var table = TextTable("layer", "operator", "shape", "was", "weights", "of", "levels", "bytes")
        for layer in report.layers {
            table.add(
                layer.name, layer.operation, layer.shape.timesText, layer.originalShape.timesText,
                "\(layer.nonzeros)", "\(layer.originalWeights)", layer.levels.map { "\($0)" } ?? "float",
                "\(layer.codedBytes)")
        }
        let reasons = report.layers.compactMap { layer in
            layer.protected.map { "units of \(layer.name) are protected: \($0)" }
        }
        return ([table.text] + reasons).joined(separator: "\n")
    }

    private var curveTable: String {
        var table = TextTable("bytes", "validation")
        for point in report.curve { table.add("\(point.bytes)", show(point.validation)) }
        return "the best accuracy seen at each size:\n" + table.text
    }

    private var resultLines: String {
        let (baseline, result) = (report.baseline, report.result)
        var lines = [
            "\(report.status == "met" ? "met" : "NOT met"): \(result.bytes) bytes of .cmdl, \(result.onnx.bytes) of .onnx, "
                + "was \(baseline.bytes): \(result.ratio) times smaller; "
                + "target \(report.target.bytes.map { "\($0) bytes" } ?? "smallest") of .\(report.target.measure)",
            "validation \(show(result.validation)), was \(show(baseline.validation)), "
                + "required \(show(report.target.accuracy))",
            multiplyAdds,
        ]
        if let test = result.test, let before = baseline.test {
            lines.append("test       \(show(test)), was \(show(before))")
        }
        if let certificate = report.certificate { lines += self.lines(of: certificate) }
        return lines.joined(separator: "\n")
    }

    private var multiplyAdds: String {
        let before = report.layers.reduce(0) { $0 + $1.originalMultiplyAdds }
        let after = report.layers.reduce(0) { $0 + $1.multiplyAdds }
        let ratio = (Double(before) / Double(max(after, 1))).rounded4
        return "\(after) multiply-adds for a sample, was \(before): \(ratio) times fewer"
    }

    private func lines(of certificate: Certificate) -> [String] {
        let confidence = show(certificate.confidence)
        let needed = certificate.samplesNeeded.map { "; if all stays as it is, about \($0) samples would" } ?? ""
        return [
            "of \(certificate.samples) test samples \(certificate.hits) are right: with confidence \(confidence) the accuracy is at "
                + "least \(show(certificate.atLeast))",
            "\(certificate.losses) are right with the original alone, \(certificate.gains) with the result alone: with confidence "
                + "\(confidence) the drop is at most \(show(certificate.dropAtMost))",
        ] + (certificate.isCertified ? [] : ["these samples do NOT bear out what the recipe asks for\(needed)"])
    }

    private func lines(of reachable: Reachable) -> String {
        func line(_ what: String, _ point: Reachable.Point?) -> String {
            "  \(what): " + (point.map { "\($0.bytes) bytes at validation \(show($0.validation))" } ?? "none was seen")
        }
        return [
            "reachable in this run:",
            line("smallest file that keeps the accuracy", reachable.smallestAccurate),
            line("best accuracy within the size target", reachable.bestWithinTarget),
            line("smallest file of all", reachable.smallest),
        ].joined(separator: "\n")
    }

    private func lines(of obstacles: [Obstacle]) -> String {
        (["most of the bytes are those of:"] + obstacles.map { obstacle in
            "  \(obstacle.layer): \(obstacle.bytes) bytes"
                + (obstacle.reasons.isEmpty ? "" : "; " + obstacle.reasons.joined(separator: "; "))
        }).joined(separator: "\n")
    }
}
