import Core
import Testing

@Suite("Numbers in a request")
struct NumberTests {
    static let limits = ["cpu_limit", "memory_limit", "gpu_limit"]

    @Test(
        "a decimal string is the number that it spells",
        arguments: [
            ("0", 0), ("7", 7), ("007", 7), ("+7", 7), ("-0", 0), ("+0", 0),
            ("00000000000000000000000000000000000000000012", 12),
        ])
    func decimalStrings(text: String, number: Int) throws {
        let resources = try Body(["cpu_limit": .string(text)]).parsed().resources
        #expect(resources.cpuMillicores == number)
    }

    @Test(
        "a string that spells no decimal number is refused in the words of the original, value included",
        arguments: [
            "", " ", "abc", "1.0", "1e3", "0x10", "1,000", "1_000", " 7", "7 ", "\t7", "7\n", "--7", "+-7", "+", "-",
            "७", "١٠٠", "１２", "²", "7\u{301}", "∞", "NaN", "true", "null",
        ])
    func notDecimal(text: String) {
        for field in Self.limits + ["number_of_workers"] {
            #expect(
                Body([field: .string(text)]).complaint(about: field)
                    == "invalid literal for int() with base 10: '\(text.forMessage)'")
        }
    }

    @Test("a long string that is no number comes back cut, and on one line")
    func longLiteral() throws {
        let text = "\u{1b}[2J\n" + String(repeating: "x", count: 100_000)
        let complaint = try #require(Body(["cpu_limit": .string(text)]).complaint(about: "cpu_limit"))
        #expect(complaint.count < 300)
        #expect(!complaint.contains("\n") && !complaint.contains("\u{1b}"))
    }

    @Test(
        "a number that no engine could mean is refused as out of range, not as no number",
        arguments: [
            "99999999999999999999", "-99999999999999999999", "+9223372036854775808",
            "1000000000000000000000000000000000000000000000", "9223372036854775807", "-1", "-9223372036854775808",
        ])
    func outOfRange(text: String) throws {
        for field in Self.limits {
            let complaint = try #require(Body([field: .string(text)]).complaint(about: field))
            #expect(complaint.hasPrefix("must be from 0 to "), "\(field): \(complaint)")
        }
        let workers = Body(["number_of_workers": .string(text)])
        #expect(workers.badFields(for: .kubernetes) == ["number_of_workers"])
        #expect(workers.failure(for: .docker) != nil)
    }

    @Test("a number too large for any integer is out of range as well", arguments: [1e20, -1e20, 1e300])
    func tooLarge(number: Double) throws {
        for field in Self.limits {
            let complaint = try #require(Body([field: .number(number)]).complaint(about: field))
            #expect(complaint.hasPrefix("must be from 0 to "))
        }
        #expect(
            Body(["number_of_workers": .number(number)]).complaint(about: "number_of_workers")
                == "must be from 1 to 100000")
    }

    @Test(
        "the bounds themselves are accepted and what lies beyond is not",
        arguments: [
            ("cpu_limit", Resources.maximumCPUMillicores), ("memory_limit", Resources.maximumMemoryMebibytes),
            ("gpu_limit", Resources.maximumGPUs),
        ])
    func bounds(field: String, maximum: Int) {
        #expect(Body([field: .integer(maximum)]).failure() == nil)
        #expect(Body([field: .integer(maximum + 1)]).badFields() == [field])
        #expect(Body([field: 0]).failure() == nil)
        #expect(Body([field: -1]).badFields() == [field])
    }

    @Test("the largest request still fits the units of the engines")
    func units() {
        let largest = Resources(
            cpuMillicores: Resources.maximumCPUMillicores, memoryMebibytes: Resources.maximumMemoryMebibytes,
            gpus: Resources.maximumGPUs, workers: 100_000)
        #expect(largest.nanoCPUs == 1_000_000_000_000_000)
        #expect(largest.memoryBytes == 9_007_199_254_740_992)
    }

    @Test(
        "nothing but an integer or a string is a number",
        arguments: [.null, true, false, 1.5, .number(-0.5), [1], [], ["1": 1], [:]] as [JSONValue])
    func otherTypes(value: JSONValue) throws {
        for field in Self.limits + ["number_of_workers"] {
            let complaint = try #require(Body([field: value]).complaint(about: field))
            #expect(complaint.hasPrefix("must be an integer or a decimal string, not "))
        }
    }

    @Test("a whole number is a whole number however JSON spells it", arguments: ["1000", "1000.0", "1e3", "10.0e2"])
    func spellings(text: String) throws {
        let value = try JSONMessage.decode(JSONValue.self, from: Array(text.utf8))
        #expect(try Body(["cpu_limit": value]).parsed().resources.cpuMillicores == 1000)
    }

    @Test("several workers are for backends that have them", arguments: Backend.allCases)
    func workers(backend: Backend) throws {
        #expect(try Body(["number_of_workers": 1]).parsed(for: backend).resources.workers == 1)
        if backend == .docker {
            #expect(Body(["number_of_workers": 3]).failure(for: backend) != nil)
        } else {
            #expect(try Body(["number_of_workers": "3"]).parsed(for: backend).resources.workers == 3)
            #expect(Body(["number_of_workers": 0]).badFields(for: backend) == ["number_of_workers"])
            #expect(Body(["number_of_workers": 100_001]).badFields(for: backend) == ["number_of_workers"])
        }
    }
}
