import Core

/// Images that jobs may use: `registry/path[:tag][@digest]`, with `*` for any characters.
///
/// Without a registry it is Docker Hub's, as in an image's name. Without a tag or digest, and not ending with `*`, it means
/// all of the repository. One with a tag does not match a reference that also has a digest, since engines go by that.
struct ImagePattern: Sendable, Hashable {
    private let pattern: [UInt8]
    private let isRepository: Bool

    init(_ text: String) throws(InvalidValue) {
        let allowed = text.utf8.allSatisfy {
            $0.isASCIILetterOrDigit || "*-._/:@[]".utf8.contains($0)
        }
        guard !text.isEmpty, text.utf8.count <= 600, allowed else {
            throw InvalidValue(
                "must be names of images with * for any characters, separated by commas: fnndsc/*,registry.example.org/*"
            )
        }
        let first = text.prefix { $0 != "/" }
        let qualified = first.contains("*") ? text : Core.ImageReference.qualified(text)
        pattern = Array(qualified.utf8)
        isRepository = text.last != "*" && Core.ImageReference.repository(qualified) == qualified
    }

    func matches(_ image: Core.ImageReference) -> Bool {
        let whole = Core.ImageReference.qualified(image.withTag)
        return Self.matches(pattern, Array((isRepository ? Core.ImageReference.repository(whole) : whole).utf8))
    }

    /// Goes back to the last star only, which is enough, so no pattern takes more than their product.
    private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var (place, position) = (0, 0)
        var star: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == text[position] {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                (place, position) = (last.place + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
