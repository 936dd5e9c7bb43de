import Core

/// One job, its workers, their engines, the log and the broker, with everything that may happen next.
///
/// Requests are on their way for as long as they like and are acted on at one moment; a worker that is frozen is one
/// whose request takes long while the broker gives its delivery to another. The engines behave as Docker does: start by
/// name, which runs again what has exited; rename and remove by id; what is not there is not found.
struct StartingModel {
    typealias State = ModelState

    enum Move: Hashable {
        case takeCommand(task: Int, object: Int)
        case takeStart(task: Int), takeRemove(task: Int, object: Int)
        case act(task: Int), answerLost(task: Int), impatient(task: Int), crash(task: Int), deliveryLost(task: Int)
        case late(String, object: Int), neverCreated(object: Int)
        case exit(object: Int), report(object: Int)
        case delete, end, publishAgain, catchUp
    }

    let world: ModelWorld
    private(set) var domain: ModelDomain
    /// The first rule that was seen broken.
    private(set) var violation: String?
    /// What broke it.
    private(set) var violatingMove: Move?
    private var successors: [(move: Move, state: State, helps: Bool)] = []

    init(_ world: ModelWorld) {
        self.world = world
        domain = ModelDomain(engineOfObject: world.engineOfObject)
    }

    var start: State {
        var state = State()
        state.faultsLeft = UInt8(world.faults)
        return state
    }

    /// Final, or deleted, with nothing left that is to be removed.
    func isSettled(_ state: State) -> Bool {
        let record = domain.records[Int(state.record)]
        guard let current = record.current else { return record.leftovers.isEmpty }
        return current.isFinal && !current.awaitsRemoval
    }

    /// The log says that nothing of the job is left to remove, because everything was.
    func isRemoved(_ state: State) -> Bool {
        let record = domain.records[Int(state.record)]
        guard let current = record.current else { return record.leftovers.isEmpty }
        return current.ended && current.removed
    }

    /// Everything that can happen next. Whatever `helps` needs no fault, no client and no luck: it is what the programs
    /// do when they are left alone.
    mutating func next(_ state: State) -> [(move: Move, state: State, helps: Bool)] {
        successors.removeAll(keepingCapacity: true)
        for task in world.engineOfTask.indices {
            if state.task(task).activity == .idle {
                takeCommands(task, state)
            } else {
                act(task, state)
                if state.faultsLeft > 0 { fail(task, state) }
            }
        }
        for object in world.engineOfObject.indices { engineActs(object, state) }
        logActs(state)
        return successors
    }

    private func keeps(_ rule: ModelRule) -> Bool { world.without != rule }

    private mutating func add(_ move: Move, _ state: State, helps: Bool = true) {
        if violation != nil, violatingMove == nil { violatingMove = move }
        successors.append((move, state, helps))
    }

    // MARK: A worker takes a command

    private mutating func takeCommands(_ number: Int, _ state: State) {
        let engine = world.engineOfTask[number]
        let here = world.engineOfObject.indices.filter { world.engineOfObject[$0] == engine }
        if state.commands > 0 {
            let found = here.filter { state.object($0).exists }
            let free = here.first { state.object($0).life == .absent && !isSpokenFor($0, state) }
            for object in found.isEmpty ? (free.map { [$0] } ?? []) : found {
                var next = state
                next.commands -= 1
                var task = State.Task()
                task.activity = found.isEmpty ? .creating : .asking
                task.object = UInt8(object)
                task.holdsDelivery = true
                if !found.isEmpty, !keeps(.renameWhatWasFound) { (task.created, task.holdsName) = (true, true) }
                next.set(task, at: number)
                add(.takeCommand(task: number, object: object), next)
            }
        }
        let record = domain.records[Int(state.record)]
        if state.chosen > 0, here.contains(Int(state.chosen) - 1), keeps(.takeOverFromTheSilent) {
            var task = State.Task()
            task.object = state.chosen - 1
            var next = state
            next.set(attempting(task), at: number)
            // A doubled or late command arrives at any time; a fresh one only while it is needed.
            add(.takeStart(task: number), next, helps: record.current?.awaitsStart ?? false)
        }
        if keeps(.removeByTheLog) {
            for object in here where isToBeRemoved(object, record) {
                var next = state
                var task = State.Task()
                task.activity = .removing
                task.object = UInt8(object)
                next.set(task, at: number)
                add(.takeRemove(task: number, object: object), next)
            }
        }
    }

