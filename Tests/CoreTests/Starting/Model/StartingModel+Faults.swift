import Core

/// What goes wrong: crashes, lost deliveries, lost answers.
extension StartingModel {
    mutating func fail(_ number: Int, _ state: State) {
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
    mutating func crash(_ number: Int, _ task: State.Task, _ base: State) {
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

    func putBack(_ state: inout State) { state.commands = min(2, state.commands + 1) }

    /// The worker keeps its object and puts the command back, whether or not the question reached a gateway.
    mutating func loseAnswer(_ number: Int, _ task: State.Task, _ base: State) {
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
    mutating func askAgain(_ number: Int, _ task: State.Task, _ base: State) {
        var next = base
        var object = next.object(Int(task.object))
        object.lateQuestion = true
        next.set(object, at: Int(task.object))
        add(.impatient(task: number), next, helps: false)
    }

    /// The worker does not learn what became of its rename, and renames once more, to another name.
    mutating func renameAgain(_ number: Int, _ task: State.Task, _ base: State) {
        var next = base
        var object = next.object(Int(task.object))
        object.lateRename = true
        next.set(object, at: Int(task.object))
        add(.impatient(task: number), next, helps: false)
    }

    /// The worker does not learn what became of its start, whether or not it has reached the engine.
    mutating func loseStart(_ number: Int, _ task: State.Task, _ base: State) {
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
