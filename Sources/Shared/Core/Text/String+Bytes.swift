extension String {
    /// Whether both are the same to a program and to a file system. `==` takes two spellings of an accented letter for
    /// one.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension [String] {
    /// Whether both are the same words to a program.
    func hasSameBytes(as other: [String]) -> Bool { elementsEqual(other) { $0.hasSameBytes(as: $1) } }
}
