/// Visits every state that a model can reach, nearest first.
struct ModelExplorer {
    struct Report: CustomStringConvertible {
        var states = 0
        /// Whether every reachable state was visited.
        var isComplete = false
        var violation: String?
        /// How it came to that.
        var story: [StartingModel.Move] = []

        var description: String {
            "\(states) states, \(isComplete ? "all" : "not all"), \(violation ?? "no violation")"
                + story.map { "\n    \($0)" }.joined()
        }
    }

    private var model: StartingModel
    private let limit: Int
    private var states: [ModelState] = []
    private var parents: [Int32] = []
    private var numbers: [ModelState.Key: Int32] = [:]
    /// Steps that help, backwards: for each state the newest step into it, and for each step the one before.
    private var newestStepInto: [Int32] = []
    private var steps: [(from: Int32, before: Int32)] = []
    private var settled: [Int32] = []

    init(_ world: ModelWorld, limit: Int) {
        model = StartingModel(world)
        self.limit = limit
        numbers.reserveCapacity(limit)
    }

    static func explore(_ world: ModelWorld, limit: Int) -> Report {
        var explorer = ModelExplorer(world, limit: limit)
        return explorer.run()
    }

    private mutating func run() -> Report {
        var report = Report()
        _ = number(of: model.start, from: -1)
        var current = 0
        while current < states.count, states.count <= limit {
            let state = states[current]
            if model.isSettled(state) { settled.append(Int32(current)) }
            for (_, next, helps) in model.next(state) {
                let found = number(of: next, from: Int32(current))
                if helps {
                    steps.append((Int32(current), newestStepInto[Int(found)]))
                    newestStepInto[Int(found)] = Int32(steps.count - 1)
                }
            }
            if let violation = model.violation ?? forgotten(state) {
                report.violation = violation
                let last = model.violatingMove
                report.story = story(current) + (last.map { [$0] } ?? [])
                report.states = states.count
                return report
            }
            current += 1
        }
        report.states = states.count
        report.isComplete = current == states.count
        if report.isComplete, let stuck = firstStuck() {
            report.violation = "nothing leads on to the end of the job"
            report.story = story(stuck)
        }
        return report
    }

    private mutating func number(of state: ModelState, from parent: Int32) -> Int32 {
        let key = state.key
        if let known = numbers[key] { return known }
        let number = Int32(states.count)
        numbers[key] = number
        states.append(state)
        parents.append(parent)
        newestStepInto.append(-1)
        return number
    }

    /// When everything is said to be removed, nothing may be running.
    private func forgotten(_ state: ModelState) -> String? {
        guard model.isRemoved(state) else { return nil }
        let runs = model.world.engineOfObject.indices.contains { state.object($0).life == .running }
        return runs ? "an object runs that is said to be removed" : nil
    }

    /// The nearest state from which the programs, left alone, never come to the end of the job.
    private func firstStuck() -> Int? {
        var leads = [Bool](repeating: false, count: states.count)
        var waiting = settled
        for number in settled { leads[Int(number)] = true }
        while let number = waiting.popLast() {
            var step = newestStepInto[Int(number)]
            while step >= 0 {
                let (from, before) = steps[Int(step)]
                if !leads[Int(from)] {
                    leads[Int(from)] = true
                    waiting.append(from)
                }
                step = before
            }
        }
        return leads.firstIndex(of: false)
    }

    private mutating func story(_ number: Int) -> [StartingModel.Move] {
        var path = [number]
        while let last = path.last, parents[last] >= 0 { path.append(Int(parents[last])) }
        path.reverse()
        return zip(path, path.dropFirst()).compactMap { from, to in
            let key = states[to].key
            return model.next(states[from]).first { $0.state.key == key }?.move
        }
    }
}
