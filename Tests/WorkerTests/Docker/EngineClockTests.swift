import Foundation
import HTTPClient
import Testing

@testable import Worker

@Suite struct EngineClockTests {
    @Test func `an engine's time is what its answers say, and goes on from there`() {
        let clock = EngineClock()
        #expect(abs(clock.now.timeIntervalSinceNow) < 1)
        func note(_ headers: [String: String], secondsAgo: Int = 0) {
            clock.note(HTTPResponse(status: 200, headers: headers, body: []), at: .now - .seconds(secondsAgo))
        }
        note(["date": "Sun, 06 Nov 1994 08:49:37 GMT"], secondsAgo: 10)
        #expect(abs(clock.now.timeIntervalSince1970 - (784_111_777 + 10)) < 1)
        for header in [[:], ["date": "yesterday"], ["date": ""]] {
            note(header)
            #expect(abs(clock.now.timeIntervalSince1970 - (784_111_777 + 10)) < 2)
        }
    }
}
