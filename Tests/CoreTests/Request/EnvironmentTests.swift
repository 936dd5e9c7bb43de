import Core
import Testing

@Suite("Environment of a request")
struct EnvironmentTests {
    static let malformed = RequestFailure.body("\"env\" must be a list of \"key=value\" strings")

    @Test(
        "an entry is divided at its first equals sign",
        arguments: [
            ("A=1", "A"), ("A=", "A"), ("A==", "A"), ("A=b=c", "A"), ("A B=1", "A B"), ("a.b-c=1", "a.b-c"),
            ("A=\u{338}b", "A"), ("A=\u{301}=b", "A"), ("Ü=ü", "Ü"), ("A= \n\t", "A"),
        ])
    func entries(text: String, key: String) throws {
        let request = try Body(["env": [.string(text)]]).parsed()
        #expect(request.environment.map(\.text) == [text])
        #expect(request.environment.map { String($0.key) } == [key])
    }

    @Test(
        "an entry without a name or an equals sign is refused last, in the words of the original",
        arguments: ["", "A", "=", "=1", "A\u{ff1d}1"])
    func malformed(text: String) {
        #expect(Body(["env": ["A=1", .string(text)]]).failure() == Self.malformed)
        #expect(Body(["env": [.string(text)], "type": "zz"]).badFields() == ["type"])
    }

    @Test(
        "a value of another type is a bad field",
        arguments: [
            .null, "A=1", 1, true, [1], [.null], [["A=1"]], ["A=1", ["B": "2"]], ["A=\u{0}"],
        ] as [JSONValue])
    func wrongTypes(value: JSONValue) {
        #expect(Body(["env": value]).badFields() == ["env"])
    }

    @Test("an absent or empty list is an empty one")
    func empty() throws {
        #expect(try Body().parsed().environment.isEmpty)
        #expect(try Body(["env": []]).parsed().environment.isEmpty)
    }

    @Test("an entry that Linux could not pass to a program is refused")
    func lengths() throws {
        let longest = "A=" + String(repeating: "x", count: EnvironmentEntry.maximumBytes - 3)
        #expect(try EnvironmentEntry(longest).text == longest)
        #expect(Body(["env": [.string(longest + "x")]]).badFields() == ["env"])
    }

    @Test("order and doubled names are kept")
    func order() throws {
        let request = try Body(["env": ["B=1", "A=1", "B=2"]]).parsed()
        #expect(request.environment.map(\.text) == ["B=1", "A=1", "B=2"])
    }
}
