import Core
import Crypto
import Foundation
import Glibc
import Logging
import NIOPosix
import Threads

/// Decides what a client may do by what it shows and by the access file, which is read again when it changes.
final class AccessControl: Sendable {
    /// Who a request comes from.
    struct Client: Sendable, Equatable {
        let name: String
        let role: Role
    }

    enum Decision: Sendable, Equatable {
        case known(Client)
        /// Nothing was shown, or it is wrong.
        case unknown
        /// Too many passwords are being checked.
        case busy
    }

    private struct State: Sendable {
        var file: AccessFile
        /// nil: there is no such file.
        var stamp: Stamp?
        var lookedAt: ContinuousClock.Instant
        /// What was found right a short while ago, by a keyed digest of what was shown.
        var verified: [[UInt8]: (client: Client, until: ContinuousClock.Instant)] = [:]
    }

    /// What tells that a file was changed or replaced.
    private struct Stamp: Sendable, Equatable {
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private let path: String
    private let verifier: SecretVerifier
    private let logger: Logger
    private let key = SymmetricKey(size: .bits256)
    private let state: Locked<State>
    private static let rememberFor: Duration = .seconds(300)
    private static let maximumRemembered = 1_000

    /// - Throws: `InvalidValue` saying what is wrong with the file.
    init(path: String, threads: NIOThreadPool, logger: Logger) throws(InvalidValue) {
        self.path = path
        self.logger = logger
        verifier = SecretVerifier(threads: threads)
        let (file, stamp) = try Self.read(path)
        state = Locked(State(file: file, stamp: stamp, lookedAt: .now))
    }

    func decide(_ header: String?) async -> Decision {
        guard let header, let shown = PresentedCredential(header: header) else { return .unknown }
        readAgainIfChanged()
        let digest = Array(HMAC<SHA256>.authenticationCode(for: Array(header.utf8), using: key))
        let (file, stamp, remembered) = state.withLock { ($0.file, $0.stamp, $0.verified[digest]) }
        if let remembered, remembered.until > .now { return .known(remembered.client) }
        let decision = await verify(shown, file)
        if case .known(let client) = decision {
            state.withLock { state in
                // Meanwhile the file may say something else.
                guard state.stamp == stamp else { return }
                if state.verified.count >= Self.maximumRemembered { state.verified.removeAll() }
                state.verified[digest] = (client, .now + Self.rememberFor)
            }
        }
        return decision
    }

    private func verify(_ shown: PresentedCredential, _ file: AccessFile) async -> Decision {
        switch shown {
        case .basic(let name, let password):
            guard let credential = file.byName[name] else { return .unknown }
            return await verify(password, credential)
        case .bearer(let token):
            // All of them, so that the time does not say which.
            var found = Decision.unknown
            for credential in file.byName.values {
                guard case .digest = credential.secret else { continue }
                if case .known(let client) = await verify(token, credential) { found = .known(client) }
            }
            return found
        }
    }

    private func verify(_ secret: String, _ credential: AccessFile.Credential) async -> Decision {
        switch await verifier.verify(secret, against: credential.secret) {
        case .right: .known(Client(name: credential.name, role: credential.role))
        case .wrong: .unknown
        case .busy: .busy
        }
    }

    private func readAgainIfChanged() {
        let mustLook = state.withLock { state in
            guard state.lookedAt.duration(to: .now) >= .seconds(1) else { return false }
            state.lookedAt = .now
            return true
        }
        let now = Self.stamp(path)
        guard mustLook, now != state.withLock({ $0.stamp }) else { return }
        do throws(InvalidValue) {
            let (file, stamp) = try Self.read(path)
            state.withLock { state in
                state.file = file
                state.stamp = stamp
                state.verified.removeAll()
            }
            logger.notice("AUTH_FILE was read again", metadata: ["entries": "\(file.byName.count)"])
        } catch {
            // Said once for each change.
            state.withLock { $0.stamp = now }
            logger.error(
                "AUTH_FILE was changed and is no good; the entries read before go on", metadata: ["problem": "\(error)"]
            )
        }
    }

    private static func read(_ path: String) throws(InvalidValue) -> (AccessFile, Stamp) {
        guard let stamp = stamp(path), let data = FileManager.default.contents(atPath: path) else {
            throw InvalidValue("cannot be read: \(String(cString: strerror(errno)))")
        }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            throw InvalidValue("is no text of at most 1 MiB")
        }
        return (try AccessFile(text), stamp)
    }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            inode: UInt(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }
}
