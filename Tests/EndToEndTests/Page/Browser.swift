import Foundation
import Support

/// Headless Chromium, told what to do over the WebDriver protocol (https://www.w3.org/TR/webdriver2/).
struct Browser: Sendable {
    private let driver: ManagedProcess
    private let http: HTTPClientOfTests
    private let directory: TemporaryDirectory
    private let session: String

    private init(
        driver: ManagedProcess, http: HTTPClientOfTests, directory: TemporaryDirectory, session: String
    ) {
        self.driver = driver
        self.http = http
        self.directory = directory
        self.session = session
    }

    /// Runs `body` with a browser of its own.
    static func with(_ body: (Browser) async throws -> Void) async throws {
        let browser = try await start()
        do { try await body(browser) } catch {
            await browser.stop()
            throw error
        }
        await browser.stop()
    }

    private static func start() async throws -> Browser {
        let directory = try TemporaryDirectory("browser")
        let port = try FreePort.pick()
        let environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory.path, "TMPDIR": directory.path, "LANG": "C.UTF-8",
        ]
        let driver = try ManagedProcess(
            "chromedriver", program: "chromedriver", arguments: ["--port=\(port)"], environment: environment,
            logFile: directory.file("log"))
        let http = HTTPClientOfTests(.tcp(host: "127.0.0.1", port: port), connections: 2)
        try await eventually("chromedriver answers", lastSeen: { driver.log.tail() }) {
            try await http.send("GET", "/status", timeout: .seconds(5)).json["value"]["ready"] == true
        }
        let arguments: JSONValue = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--force-color-profile=srgb", "--window-size=1366,860",
        ]
        let wanted: JSONValue = [
            "capabilities": [
                "alwaysMatch": [
                    "goog:chromeOptions": ["args": arguments], "goog:loggingPrefs": ["browser": "ALL"],
                ]
            ]
        ]
        let answer = try await http.send("POST", "/session", body: wanted.bytes, timeout: .seconds(60))
        guard let session = answer.json["value"]["sessionId"].string else {
            throw SupportError("no browser: \(answer.text.prefix(1000))")
        }
        return Browser(driver: driver, http: http, directory: directory, session: session)
    }

    private func stop() async {
        _ = try? await http.send("DELETE", "/session/\(session)", timeout: .seconds(10))
        try? await driver.killAndWait()
        directory.remove()
    }

    @discardableResult
    private func call(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let answer = try await http.send(
            method, "/session/\(session)\(path)", headers: ["Content-Type": "application/json"], body: body?.bytes,
            timeout: .seconds(60))
        guard answer.status == 200 else { throw SupportError("\(path): \(answer.text.prefix(600))") }
        return answer.json["value"]
    }

    func open(_ url: String) async throws { try await call("POST", "/url", ["url": .string(url)]) }

    /// What a function body returns in the page.
    func evaluate(_ script: String) async throws -> JSONValue {
        try await call("POST", "/execute/sync", ["script": .string(script), "args": []])
    }

    /// The text of the first element that a selector finds as it is seen; empty without one.
    func text(_ selector: String) async throws -> String {
        try await evaluate("return document.querySelector(\(JSONValue.string(selector)))?.innerText ?? ''").string ?? ""
    }

    /// Waits until an element's text contains `part`.
    func see(_ part: String, in selector: String, within: Duration = .seconds(20)) async throws {
        try await eventually(
            within: within, every: .milliseconds(100), "\(selector) shows \"\(part)\"",
            lastSeen: { try? await self.text(selector) }
        ) { try await text(selector).contains(part) }
    }

    /// Waits until a script returns true.
    func eventuallyTrue(_ script: String, within: Duration = .seconds(20)) async throws {
        try await eventually(within: within, every: .milliseconds(100), "\(script)") {
            try await evaluate("return \(script)") == true
        }
    }

    /// Clicks as a person does: the element has to be there and uncovered.
    func click(_ selector: String) async throws {
        try await eventually("\(selector) can be clicked") {
            let found = try await call(
                "POST", "/element", ["using": "css selector", "value": .string(selector)])
            guard let element = found.object?.values.first?.string else { return false }
            try await call("POST", "/element/\(element)/click", [:])
            return true
        }
    }

    /// Presses keys one after the other.
    func press(_ keys: String) async throws {
        let actions = keys.flatMap { key -> [JSONValue] in
            let value = JSONValue.string(String(key))
            return [["type": "keyDown", "value": value], ["type": "keyUp", "value": value]]
        }
        try await call(
            "POST", "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }

    /// The size of the page, and whether it is dark.
    func look(width: Int, height: Int, isDark: Bool = false) async throws {
        try await devtools(
            "Emulation.setDeviceMetricsOverride",
            ["width": .int(width), "height": .int(height), "deviceScaleFactor": 1, "mobile": .bool(width < 600)])
        try await devtools(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
    }

    private func devtools(_ command: String, _ parameters: JSONValue) async throws {
        try await call("POST", "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }

    /// Keeps a picture in `docs/page` when PMAN_TEST_SCREENSHOTS names that folder.
    func picture(_ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["PMAN_TEST_SCREENSHOTS"] else { return }
        let picture = try await call("GET", "/screenshot").string ?? ""
        guard let data = Data(base64Encoded: picture) else { throw SupportError("no picture") }
        try data.write(to: URL(filePath: "\(folder)/\(name).png"))
    }

    /// What the page complained of since the last time, but for requests that failed.
    func complaints() async throws -> [String] {
        let entries = try await call("POST", "/se/log", ["type": "browser"]).array ?? []
        return entries.compactMap { entry in
            guard entry["level"] == "SEVERE", entry["source"] != "network" else { return nil }
            return entry["message"].string
        }
    }
}

/// Keys that are no characters, as WebDriver names them.
enum Key {
    static let enter = "\u{E007}"
    static let escape = "\u{E00C}"
    static let down = "\u{E015}"
}
