/// One moment of a model.
struct ModelState {
    enum Activity: UInt8 {
        case idle
        /// The request to create an object is on its way.
        case creating
        /// The question whether the object may start is on its way.
        case asking
        /// The next request of a `StartAttempt` is on its way.
        case attempting
        /// The removal of its own object is on its way.
        case withdrawing
        /// The removal that the dispatcher ordered is on its way.
        case removing
    }

    struct Task {
        var activity = Activity.idle
        /// The object that it is about.
        var object: UInt8 = 0
        /// Which `StartAttempt`, by its number in the table.
        var attempt: UInt8 = 0
        /// It created the object itself.
        var created = false
        /// The name that it holds is the one that the object has.
        var holdsName = false
        /// The broker still counts the run command as delivered to it.
        var holdsDelivery = false

        var bits: UInt64 {
            UInt64(activity.rawValue) | UInt64(object) << 3 | UInt64(attempt) << 5 | (created ? 1 << 11 : 0)
                | (holdsName ? 1 << 12 : 0) | (holdsDelivery ? 1 << 13 : 0)
        }
    }

    enum Life: UInt8 { case absent, held, running, exited, removed }

    struct Object {
        var life = Life.absent
        // Requests of crashed or impatient workers that the engine or a gateway may still act on, or never.
        var lateCreate = false
        /// Under the name that the object has.
        var lateStart = false
        var lateRename = false
        var lateRemove = false
        var lateQuestion = false

        var exists: Bool { life == .held || life == .running || life == .exited }

        var bits: UInt64 {
            UInt64(life.rawValue) | (lateCreate ? 8 : 0) | (lateStart ? 16 : 0) | (lateRename ? 32 : 0)
                | (lateRemove ? 64 : 0) | (lateQuestion ? 128 : 0)
        }
    }

    var tasks: (Task, Task, Task) = (Task(), Task(), Task())
    var objects: (Object, Object, Object, Object) = (Object(), Object(), Object(), Object())
    /// What the log says, by its number in the table.
    var record: UInt8 = 0
    /// What a gateway that lags behind has read of it.
    var staleRecord: UInt8 = 0
    /// Run commands that wait.
    var commands: UInt8 = 1
    var faultsLeft: UInt8 = 0
    /// The object, plus one, that the fold chose.
    var chosen: UInt8 = 0
    var hasStarted = false

    func task(_ number: Int) -> Task {
        switch number {
        case 0: tasks.0
        case 1: tasks.1
        default: tasks.2
        }
    }

    mutating func set(_ task: Task, at number: Int) {
        switch number {
        case 0: tasks.0 = task
        case 1: tasks.1 = task
        default: tasks.2 = task
        }
    }

    func object(_ number: Int) -> Object {
        switch number {
        case 0: objects.0
        case 1: objects.1
        case 2: objects.2
        default: objects.3
        }
    }

    mutating func set(_ object: Object, at number: Int) {
        switch number {
        case 0: objects.0 = object
        case 1: objects.1 = object
        case 2: objects.2 = object
        default: objects.3 = object
        }
    }

    /// The whole state in two words.
    var key: Key {
        let first =
            tasks.0.bits | tasks.1.bits << 14 | tasks.2.bits << 28 | UInt64(record) << 42 | UInt64(staleRecord) << 50
        let others =
            UInt64(commands) << 32 | UInt64(faultsLeft) << 34 | UInt64(chosen) << 38 | (hasStarted ? 1 << 41 : 0)
        return Key(
            first: first,
            second: objects.0.bits | objects.1.bits << 8 | objects.2.bits << 16 | objects.3.bits << 24 | others)
    }

    struct Key: Hashable {
        let first: UInt64
        let second: UInt64
    }
}
