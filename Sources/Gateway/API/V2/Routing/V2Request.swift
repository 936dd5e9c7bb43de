import Core
import Foundation
import HTTPTypes
import Hummingbird

/// A request of version 2 with what its path and query say.
struct V2Request: Sendable {
    let method: HTTPRequest.Method
    let headers: HTTPFields
    /// The parts of the path that stand in braces in the route's pattern, without percent-encoding.
    let pathParts: [String: String]
    let query: [String: String]
    let body: RequestBody

    /// The job that `{backend}` and `{jid}` name.
    /// - Throws: 404 where no job can be meant.
    func job() throws(V2Failure) -> JobKey {
        let name = pathParts["backend"] ?? ""
        guard let backend = Self.backend(name) else {
            throw V2Failure(
                .notFound, "There is no backend \"\(name.forMessage)\"; it must be one of \(Self.backendNames)")
        }
        guard let job = try? JobID(pathParts["jid"] ?? "") else {
            throw V2Failure(.notFound, "There is no such job; no job id has this form")
        }
        return JobKey(backend: backend, job: job)
    }

    /// - Throws: 400 naming the parameter.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(V2Failure) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), text == String(number), range.contains(number) else {
            throw .field(name, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Throws: 400 naming the parameter.
    func backend(_ name: String) throws(V2Failure) -> Backend? {
        guard let text = query[name] else { return nil }
        guard let backend = Self.backend(text) else { throw .field(name, "must be one of \(Self.backendNames)") }
        return backend
    }

    private static let backendNames = "docker, podman, swarm, kubernetes, openshift, cromwell, slurm"

    /// Exactly as the description has it, where settings may also be in capitals.
    private static func backend(_ name: String) -> Backend? {
        name == name.lowercased() ? try? Backend(named: name) : nil
    }

    /// - Throws: 400 naming the parameter.
    func bool(_ name: String) throws(V2Failure) -> Bool? {
        switch query[name] {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw .field(name, "must be true or false")
        }
    }

    /// - Throws: 400 naming the parameter.
    func parsed<Value>(
        _ name: String, _ parse: (String) throws(InvalidValue) -> Value
    ) throws(V2Failure) -> Value? {
        guard let text = query[name] else { return nil }
        do throws(InvalidValue) { return try parse(text) } catch { throw .field(name, error.description) }
    }

    /// The body as JSON.
    /// - Parameter limit: in bytes.
    /// - Returns: nil when there is none.
    /// - Throws: 400, 413 or 415.
    func json(limit: Int = 64 << 10) async throws(V2Failure) -> JSONValue? {
        let bytes: [UInt8]
        do {
            var buffer = try await body.collect(upTo: limit)
            bytes = buffer.readBytes(length: buffer.readableBytes) ?? []
        } catch {
            throw V2Failure(
                .contentTooLarge, "The request body could not be read, or is larger than \(limit >> 10) KiB")
        }
        guard !bytes.isEmpty else { return nil }
        let type = headers[.contentType]?.split(separator: ";").first.map(String.init) ?? ""
        guard type.trimmingCharacters(in: .whitespaces).lowercased() == "application/json" else {
            throw V2Failure(.unsupportedMediaType, "The request's Content-Type must be application/json")
        }
        guard let value = try? JSONMessage.decode(JSONValue.self, from: bytes) else {
            throw V2Failure(.badRequest, "The request body is not JSON")
        }
        return value
    }
}
