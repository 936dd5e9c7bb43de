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
    var domain: ModelDomain
    /// The first rule that was seen broken.
    var violation: String?
    /// What broke it.
    var violatingMove: Move?
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

    func keeps(_ rule: ModelRule) -> Bool { world.without != rule }

    mutating func add(_ move: Move, _ state: State, helps: Bool = true) {
        if violation != nil, violatingMove == nil { violatingMove = move }
        successors.append((move, state, helps))
    }
}
