import Core
import HTTPClient
import Testing

@testable import Worker

@Suite struct KubernetesNameTests {
    @Test func `a fresh name begins with the job id and is a label`() throws {
        let longest = try JobID(String(repeating: "x", count: Backend.kubernetes.maximumJobIDLength))
        let name = KubernetesName.fresh(for: longest)
        #expect(name.hasPrefix(longest.text + "-"))
        #expect(KubernetesName.isLabel(name))
        #expect(name.utf8.count == 63)
        #expect(KubernetesName.fresh(for: longest) != name)
    }

    @Test(
        "a label's value stands for any text",
        arguments: [
            ("job-1", "job-1"), ("1-abc", "1-abc"), ("A.b_c", "A.b_c"), ("pman.", nil), ("", nil), ("-a", nil),
            (String(repeating: "x", count: 63), String(repeating: "x", count: 63)),
            (String(repeating: "x", count: 64), nil), ("fnv-1", nil), ("ü", nil), ("a b", nil),
        ] as [(String, String?)])
    func labels(text: String, plain: String?) {
        let value = KubernetesName.labelValue(for: text)
        #expect(KubernetesName.isLabelValue(value))
        #expect(!value.isEmpty)
        if let plain { #expect(value == plain) } else { #expect(value.hasPrefix("fnv-")) }
        #expect(value != KubernetesName.labelValue(for: text + "x"))
    }

    @Test func `keys of labels`() {
        for key in ["a", "a/b", "org.chrisproject.pman.jid", "example.com/a_B.c"] {
            #expect(KubernetesName.isLabelKey(key))
        }
        for key in ["", "/a", "a/", "a/b/c", "A_/b", "-a", "a b"] { #expect(!KubernetesName.isLabelKey(key)) }
    }

    @Test(
        "dollars are doubled, so that Kubernetes puts nothing in their place",
        arguments: [("$(A)", "$$(A)"), ("$", "$$"), ("$$(A)", "$$$$(A)"), ("a", "a"), ("", "")])
    func dollars(text: String, escaped: String) {
        #expect(KubernetesEngine.escaped(text) == escaped)
    }
}

@Suite struct KubernetesTroubleTests {
    private func refusal(_ status: Int, _ message: String, reason: String = "") -> KubernetesError {
        .refused(
            KubernetesRefusal(
                status: status, reason: reason, message: message,
                operation: KubernetesOperation(verb: "create", resource: "jobs")))
    }

    @Test func `refusals of a Job are sorted into never, later and waiting`() {
        func kind(_ error: KubernetesError) -> String {
            switch KubernetesTrouble.creating(error) {
            case .permanent: "permanent"
            case .transient: "transient"
            case .shortlyTransient: "shortly"
            case .preparing: "preparing"
            case .away: "away"
            }
        }
        #expect(kind(refusal(422, "invalid")) == "permanent")
        #expect(kind(refusal(400, "strict decoding error")) == "permanent")
        #expect(kind(refusal(403, #"User "x" cannot create resource "jobs" in API group "batch""#)) == "transient")
        #expect(kind(refusal(403, "forbidden: exceeded quota: jobs")) == "preparing")
        #expect(kind(refusal(403, "admission webhook \"p\" denied the request")) == "permanent")
        #expect(kind(refusal(403, "unable to create new content because it is being terminated")) == "transient")
        #expect(kind(refusal(404, "namespaces \"x\" not found")) == "transient")
        #expect(kind(refusal(429, "slow down")) == "transient")
        #expect(kind(refusal(500, "etcd")) == "transient")
        #expect(kind(refusal(401, "Unauthorized")) == "away")
        #expect(kind(.unreachable(.connectFailed("no"))) == "away")
    }
}

@Suite struct KubernetesChangesTests {
    private typealias Jobs = KubernetesChanges<KubernetesJob>.Iterator
    private let operation = KubernetesOperation(verb: "watch", resource: "jobs")

    @Test func `events of a watch`() throws {
        func parse(_ text: String) throws(KubernetesError) -> KubernetesChanges<KubernetesJob>.Change {
            try Jobs.parse(Array(text.utf8), operation)
        }
        guard case .changed(let job) = try parse(#"{"type":"ADDED","object":{"metadata":{"uid":"u"}}}"#) else {
            return #expect(Bool(false), "not a change")
        }
        #expect(job.metadata.uid == "u")
        guard
            case .bookmark("12") = try parse(
                #"{"type":"BOOKMARK","object":{"kind":"Job","metadata":{"resourceVersion":"12"}}}"#)
        else { return #expect(Bool(false), "not a bookmark") }
        for gone in [#"{"code":410,"reason":"Expired"}"#, #"{"code":410,"reason":"Gone"}"#] {
            let error = #expect(throws: KubernetesError.self) { try parse(#"{"type":"ERROR","object":\#(gone)}"#) }
            guard case .expired = error else { return #expect(Bool(false), "not expired") }
        }
        let error = #expect(throws: KubernetesError.self) { try parse(#"{"type":"ERROR","object":{"code":500}}"#) }
        guard case .refused = error else { return #expect(Bool(false), "not refused") }
        for hostile in ["", "{}", "[]", #"{"type":"NEW","object":{}}"#, #"{"type":"ADDED"}"#] {
            #expect(throws: KubernetesError.self) { try parse(hostile) }
        }
    }
}