    private func isToBeRemoved(_ object: Int, _ record: JobRecord) -> Bool {
        let id = ModelDomain.object(object)
        if let current = record.current, current.awaitsRemoval, current.placement?.object == id { return true }
        return record.leftovers.contains { $0.placement.object == id }
    }

    /// Whether the place is already taken by a create that is on its way.
    private func isSpokenFor(_ object: Int, _ state: State) -> Bool {
        state.object(object).lateCreate
            || world.engineOfTask.indices.contains {
                state.task($0).activity == .creating && Int(state.task($0).object) == object
            }
    }

    private mutating func attempting(_ task: State.Task) -> State.Task {
        var task = task
        task.activity = .attempting
        task.holdsDelivery = false
        let object = ModelDomain.object(Int(task.object))
        task.attempt = domain.number(of: StartAttempt(object: object, created: task.created, tries: 2))
        task.created = false
        return task
    }

    // MARK: A request arrives

    private mutating func act(_ number: Int, _ state: State) {
        var next = state
        var task = state.task(number)
        let object = Int(task.object)
        switch task.activity {
        case .idle: return
        case .creating:
            create(object, &next)
            task.activity = .asking
            (task.created, task.holdsName) = (true, true)
        case .asking:
            let verdict = ask(object, &next)
            switch verdict {
            case .go: task = attempting(task)
            case .no: task.activity = .withdrawing
            case .finished, .unknown: task = State.Task()
            }
            if task.activity == .withdrawing { (task.created, task.holdsName) = (false, false) }
        case .attempting:
            guard let (changed, after) = step(task, number, state) else { return }
            next = changed
            task = after
        case .withdrawing:
            remove(object, &next)
            task = State.Task()
        case .removing:
            remove(object, &next)
            next.record = domain.fold(.removed(object), onto: next.record).record
            task = State.Task()
        }
        next.set(task, at: number)
        add(.act(task: number), next)
    }

    private mutating func step(_ task: State.Task, _ number: Int, _ state: State) -> (State, State.Task)? {
        var next = state
        var task = task
        let object = Int(task.object)
        let life = state.object(object).life
        var attempt = domain.attempts[Int(task.attempt)]
        switch attempt.next {
        case .rename:
            let found = state.object(object).exists
            if found, keeps(.renameBeforeInspect), keeps(.neverReuseNames) { forgetNames(of: object, &next) }
            task.holdsName = found
            attempt.renamed(found: found)
            if found, !keeps(.inspectAfterRename) { attempt.inspected(.neverStarted) }
        case .inspect:
            switch life {
            case .held: attempt.inspected(.neverStarted)
            case .running, .exited: attempt.inspected(.started)
            case .absent, .removed: attempt.inspected(.gone)
            }
        case .start:
            let found = (task.holdsName || !keeps(.startByNameNotByID)) && state.object(object).exists
            if found { start(object, &next) }
            attempt.startReplied(found ? .started : .notFound)
            task.holdsName = false
        case .done: return nil
        }
        return (next, continued(task, attempt))
    }

    private mutating func continued(_ task: State.Task, _ attempt: StartAttempt) -> State.Task {
        if case .done = attempt.next { return State.Task() }
        var task = task
        task.attempt = domain.number(of: attempt)
        return task
    }

    // MARK: What the engine and the log do

    private func create(_ object: Int, _ state: inout State) {
        var created = state.object(object)
        created.life = .held
        created.lateCreate = false
        state.set(created, at: object)
    }

