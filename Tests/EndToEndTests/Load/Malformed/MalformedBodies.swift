/// Bodies that are no jobs.
enum MalformedBodies {
    /// Two of its fields are wrong, so that no change of one place makes a job of it.
    static let job =
        Array(
            #"{"jid":"malformed","args":["--a","b\u00e4"],"args_path_flags":["--a"],"auid":"cube","number_of_workers":"1","#
                .utf8)
        + Array(
            #""cpu_limit":1000,"memory_limit":"200","gpu_limit":0,"image":"Not An Image","entrypoint":["sh","-c"],"#
                .utf8)
        + Array(#""type":"none","input_dir":"key/in","output_dir":"key/out","env":["A=b","C="]}"#.utf8)

    private static let spoiling: [[UInt8]] = [[], [0], [0xFF], [0xC3], Array("\"".utf8), Array("[{".utf8), [0x5C]]

    /// `job` with something wrong at each of its bytes, one after the other.
    static let atEveryPlace: [[UInt8]] = job.indices.flatMap { place -> [[UInt8]] in
        let (before, after) = (Array(job[..<place]), Array(job[(place + 1)...]))
        return [before] + spoiling.map { (bytes: [UInt8]) -> [UInt8] in before + bytes + after }
    }

    private static let values = [
        "null", "true", "-1", "1e400", "-1e-400", "1.5", "99999999999999999999999999", "\"\"", "\"\\ud800\"", "[]",
        "{}",
        "[null]", "[[[[]]]]", "{\"a\":{\"a\":{}}}", "\"\\u0000\"", "\"../../etc\"", "\"\u{202E}\"", "NaN", "01", "+1",
        "'a'",
    ]
    private static let fields = [
        "jid", "args", "args_path_flags", "auid", "number_of_workers", "cpu_limit", "memory_limit", "gpu_limit",
        "entrypoint", "input_dir", "output_dir", "env", "unknown",
    ]

    static func random(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: atEveryPlace.randomElement(using: &generator) ?? []
        case 1: wrongFields(using: &generator)
        case 2: Array((values.randomElement(using: &generator) ?? "").utf8)
        case 3: nested(Int.random(in: 1...2_000, using: &generator), using: &generator)
        case 4: (0..<Int.random(in: 0...200, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        default: Array("{\"reason\":\(values.randomElement(using: &generator) ?? "")}".utf8)
        }
    }

    /// Fields of a job with wrong values, some of them twice.
    private static func wrongFields(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var text = #"{"image":1,"type":2"#
        for _ in 0..<5 {
            let field = fields.randomElement(using: &generator) ?? ""
            text += ",\"\(field)\":\(values.randomElement(using: &generator) ?? "")"
        }
        return Array((text + "}").utf8)
    }

    static func nested(_ depth: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        let (open, close) = Bool.random(using: &generator) ? ("[", "]") : ("{\"a\":", "}")
        let end = Bool.random(using: &generator) ? String(repeating: close, count: depth) : ""
        return Array((String(repeating: open, count: depth) + "1" + end).utf8)
    }
}
