/// The number of insertions, deletions, substitutions and swaps of neighbours that turn one text into
/// the other (optimal string alignment). Time and memory: the product of both lengths.
func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { rows[i][0] = i }
    for j in 0...b.count { rows[0][j] = j }
    guard !a.isEmpty, !b.isEmpty else { return rows[a.count][b.count] }
    for i in 1...a.count {
        for j in 1...b.count {
            let substitution = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
            var best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, substitution)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                best = min(best, rows[i - 2][j - 2] + 1)
            }
            rows[i][j] = best
        }
    }
    return rows[a.count][b.count]
}

/// The candidate that a misspelt word most likely meant: the first of the nearest ones, at most a third
/// of its letters away, upper and lower case taken as one; nil when none is that near.
func nearest(to word: String, in candidates: [String]) -> String? {
    let lowered = word.lowercased()
    let length = lowered.unicodeScalars.count
    var best: (word: String, distance: Int)?
    for candidate in candidates {
        let count = candidate.unicodeScalars.count
        let limit = min((max(count, 3)) / 3, best.map { $0.distance - 1 } ?? .max)
        guard limit >= 0, abs(count - length) <= limit else { continue }
        let distance = editDistance(lowered, candidate.lowercased())
        if distance <= limit { best = (candidate, distance) }
    }
    return best?.word
}
