import Core
import Testing

@testable import Gateway

@Suite struct FollowingTests {
    private let start = ContinuousClock.now
    private let placement: Placement
    private let streams: [Nonce]

    init() throws {
        placement = Placement(engine: try EngineID("engine"), object: try ObjectID("object"))
        streams = try (0..<5).map { try Nonce("stream\($0)") }
    }

    private func update(
        _ stream: Int, _ sequence: Int, _ text: String = "", _ state: FollowUpdate.State = .open
    ) -> FollowUpdate {
        FollowUpdate(stream: streams[stream], worker: "w\(stream)", sequence: sequence, text: text, state: state)
    }

    /// One that reads its first stream.
    private func reading() -> Following {
        var following = Following()
        #expect(
            following.look(.running(placement), now: start, fresh: { streams[0] }) == [.ask(streams[0], placement)])
        #expect(following.take(update(0, 0), now: start).isEmpty)
        return following
    }

    @Test func `A job that waits is waited for, and said to wait once`() {
        var following = Following()
        #expect(following.look(.waiting("not yet"), now: start) == [.waiting("not yet")])
        #expect(following.look(.waiting("not yet"), now: start).isEmpty)
        #expect(
            following.look(.running(placement), now: start, fresh: { streams[0] }) == [.ask(streams[0], placement)])
        #expect(following.look(.running(placement), now: start).isEmpty)
    }

    @Test func `Output is passed on, renewed in time, and by the half of the window`() {
        var following = reading()
        #expect(following.take(update(0, 1, "a\n"), now: start) == [.output("a\n")])
        #expect(
            following.look(.running(placement), now: start + FollowTerms.renewal)
                == [.renew(streams[0], worker: "w0", received: 2)])
        let much = String(repeating: "x", count: FollowTerms.window / 2)
        #expect(
            following.take(update(0, 2, much), now: start).last
                == .renew(streams[0], worker: "w0", received: 2 + FollowTerms.window / 2))
    }

    @Test func `The log's tail tells what is missing at the end`() {
        var following = reading()
        _ = following.take(update(0, 1, "a\n"), now: start)
        #expect(
            following.look(.ended(.finishedSuccessfully, logs: "a\nb\n"), now: start)
                == [.output("b\n"), .stop(streams[0], worker: "w0"), .end("finishedSuccessfully")])
        #expect(following.look(.ended(.finishedSuccessfully, logs: "a\nb\n"), now: start).isEmpty)
        #expect(following.isOver)
    }

    @Test func `A finished job is told whole`() {
        var following = Following()
        #expect(
            following.look(.ended(.finishedWithError, logs: "all\n"), now: start)
                == [.output("all\n"), .end("finishedWithError")])
    }

    @Test func `Where the end cannot be matched it waits for the engine's last words, and then says so`() {
        var following = reading()
        _ = following.take(update(0, 1, "from one worker\n"), now: start)
        let ended = Following.View.ended(.finishedSuccessfully, logs: "in another order\n")
        #expect(following.look(ended, now: start).isEmpty)
        var finished = following
        _ = finished.take(update(0, 2, "", .finished), now: start)
        #expect(finished.look(ended, now: start) == [.dropped(0), .end("finishedSuccessfully")])
        #expect(
            following.look(ended, now: start + .seconds(3))
                == [.dropped(0), .stop(streams[0], worker: "w0"), .end("finishedSuccessfully")])
    }

    @Test func `A stream that is behind the job goes on to its end`() {
        var following = reading()
        _ = following.take(update(0, 1, "line 1\n"), now: start)
        let ended = Following.View.ended(.finishedSuccessfully, logs: "line 998\nline 999\n")
        #expect(following.look(ended, now: start).isEmpty)
        for second in 1...4 {
            let now = start + .seconds(second)
            #expect(
                following.take(update(0, 1 + second, "more \(second)\n"), now: now) == [.output("more \(second)\n")])
            let renewed = second == 3 ? [Following.Action.renew(streams[0], worker: "w0", received: 28)] : []
            #expect(following.look(ended, now: now) == renewed)
        }
        let last = start + .seconds(5)
        #expect(following.take(update(0, 6, "line 998\nline 999\n", .finished), now: last).count == 1)
        #expect(following.look(ended, now: last) == [.end("finishedSuccessfully")])
    }

    @Test func `Where all lines are alike a cut log does not end a stream that is behind`() {
        var following = reading()
        _ = following.take(update(0, 1, "same\n"), now: start)
        let ended = Following.View.ended(.finishedSuccessfully, logs: CutMark.text + "same\nsame\n")
        #expect(following.look(ended, now: start).isEmpty)
        #expect(following.take(update(0, 2, "same\nsame\nsame\n"), now: start).count == 1)
        #expect(following.look(ended, now: start).isEmpty)
        _ = following.take(update(0, 3, "", .finished), now: start)
        #expect(following.look(ended, now: start) == [.end("finishedSuccessfully")])
    }

    @Test(arguments: [1, 40])
    func `Where all lines are alike and the stream broke a gap is told, for a cut log fits anywhere`(_ lines: Int) {
        var following = reading()
        let line = String(repeating: "x", count: 9999) + "\n"
        for number in 0..<lines { _ = following.take(update(0, 1 + number, line), now: start) }
        _ = following.unroutable(streams[0], "gone", now: start)
        let log = CutMark.text + line.suffix(2000) + String(repeating: line, count: 14 + lines % 20) + "last\n"
        let ended = Following.View.ended(.finishedSuccessfully, logs: log)
        #expect(following.look(ended, now: start).isEmpty)
        let told = following.look(ended, now: start + .seconds(3))
        #expect(told.first == .dropped(0) && told.last == .end("finishedSuccessfully"), "\(told.count)")
        guard case .output(let text) = told.dropFirst().first else {
            Issue.record("no rest")
            return
        }
        #expect(text.hasSuffix("last\n"))
    }

    @Test func `An engine that ends its stream too early is found out by the log, also where all lines are alike`() {
        var following = reading()
        let line = String(repeating: "x", count: 9999) + "\n"
        for number in 0..<40 { _ = following.take(update(0, 1 + number, line), now: start) }
        _ = following.take(update(0, 41, "", .finished), now: start)
        let log = CutMark.text + String(repeating: line, count: 20)
        var all = following
        #expect(
            all.look(.ended(.finishedSuccessfully, logs: log), now: start) == [.end("finishedSuccessfully")])
        let told = following.look(.ended(.finishedSuccessfully, logs: log + "last\n"), now: start)
        #expect(told.first == .dropped(0) && told.last == .end("finishedSuccessfully") && told.count == 3)
    }

    @Test func `When the worker is gone another stream goes on where the first one ended`() {
        var following = reading()
        _ = following.take(update(0, 1, "line 1\nline 2\n"), now: start)
        #expect(
            following.unroutable(streams[0], "gone", now: start) == [.waiting("gone")])
        #expect(following.look(.running(placement), now: start).isEmpty)
        let later = start + .seconds(2)
        #expect(
            following.look(.running(placement), now: later, fresh: { streams[1] }) == [.ask(streams[1], placement)])
        #expect(following.take(update(1, 0), now: later).isEmpty)
        #expect(following.take(update(1, 1, "line 1\nli"), now: later).isEmpty)
        #expect(following.take(update(1, 2, "ne 2\nline 3\n"), now: later).isEmpty)
        #expect(following.look(.running(placement), now: later + .seconds(1)) == [.output("line 3\n")])
        #expect(following.take(update(1, 3, "line 4\n"), now: later) == [.output("line 4\n")])
    }

    @Test func `A gap that cannot be excluded is told`() {
        var following = reading()
        _ = following.take(update(0, 1, "line 1\n"), now: start)
        #expect(
            following.take(update(0, 3, "line 3\n"), now: start)
                == [
                    .stop(streams[0], worker: "w0"),
                    .waiting("a part of the output was lost between the worker and here"),
                ])
        let later = start + .seconds(2)
        _ = following.look(.running(placement), now: later, fresh: { streams[1] })
        _ = following.take(update(1, 0), now: later)
        _ = following.take(update(1, 1, "line 700\n"), now: later)
        #expect(
            following.look(.running(placement), now: later + .seconds(1)) == [.dropped(0), .output("line 700\n")])
    }

    @Test func `A worker that falls silent is given up, and one that never answers asked for again`() {
        var following = reading()
        let silent = start + FollowTerms.silence
        #expect(
            following.look(.running(placement), now: silent).first == .stop(streams[0], worker: "w0"))
        let later = silent + .seconds(1)
        #expect(
            following.look(.running(placement), now: later, fresh: { streams[1] }) == [.ask(streams[1], placement)])
        #expect(
            following.look(.running(placement), now: later + .seconds(4))
                == [.waiting("no worker of the job's engine answers")])
        #expect(following.take(update(1, 0), now: later).isEmpty)
        #expect(following.stream == nil)
    }

    @Test func `What is kept is bounded`() {
        var following = reading()
        for sequence in 1...40 {
            _ = following.take(update(0, sequence, String(repeating: "x", count: 50_000)), now: start)
            #expect(following.known.count <= Following.historyLimit)
        }
        #expect(!following.isWhole)
    }

    @Test func `A deleted job, and a listener that goes, end the stream`() {
        var following = reading()
        #expect(following.look(.gone, now: start) == [.stop(streams[0], worker: "w0"), .end("deleted")])
        var other = reading()
        #expect(other.leave() == [.stop(streams[0], worker: "w0")])
        #expect(other.isOver)
    }
}
