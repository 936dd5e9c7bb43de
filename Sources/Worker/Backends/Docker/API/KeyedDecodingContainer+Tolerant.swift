extension KeyedDecodingContainer {
    /// The value, or `fallback` when it is missing, null or of another type: engines differ in what they leave out.
    func tolerant<Value: Decodable>(_ key: Key, or fallback: Value) -> Value {
        tolerant(key) ?? fallback
    }

    /// The value, or nil when it is missing, null or of another type.
    func tolerant<Value: Decodable>(_ key: Key) -> Value? {
        (try? decodeIfPresent(Value.self, forKey: key)) ?? nil
    }
}
