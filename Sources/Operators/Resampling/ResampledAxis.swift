/// An axis that is resampled: its lengths before and after, and where each result lies on it.
struct ResampledAxis: Sendable {
    /// The rule by which a result has a place among the elements.
    enum Coordinates: String, Sendable {
        case asymmetric
        case halfPixel = "half_pixel"
        case halfPixelSymmetric = "half_pixel_symmetric"
        case halfPixelUnlessOne = "pytorch_half_pixel"
        case alignCorners = "align_corners"
        case crop = "tf_crop_and_resize"
    }

    /// A part of an axis, from 0, its first element, to 1, its last. It may reach further, and backwards.
    struct Crop: Sendable, Equatable {
        let start: Float
        let end: Float

        static let whole = Crop(start: 0, end: 1)
    }

    let length: Int
    let results: Int
    /// Results per element.
    let scale: Float
    /// The results before they are made a whole number.
    let width: Float
    let crop: Crop

    /// Where a result lies among the elements; `nil` if it is a crop's and lies outside. In single precision, as ONNX Runtime
    /// and PyTorch have it: which of two elements is nearer hangs on the rounding.
    private func place(of result: Int, _ coordinates: Coordinates) -> Float? {
        let x = Float(result)
        let last = Float(length - 1)
        let center = (x + 0.5) / scale - 0.5
        switch coordinates {
        case .asymmetric: return x / scale
        case .halfPixel: return center
        case .halfPixelSymmetric: return Float(length) / 2 * (1 - Float(results) / width) + center
        case .halfPixelUnlessOne: return results == 1 ? 0 : center
        case .alignCorners: return width == 1 ? 0 : x * last / (width - 1)
        case .crop:
            let (start, end) = (crop.start, crop.end)
            let place = width == 1 ? 0.5 * (start + end) * last : start * last + x * (end - start) * last / (width - 1)
            return (0...last).contains(place) ? place : nil
        }
    }

    /// - Parameters:
    ///   - smooths: whether a result that stands for several elements is made of all of them.
    ///   - excludesOutside: whether only elements of the axis count, not copies of the first and last beyond it.
    func map(
        _ interpolation: Interpolation, _ coordinates: Coordinates, smooths: Bool, excludesOutside: Bool
    ) -> LinearMap {
        LinearMap(length: length, results: results) { result in
            guard let place = place(of: result, coordinates) else { return [] }
            return interpolation.taps(
                at: Double(place), length: length, step: smooths ? max(1, 1 / Double(scale)) : 1,
                excludesOutside: excludesOutside)
        }
    }
}
