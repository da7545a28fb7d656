/// What turns a recipe and its inputs into bytes.
enum Algorithm {
    /// Grows whenever the same recipe and inputs give other bytes than before.
    static let version = 3
}
