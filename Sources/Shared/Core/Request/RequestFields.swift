/// Reads the fields of a request one by one and collects what is wrong with each.
struct RequestFields {
    static let missing = "Missing required parameter in the JSON body or the post body or the query string"
    static let missingInBody = "Missing required parameter in the JSON body"

    private let object: [String: JSONValue]
    private(set) var failures: [String: String] = [:]

    init(_ object: [String: JSONValue]) { self.object = object }

    /// The original reads an empty string as an empty list here, and says so in words of its own.
    var emptyEntrypoint: Bool { object["entrypoint"] == .string("") }

    mutating func string<Value>(
        _ name: String, _ parse: (String) throws(InvalidValue) -> Value
    ) -> Value? {
        guard let value = object[name] else { return fail(name, Self.missing) }
        guard case .string(let text) = value else { return fail(name, "must be a string, not \(value.kind)") }
        do throws(InvalidValue) { return try parse(text) } catch { return fail(name, error.description) }
    }

    /// An integer or a decimal string. Nothing else is turned into a number.
    /// - Parameters:
    ///   - range: what is allowed, as a complaint says it.
    ///   - accepted: what is let through all the same, because the caller has words of its own for it.
    mutating func integer(
        _ name: String, in range: ClosedRange<Int>, accepting accepted: ClosedRange<Int>? = nil
    ) -> Int? {
        guard let value = object[name] else { return fail(name, Self.missing) }
        let number: Int
        switch value {
        case .integer(let integer): number = integer
        case .string(let text):
            guard Self.isDecimal(text) else {
                return fail(name, "invalid literal for int() with base 10: '\(text.forMessage)'")
            }
            guard let integer = Int(text) else { return fail(name, Self.outside(range)) }
            number = integer
        case .number(let fraction):
            guard fraction == fraction.rounded() else {
                return fail(name, "must be an integer or a decimal string, not a fraction")
            }
            return fail(name, Self.outside(range))
        default: return fail(name, "must be an integer or a decimal string, not \(value.kind)")
        }
        guard (accepted ?? range).contains(number) else { return fail(name, Self.outside(range)) }
        return number
    }

    static func outside(_ range: ClosedRange<Int>) -> String {
        "must be from \(range.lowerBound) to \(range.upperBound)"
    }

    /// A list of strings; where `missing` is nil an absent list is an empty one.
    mutating func strings(_ name: String, missing: String?) -> [String]? {
        guard let value = object[name] else {
            guard let missing else { return [] }
            return fail(name, missing)
        }
        guard case .array(let elements) = value else {
            return fail(name, "must be a list of strings, not \(value.kind)")
        }
        var strings: [String] = []
        strings.reserveCapacity(elements.count)
        for element in elements {
            guard case .string(let text) = element else {
                return fail(name, "must be a list of strings, and one of its elements is \(element.kind)")
            }
            guard !text.utf8.contains(0) else { return fail(name, "must not have NUL characters in it") }
            guard text.utf8.count < EnvironmentEntry.maximumBytes else {
                return fail(name, "must not have an element longer than \(EnvironmentEntry.maximumBytes - 1) bytes")
            }
            strings.append(text)
        }
        return strings
    }

    /// Two levels: nil when a failure was recorded, `.some(nil)` when the list has an entry that is not `key=value`,
    /// which the original reports last and without the field's name.
    mutating func environment() -> [EnvironmentEntry]?? {
        guard let strings = strings("env", missing: nil) else { return .none }
        var entries: [EnvironmentEntry] = []
        entries.reserveCapacity(strings.count)
        for text in strings {
            guard let entry = try? EnvironmentEntry(text) else { return .some(nil) }
            entries.append(entry)
        }
        return .some(entries)
    }

    private mutating func fail<Value>(_ name: String, _ text: String) -> Value? {
        failures[name] = text
        return nil
    }

    private static func isDecimal(_ text: String) -> Bool {
        let digits =
            text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
            ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy(\.isASCIIDigit)
    }
}
