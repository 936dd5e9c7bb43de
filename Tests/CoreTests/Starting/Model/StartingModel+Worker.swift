import Core

/// What workers do: each takes a command, and then every step is the moment at which its request arrives.
extension StartingModel {
    mutating func takeCommands(_ number: Int, _ state: State) {
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

    func isToBeRemoved(_ object: Int, _ record: JobRecord) -> Bool {
        let id = ModelDomain.object(object)
        if let current = record.current, current.awaitsRemoval, current.placement?.object == id { return true }
        return record.leftovers.contains { $0.placement.object == id }
    }

    /// Whether the place is already taken by a create that is on its way.
    func isSpokenFor(_ object: Int, _ state: State) -> Bool {
        state.object(object).lateCreate
            || world.engineOfTask.indices.contains {
                state.task($0).activity == .creating && Int(state.task($0).object) == object
            }
    }

    mutating func attempting(_ task: State.Task) -> State.Task {
        var task = task
        task.activity = .attempting
        task.holdsDelivery = false
        let object = ModelDomain.object(Int(task.object))
        task.attempt = domain.number(of: StartAttempt(object: object, created: task.created, tries: 2))
        task.created = false
        return task
    }

    mutating func act(_ number: Int, _ state: State) {
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

    mutating func step(_ task: State.Task, _ number: Int, _ state: State) -> (State, State.Task)? {
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

    mutating func continued(_ task: State.Task, _ attempt: StartAttempt) -> State.Task {
        if case .done = attempt.next { return State.Task() }
        var task = task
        task.attempt = domain.number(of: attempt)
        return task
    }
}