    private mutating func start(_ object: Int, _ state: inout State) {
        var started = state.object(object)
        guard started.life != .running else { return }
        if state.hasStarted { violation = "the job was started twice" }
        if Int(state.chosen) != object + 1 { violation = "an object was started that the log had not chosen" }
        if isRemoved(state) { violation = "an object was started after its removal" }
        state.hasStarted = true
        started.life = .running
        state.set(started, at: object)
    }

    private func remove(_ object: Int, _ state: inout State) {
        var removed = state.object(object)
        if removed.exists { removed = State.Object(life: .removed, lateQuestion: removed.lateQuestion) }
        removed.lateRemove = false
        state.set(removed, at: object)
        forgetNames(of: object, &state)
    }

    private func forgetNames(of object: Int, _ state: inout State) {
        for number in world.engineOfTask.indices where Int(state.task(number).object) == object {
            var task = state.task(number)
            guard task.holdsName else { continue }
            task.holdsName = false
            state.set(task, at: number)
        }
        var renamed = state.object(object)
        if keeps(.startByNameNotByID) { renamed.lateStart = false }
        state.set(renamed, at: object)
    }

    /// Appends the question and answers it.
    private mutating func ask(_ object: Int, _ state: inout State) -> GoAnswer.Verdict {
        let (record, outcome) = domain.fold(.placed(object), onto: state.record)
        if outcome == .go {
            if domain.records[Int(state.record)].current == nil { violation = "go after the deletion" }
            if state.chosen == 0 { state.chosen = UInt8(object + 1) }
            if Int(state.chosen) != object + 1 { violation = "two objects were told to go" }
        }
        state.record = record
        let answered =
            keeps(.answerByTheFold) ? outcome : domain.fold(.placed(object), onto: state.staleRecord).outcome
        guard let answer = GoAnswer(answered) else {
            violation = "a question had no answer"
            return .unknown
        }
        return answer.verdict
    }

    private mutating func engineActs(_ number: Int, _ state: State) {
        let object = state.object(number)
        if object.life == .running {
            var next = state
            var exited = object
            exited.life = .exited
            next.set(exited, at: number)
            add(.exit(object: number), next)
        }
        if object.life == .running || object.life == .exited {
            var next = state
            next.record =
                domain.fold(object.life == .running ? .running(number) : .exited(number), onto: state.record).record
            if next.record != state.record { add(.report(object: number), next) }
        }
        if object.lateCreate {
            var next = state
            create(number, &next)
            add(.late("create", object: number), next, helps: false)
            next = state
            next.set(State.Object(life: object.life), at: number)
            add(.neverCreated(object: number), next)
        }
        if object.lateStart {
            var next = state
            var other = object
            other.lateStart = false
            next.set(other, at: number)
            if other.exists { start(number, &next) }
            add(.late("start", object: number), next, helps: false)
        }
        if object.lateRename {
            var next = state
            var other = object
            other.lateRename = false
            next.set(other, at: number)
            if other.exists, keeps(.neverReuseNames), keeps(.renameBeforeInspect) { forgetNames(of: number, &next) }
            add(.late("rename", object: number), next, helps: false)
        }
        if object.lateRemove {
            var next = state
            remove(number, &next)
            add(.late("remove", object: number), next, helps: false)
        }
        if object.lateQuestion {
            var next = state
            var other = object
            other.lateQuestion = false
            next.set(other, at: number)
            _ = ask(number, &next)
            add(.late("question", object: number), next, helps: false)
        }
    }

    private mutating func logActs(_ state: State) {
        let record = domain.records[Int(state.record)]
        if record.current != nil {
            var next = state
            next.record = domain.fold(.deleted, onto: state.record).record
            add(.delete, next, helps: false)
        }
        if world.mayEnd, record.current?.isFinal == false {
            var next = state
            next.record = domain.fold(.ended, onto: state.record).record
            add(.end, next, helps: false)
        }
        if state.commands == 0, record.current?.needsWorker ?? false {
            var next = state
            next.commands = 1
            add(.publishAgain, next)
        }
        if !keeps(.answerByTheFold), state.staleRecord != state.record {
            var next = state
            next.staleRecord = state.record
            add(.catchUp, next)
        }
    }

