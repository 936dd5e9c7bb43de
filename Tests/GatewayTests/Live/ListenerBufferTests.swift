import Testing

@testable import Gateway

@Suite struct ListenerBufferTests {
    @Test func `What fits comes in one piece`() {
        let buffer = ListenerBuffer(limit: 10)
        buffer.output("12345")
        buffer.output("67890")
        #expect(buffer.take() == .init(text: "1234567890"))
        #expect(buffer.take() == .init())
    }

    @Test func `What does not fit is counted, and what follows belongs to the gap until it was told`() {
        let buffer = ListenerBuffer(limit: 10)
        buffer.output("1234567890")
        buffer.output("é")
        buffer.output("x")
        #expect(buffer.take() == .init(text: "1234567890", dropped: .init(bytes: 3)))
        buffer.output("on")
        #expect(buffer.take() == .init(text: "on"))
    }

    @Test func `A gap is told where it is`() {
        let buffer = ListenerBuffer(limit: 10)
        buffer.dropped(7)
        buffer.output("after")
        buffer.dropped(1)
        buffer.end("finishedWithError")
        #expect(
            buffer.take()
                == .init(lostBefore: .init(bytes: 7), text: "after", dropped: .init(bytes: 1), end: "finishedWithError")
        )
    }

    @Test func `A gap of which nobody knows how large it is stays so, whatever else is dropped`() {
        let buffer = ListenerBuffer(limit: 10)
        buffer.output("1234567890")
        buffer.output("é")
        buffer.dropped(0)
        buffer.output("")
        buffer.dropped(5)
        #expect(buffer.take() == .init(text: "1234567890", dropped: .init(bytes: 7, isAtLeast: true)))
        buffer.dropped(0)
        #expect(buffer.take() == .init(lostBefore: .init(bytes: 0, isAtLeast: true)))
    }

    @Test func `A first text is taken however long it is`() {
        let buffer = ListenerBuffer(limit: 10)
        buffer.output("a whole tail at once")
        #expect(buffer.take() == .init(text: "a whole tail at once"))
    }
}
