import Core
import Testing

@Suite("An attempt to start")
struct StartAttemptTests {
    static let object = Sample.placement().object

    enum Told: Sendable {
        case renamed(Bool)
        case inspected(StartAttempt.Inspection)
        case replied(StartAttempt.StartReply)
    }

    private func run(created: Bool, tries: Int = 3, _ told: [Told]) -> [StartAttempt.Step] {
        var attempt = StartAttempt(object: Self.object, created: created, tries: tries)
        var steps = [attempt.next]
        for step in told {
            switch step {
            case .renamed(let found): attempt.renamed(found: found)
            case .inspected(let inspection): attempt.inspected(inspection)
            case .replied(let reply): attempt.startReplied(reply)
            }
            steps.append(attempt.next)
        }
        return steps
    }

    @Test("an object that it created is started by the name that it got there")
    func created() {
        #expect(run(created: true, [.replied(.started)]) == [.start, .done(.started)])
        #expect(run(created: true, [.replied(.notFound)]) == [.start, .done(.overtaken)])
        #expect(run(created: true, [.replied(.refused("no GPU"))]) == [.start, .done(.refused("no GPU"))])
    }

    @Test("an object that it found gets a new name first and is inspected after that")
    func found() {
        let before: [StartAttempt.Step] = [.rename(Self.object), .inspect(Self.object)]
        #expect(
            run(created: false, [.renamed(true), .inspected(.neverStarted), .replied(.started)])
                == before + [.start, .done(.started)])
        #expect(run(created: false, [.renamed(true), .inspected(.started)]) == before + [.done(.started)])
        #expect(run(created: false, [.renamed(true), .inspected(.gone)]) == before + [.done(.overtaken)])
        #expect(run(created: false, [.renamed(false)]) == [.rename(Self.object), .done(.overtaken)])
    }

    @Test("a start whose outcome nobody knows is never repeated: the object gets another name and is inspected")
    func unclear() {
        let again: [Told] = [.renamed(true), .inspected(.neverStarted)]
        #expect(
            run(created: true, [.replied(.unclear("reset"))] + again + [.replied(.started)])
                == [.start, .rename(Self.object), .inspect(Self.object), .start, .done(.started)])
        #expect(
            run(created: true, [.replied(.unclear("reset")), .renamed(true), .inspected(.started)]).last
                == .done(.started))
    }

    @Test("it gives up after so many unclear starts, and only seeing that the last one did nothing", arguments: 1...4)
    func givingUp(tries: Int) {
        var told: [Told] = []
        for number in 1...tries {
            told += [.replied(.unclear("trouble \(number)")), .renamed(true)]
            #expect(run(created: true, tries: tries, told).last == .inspect(Self.object))
            #expect(run(created: true, tries: tries, told + [.inspected(.started)]).last == .done(.started))
            told.append(.inspected(.neverStarted))
        }
        let steps = run(created: true, tries: tries, told)
        #expect(steps.last == .done(.gaveUp("trouble \(tries)")))
        #expect(steps.count { $0 == .start } == tries)
    }

    @Test("whatever it is told, every start has a name of its own")
    func oneStartForEachName() {
        // All stories of eight answers, each told to the step that asks for it.
        func explore(_ attempt: StartAttempt, named: Bool, depth: Int) {
            guard depth > 0 else { return }
            switch attempt.next {
            case .rename:
                for found in [true, false] {
                    var next = attempt
                    next.renamed(found: found)
                    explore(next, named: found, depth: depth - 1)
                }
            case .inspect:
                for inspection in [StartAttempt.Inspection.neverStarted, .started, .gone] {
                    var next = attempt
                    next.inspected(inspection)
                    if next.next == .start { #expect(inspection == .neverStarted && named) }
                    explore(next, named: named, depth: depth - 1)
                }
            case .start:
                #expect(named)
                for reply in [StartAttempt.StartReply.started, .notFound, .refused("x"), .unclear("y")] {
                    var next = attempt
                    next.startReplied(reply)
                    #expect(next.next != .start)
                    explore(next, named: false, depth: depth - 1)
                }
            case .done: break
            }
        }
        explore(StartAttempt(object: Self.object, created: true), named: true, depth: 12)
        explore(StartAttempt(object: Self.object, created: false), named: false, depth: 12)
    }
}
