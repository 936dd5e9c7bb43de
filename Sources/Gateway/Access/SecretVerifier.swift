import CCrypt
import Crypto
import NIOPosix
import Threads

/// Compares secrets with what the access file says of them, in a time that does not depend on how much of them is right.
struct SecretVerifier: Sendable {
    /// Hashes of passwords are slow on purpose: on threads of their own, and only so many at once.
    private let threads: NIOThreadPool
    private let waiting = Locked(0)
    /// How many verifications may wait; more are refused, so that guessing costs the gateway two threads at most.
    static let limit = 32

    init(threads: NIOThreadPool) { self.threads = threads }

    enum Verdict: Sendable { case right, wrong, busy }

    func verify(_ secret: String, against expected: AccessFile.Secret) async -> Verdict {
        switch expected {
        case .digest(let digest):
            return Self.areEqual(Array(SHA256.hash(data: Array(secret.utf8))), digest) ? .right : .wrong
        case .crypt(let hash):
            let mayWait = waiting.withLock { waiting in
                guard waiting < Self.limit else { return false }
                waiting += 1
                return true
            }
            guard mayWait else { return .busy }
            defer { waiting.withLock { $0 -= 1 } }
            guard let isRight = try? await threads.runIfActive({ Self.matches(secret, hash) }) else { return .busy }
            return isRight ? .right : .wrong
        }
    }

    /// crypt(3): the hash itself says method, cost and salt.
    static func matches(_ secret: String, _ hash: String) -> Bool {
        // A zero byte would end the secret for C.
        guard !secret.utf8.contains(0) else { return false }
        var size: Int32 = 0
        var data: UnsafeMutableRawPointer?
        defer { free(data) }
        guard let result = crypt_ra(secret, hash, &data, &size) else { return false }
        return areEqual(Array(String(cString: result).utf8), Array(hash.utf8))
    }

    /// Looks at every byte, whatever the first difference is.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
