/// A list in which what was used last comes first.
struct MovingList<Element> {
    private(set) var elements: [Element]
    /// How many elements are kept: what a file does to the list takes time in proportion.
    private let capacity: Int

    init(_ elements: [Element] = [], capacity: Int) {
        self.elements = elements
        self.capacity = capacity
    }

    /// Puts a new element at the front.
    mutating func insert(_ element: Element) {
        elements.insert(element, at: 0)
        if elements.count > capacity { elements.removeLast() }
    }

    /// Moves the element at `index` to the front and returns it.
    mutating func moveToFront(_ index: Int) -> Element {
        let element = elements.remove(at: index)
        elements.insert(element, at: 0)
        return element
    }

    /// Replaces the element at the front.
    mutating func setFront(_ element: Element) {
        elements[0] = element
    }
}
