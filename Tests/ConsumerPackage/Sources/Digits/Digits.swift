/// The classes that the package's network tells apart.
public enum Digits {
    public static let classes = 0...9
}
