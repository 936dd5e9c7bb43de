/// The one object of the one engine that may run a submission.
public struct Placement: Sendable, Hashable, Codable {
    public let engine: EngineID
    public let object: ObjectID

    public init(engine: EngineID, object: ObjectID) {
        self.engine = engine
        self.object = object
    }
}
