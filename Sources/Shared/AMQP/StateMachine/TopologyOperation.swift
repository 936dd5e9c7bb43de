/// One go at declaring something.
enum TopologyOperation: Sendable, Equatable {
    /// Everything, after connecting.
    case initial
    /// Everything again, because a queue that a consumer reads has gone.
    case again
    /// An addition that the call with this id asked for.
    case addition(UInt64)
}
