import Core
import Testing

@testable import Gateway

struct QueueFiguresTests {
    private func read(_ line: String) -> [Backend: QueueFigures] {
        QueueFigures.read("rabbitmq_detailed_queue_\(line)\n", virtualHost: "/", names: QueueNames(prefix: "pman."))
    }

    @Test func `The broker's figures are read`() {
        #expect(read(#"messages_ready{vhost="/",queue="pman.run.docker"} 3"#) == [.docker: QueueFigures(ready: 3)])
    }

    @Test(arguments: [
        "messages_ready} 3 {", "messages_ready{", "messages_ready} 3", #"messages_ready{vhost="/",queue="x"} 3"#,
        #"messages_ready{vhost="/",queue="pman.run.docker"} x"#,
    ])
    func `What is no line of figures is passed over`(_ line: String) {
        #expect(read(line).isEmpty)
    }

    @Test func `What is no number of messages is none`() {
        for number in ["NaN", "-1", "-Inf"] {
            #expect(read(#"messages_ready{vhost="/",queue="pman.run.docker"} \#(number)"#)[.docker]?.ready == 0)
        }
    }
}