    // MARK: Faults

    private mutating func fail(_ number: Int, _ state: State) {
        var base = state
        base.faultsLeft -= 1
        let task = state.task(number)
        crash(number, task, base)
        if task.holdsDelivery {
            var next = base
            var other = task
            other.holdsDelivery = false
            next.set(other, at: number)
            putBack(&next)
            add(.deliveryLost(task: number), next, helps: false)
        }
        switch task.activity {
        case .asking:
            loseAnswer(number, task, base)
            askAgain(number, task, base)
        case .attempting where domain.attempts[Int(task.attempt)].next == .rename(ModelDomain.object(Int(task.object))):
            renameAgain(number, task, base)
        case .attempting where domain.attempts[Int(task.attempt)].next == .start: loseStart(number, task, base)
        default: break
        }
    }

    /// Its request stays on its way.
    private mutating func crash(_ number: Int, _ task: State.Task, _ base: State) {
        var next = base
        var object = base.object(Int(task.object))
        switch task.activity {
        case .idle: return
        case .creating: object.lateCreate = true
        case .asking: object.lateQuestion = true
        case .withdrawing, .removing: object.lateRemove = true
        case .attempting:
            switch domain.attempts[Int(task.attempt)].next {
            case .rename: object.lateRename = true
            case .start: object.lateStart = object.lateStart || task.holdsName || !keeps(.startByNameNotByID)
            case .inspect, .done: break
            }
        }
        next.set(object, at: Int(task.object))
        if task.holdsDelivery { putBack(&next) }
        next.set(State.Task(), at: number)
        add(.crash(task: number), next, helps: false)
    }

    private func putBack(_ state: inout State) { state.commands = min(2, state.commands + 1) }

    /// The worker keeps its object and puts the command back, whether or not the question reached a gateway.
    private mutating func loseAnswer(_ number: Int, _ task: State.Task, _ base: State) {
        for asked in [true, false] {
            var next = base
            if asked {
                _ = ask(Int(task.object), &next)
            } else {
                var object = next.object(Int(task.object))
                object.lateQuestion = true
                next.set(object, at: Int(task.object))
            }
            if task.holdsDelivery { putBack(&next) }
            var after = State.Task()
            if !keeps(.withdrawOnlyOnNo) { (after.activity, after.object) = (.withdrawing, task.object) }
            next.set(after, at: number)
            add(asked ? .answerLost(task: number) : .impatient(task: number), next, helps: false)
        }
    }

    /// The worker keeps its command and sends the question once more.
    private mutating func askAgain(_ number: Int, _ task: State.Task, _ base: State) {
        var next = base
        var object = next.object(Int(task.object))
        object.lateQuestion = true
        next.set(object, at: Int(task.object))
        add(.impatient(task: number), next, helps: false)
    }

    /// The worker does not learn what became of its rename, and renames once more, to another name.
    private mutating func renameAgain(_ number: Int, _ task: State.Task, _ base: State) {
        var next = base
        var object = next.object(Int(task.object))
        object.lateRename = true
        next.set(object, at: Int(task.object))
        add(.impatient(task: number), next, helps: false)
    }

    /// The worker does not learn what became of its start, whether or not it has reached the engine.
    private mutating func loseStart(_ number: Int, _ task: State.Task, _ base: State) {
        let finds = (task.holdsName || !keeps(.startByNameNotByID)) && base.object(Int(task.object)).exists
        for arrived in finds ? [true, false] : [true] {
            var next = base
            var after = task
            if arrived, finds {
                start(Int(task.object), &next)
            } else if finds {
                var object = next.object(Int(task.object))
                object.lateStart = true
                next.set(object, at: Int(task.object))
            }
            if keeps(.neverRepeatAStart) {
                var attempt = domain.attempts[Int(task.attempt)]
                attempt.startReplied(.unclear("connection reset"))
                after.holdsName = false
                after = continued(after, attempt)
            }
            next.set(after, at: number)
            add(arrived ? .answerLost(task: number) : .impatient(task: number), next, helps: false)
        }
    }
}
