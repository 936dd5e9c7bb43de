/// The channels of one connection.
struct ChannelTable: Sendable {
    private var roles: [UInt16: ChannelRole] = [:]
    private var free: [UInt16] = []
    private var last: UInt16 = 0
    private let maximum: UInt16

    /// - Parameter maximum: as negotiated with the broker.
    init(maximum: UInt16) {
        self.maximum = maximum
    }

    /// - Returns: nil when the broker allows no more.
    mutating func open(_ role: ChannelRole) -> UInt16? {
        if let channel = free.popLast() {
            roles[channel] = role
            return channel
        }
        guard last < maximum else { return nil }
        last += 1
        roles[last] = role
        return last
    }

    func role(of channel: UInt16) -> ChannelRole? {
        roles[channel]
    }

    mutating func markClosing(_ channel: UInt16) {
        roles[channel] = .closing
    }

    mutating func remove(_ channel: UInt16) {
        if roles.removeValue(forKey: channel) != nil { free.append(channel) }
    }
}
