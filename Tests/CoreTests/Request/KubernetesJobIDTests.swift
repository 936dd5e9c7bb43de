import Core
import Testing

@Suite struct KubernetesJobIDTests {
    @Test(arguments: ["a", "0", "chris-jid-1", "/a", "a-", String(repeating: "x", count: 54)])
    func `what can begin a Kubernetes name is accepted`(id: String) {
        #expect(Body(["jid": .string(id)]).badFields(for: .kubernetes).isEmpty)
    }

    @Test(arguments: ["A", "a_b", "a.b", "Job", String(repeating: "x", count: 55)])
    func `what cannot is refused on Kubernetes, by name, and nowhere else`(id: String) {
        #expect(Body(["jid": .string(id)]).badFields(for: .kubernetes) == ["jid"])
        #expect(Body(["jid": .string(id)]).complaint(about: "jid", for: .kubernetes)?.contains("Kubernetes") == true)
        for backend in Backend.allCases where backend != .kubernetes {
            #expect(Body(["jid": .string(id)]).badFields(for: backend).isEmpty)
        }
    }
}
