/// What becomes of a delivery.
enum Settlement: Sendable {
    case acknowledge(multiple: Bool)
    case reject(requeue: Bool)
}
