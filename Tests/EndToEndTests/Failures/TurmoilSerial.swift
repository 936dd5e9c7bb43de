import Support
import Testing

extension EndToEnd.Serial {
    @Suite struct TurmoilSerial {
        @Test func `Nothing is lost and nothing runs twice when gateways are killed`() async throws {
            try await withTurmoil { turmoil, _, _ in
                let turn = Turn()
                try await turmoil.run {
                    let gateway = turmoil.gateways[await turn.next() % 2]
                    try await gateway.kill()
                    try await gateway.start(until: .launched)
                }
            }
        }

        @Test func `Nothing is lost and nothing runs twice when workers are killed`() async throws {
            try await withTurmoil { turmoil, workers, _ in
                let turn = Turn()
                try await turmoil.run {
                    let worker = workers[await turn.next() % 2]
                    try await worker.kill()
                    try await worker.start(until: .launched)
                }
            }
        }

        @Test func `Nothing is lost and nothing runs twice when the broker is killed`() async throws {
            try await withTurmoil { turmoil, _, broker in
                var turmoil = turmoil
                turmoil.blows = 2
                try await turmoil.run {
                    try await broker.kill()
                    try await broker.start()
                }
            }
        }

        @Test(.enabled(if: Scale.isNightly, "Docker's own losses make it long: make nightly"))
        func `Nothing is lost and nothing runs twice when dockerd is restarted`() async throws {
            try await withTurmoil { turmoil, _, _ in
                var turmoil = turmoil
                turmoil.engineForgets = true
                let engine = turmoil.engine
                try await turmoil.run { try await engine.restart() }
            }
        }

        @Test(.enabled(if: Scale.isNightly, "Docker's own losses make it long: make nightly"))
        func `Nothing is lost and nothing runs twice when dockerd is killed`() async throws {
            try await withTurmoil { turmoil, _, _ in
                var turmoil = turmoil
                turmoil.engineForgets = true
                let engine = turmoil.engine
                try await turmoil.run {
                    try await engine.kill()
                    try await engine.restart()
                }
            }
        }

        @Test(
            .enabled(if: Scale.isNightly, "Docker's own losses make it long: make nightly"), arguments: [false, true])
        func `Nothing is lost and nothing runs twice when dockerd ends its containers`(isKilled: Bool) async throws {
            try await withTurmoil(liveRestore: false) { turmoil, _, _ in
                var turmoil = turmoil
                turmoil.engineForgets = true
                turmoil.restartEndsJobs = true
                let engine = turmoil.engine
                try await turmoil.run {
                    if isKilled { try await engine.kill() }
                    try await engine.restart()
                }
            }
        }

        private actor Turn {
            private var count = -1
            func next() -> Int {
                count += 1
                return count
            }
        }
    }
}
