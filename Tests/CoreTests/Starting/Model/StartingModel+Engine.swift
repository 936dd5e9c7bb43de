import Core

/// What engines, the log and those who write into it do.
extension StartingModel {
    func create(_ object: Int, _ state: inout State) {
        var created = state.object(object)
        created.life = .held
        created.lateCreate = false
        state.set(created, at: object)
    }

    mutating func start(_ object: Int, _ state: inout State) {
        var started = state.object(object)
        guard started.life != .running else { return }
        if state.hasStarted { violation = "the job was started twice" }
        if Int(state.chosen) != object + 1 { violation = "an object was started that the log had not chosen" }
        if isRemoved(state) { violation = "an object was started after its removal" }
        state.hasStarted = true
        started.life = .running
        state.set(started, at: object)
    }

    func remove(_ object: Int, _ state: inout State) {
        var removed = state.object(object)
        if removed.exists { removed = State.Object(life: .removed, lateQuestion: removed.lateQuestion) }
        removed.lateRemove = false
        state.set(removed, at: object)
        forgetNames(of: object, &state)
    }

    func forgetNames(of object: Int, _ state: inout State) {
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
    mutating func ask(_ object: Int, _ state: inout State) -> GoAnswer.Verdict {
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

    mutating func engineActs(_ number: Int, _ state: State) {
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

    mutating func logActs(_ state: State) {
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
}
