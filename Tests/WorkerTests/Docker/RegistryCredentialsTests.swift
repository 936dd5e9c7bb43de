import Foundation
import Testing

@testable import Worker

struct RegistryCredentialsTests {
    private func credentials(_ json: String) -> RegistryCredentials {
        RegistryCredentials(Array(json.utf8), path: "/config.json")
    }

    private func decoded(_ header: String?) throws -> [String: String]? {
        guard let header else { return nil }
        #expect(!header.contains("+") && !header.contains("/"))
        let standard = header.replacing("-", with: "+").replacing("_", with: "/")
        return try JSONDecoder().decode([String: String].self, from: #require(Data(base64Encoded: standard)))
    }

    @Test(arguments: [
        "https://index.docker.io/v1/", "index.docker.io", "docker.io", "https://registry-1.docker.io/v2/",
    ])
    func `Docker Hub's account is found for images without a registry`(_ key: String) throws {
        let auth = Data("user:pa:ss".utf8).base64EncodedString()
        let credentials = credentials(#"{"auths": {"\#(key)": {"auth": "\#(auth)"}}}"#)
        for image in ["busybox", "fnndsc/pl-x:1", "docker.io/library/busybox", "localdir/x@sha256:0"] {
            #expect(
                try decoded(credentials.header(for: image))
                    == ["username": "user", "password": "pa:ss", "serveraddress": key])
        }
        #expect(credentials.header(for: "ghcr.io/a/b") == nil)
        #expect(credentials.warnings.isEmpty)
    }

    @Test
    func `other registries are found by host and port, and every kind of secret is passed on`() throws {
        let credentials = credentials(
            """
            {"auths": {
                "ghcr.io": {"username": "me", "password": "ÿÿ>?"},
                "https://host:5000": {"identitytoken": "token", "auth": "PHRva2VuPjo="},
                "localhost": {"registrytoken": "bearer"},
                "empty.example": {}
            }}
            """)
        #expect(
            try decoded(credentials.header(for: "ghcr.io/a/b:1"))
                == ["username": "me", "password": "ÿÿ>?", "serveraddress": "ghcr.io"])
        #expect(
            try decoded(credentials.header(for: "host:5000/a"))
                == ["identitytoken": "token", "serveraddress": "https://host:5000"])
        #expect(
            try decoded(credentials.header(for: "localhost/a")) == [
                "registrytoken": "bearer", "serveraddress": "localhost",
            ])
        #expect(credentials.header(for: "host/a") == nil)
        #expect(credentials.header(for: "empty.example/a") == nil)
    }

    @Test
    func `credential helpers are told about`() {
        let credentials = credentials(#"{"auths": {}, "credsStore": "desktop", "credHelpers": {"gcr.io": "gcloud"}}"#)
        #expect(credentials.warnings.count == 2)
        #expect(credentials.warnings[0].contains("desktop"))
        #expect(credentials.warnings[1].contains("gcr.io"))
    }

    @Test
    func `the file is where Docker looks for it, and none is no trouble`() throws {
        let folder = NSTemporaryDirectory() + "/credentials-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(RegistryCredentials.load(environment: ["HOME": folder]).warnings.isEmpty)
        #expect(RegistryCredentials.load(environment: [:]).warnings.isEmpty)
        try FileManager.default.createDirectory(atPath: folder + "/.docker", withIntermediateDirectories: true)
        try #"{"auths": {"a.b": {"username": "u", "password": "p"}}}"#
            .write(toFile: folder + "/.docker/config.json", atomically: true, encoding: .utf8)
        #expect(RegistryCredentials.load(environment: ["HOME": folder]).header(for: "a.b/c") != nil)
        let other = ["HOME": "/nonexistent", "DOCKER_CONFIG": folder + "/.docker"]
        #expect(RegistryCredentials.load(environment: other).header(for: "a.b/c") != nil)
        try "not JSON".write(toFile: folder + "/.docker/config.json", atomically: true, encoding: .utf8)
        #expect(RegistryCredentials.load(environment: other).warnings.count == 1)
    }
}
