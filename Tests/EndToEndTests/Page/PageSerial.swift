import Foundation
import Support
import Testing

extension EndToEnd.Serial {
    /// The page at `/` in a real browser.
    @Suite struct PageSerial {
        @Test func `A job is seen to come, run and end, and another is cancelled`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: docker)
                try await Browser.with { page in
                    try await page.look(width: 1366, height: 860)
                    try await page.open(gateway.url)
                    try await page.see("live", in: "#connection")
                    try await page.see("No jobs", in: "#none")
                    try await page.see("docker", in: "#workers")

                    let job = try site.shell(
                        "i=0; until [ -e /share/incoming/enough ]; do i=$((i + 1)); echo line $i; sleep 0.2; done; echo the end"
                    )
                    try await gateway.api.submit(job)
                    try await page.see(job.jid, in: "#rows", within: .seconds(5))
                    try await page.see("running", in: "#rows")
                    try await page.click("#rows .row a")
                    try await page.see("line 2", in: ".output")
                    try await page.see("runs for", in: ".life")
                    try site.storage.write("", to: "\(job.inputDir)/enough")
                    try await page.see("succeeded", in: ".headline")
                    try await page.see("the end", in: ".output")
                    try await page.see("exited (0)", in: ".headline")
                    for part in ["submitted", "placed on an engine", "finished"] {
                        try await page.see(part, in: ".history")
                    }
                    #expect(try await page.evaluate("return location.hash").string == "#/jobs/docker/\(job.jid)")
                    try await page.picture("job")

                    for script in ["exit 3", "exit 137", "echo fine"] {
                        try await gateway.api.submit(try site.shell(script))
                    }
                    let endless = try site.shell("while true; do date; sleep 0.2; done")
                    try await gateway.api.submit(endless)
                    try await page.press(Key.escape)
                    try await page.see(endless.jid, in: "#rows", within: .seconds(5))
                    try await page.press("/\(endless.jid)")
                    try await page.eventuallyTrue("document.querySelectorAll('#rows .row').length === 1")
                    try await page.see("running", in: "#rows")
                    // Enter goes into the list, Enter opens, c cancels.
                    try await page.press(Key.enter + Key.enter)
                    try await page.see(endless.jid, in: "#job-title")
                    try await page.eventuallyTrue("document.querySelector('#job .danger')?.offsetWidth > 0")
                    try await page.press("c")
                    try await page.eventuallyTrue("document.activeElement.id === 'ask-field'")
                    try await page.picture("cancel")
                    try await page.press("wrong data set" + Key.enter)
                    try await page.see("failed", in: ".headline")
                    try await page.see("wrong data set", in: "#job")
                    let ended = try await gateway.api.waitForEnd(endless.jid)
                    #expect(ended["status"] == "finishedWithError")
                    try await page.press(Key.escape + Key.escape)
                    try await page.eventuallyTrue("document.querySelectorAll('#rows .row').length === 5")
                    try await page.see("exited (3)", in: "#rows")
                    try await page.picture("light")
                    try await page.click("[data-status=finishedWithError].chip")
                    try await page.see("3 of 5", in: "#shown")
                    #expect(try await page.text("#rows").contains(endless.jid))
                    #expect(try await page.complaints() == [])
                }
            }
        }

        @Test func `What is wrong is said within ten seconds, also that the gateway is gone`() async throws {
            let docker = try await Services.docker
            try await withFigures { site, gateway, _ in
                let worker = try await site.worker(on: docker)
                try await Browser.with { page in
                    try await page.look(width: 1366, height: 860)
                    try await page.open(gateway.url)
                    try await page.see("docker", in: "#workers")
                    try await worker.kill()
                    let killed = ContinuousClock.now
                    let requests = try (0..<12).map { try site.shell("echo \($0)") }
                    for request in requests { try await gateway.api.submit(request) }
                    try await page.see("Nothing is heard from the worker", in: "#problems", within: .seconds(15))
                    #expect(killed.duration(to: .now) < .seconds(10))
                    // The gateway forgets a worker after fifteen seconds.
                    try await page.see("has no worker", in: "#problems")
                    try await page.see("no worker", in: "#rows")
                    try await page.picture("trouble")

                    try await gateway.kill()
                    try await page.see("Lost the gateway since", in: "#lost", within: .seconds(5))
                    try await page.picture("lost")
                    try await gateway.start()
                    try await page.eventuallyTrue("document.getElementById('lost').hidden", within: .seconds(15))

                    try await worker.start()
                    try await page.eventuallyTrue(
                        "document.querySelector('.chip[data-status=finishedSuccessfully]').innerText.endsWith('12')",
                        within: .seconds(40))
                    try await page.eventuallyTrue("document.getElementById('problems').innerText === ''")
                    #expect(try await page.complaints() == [])
                }
            }
        }

        @Test func `What comes from jobs is only ever text`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: docker)
                let script = "printf '\\033[31m<img src=x onerror=\"window.harm=1\">\\007\\n'; sleep 2"
                var job = try site.job(
                    JobRequest(entrypoint: ["/bin/sh", "-c", script, "<script>window.harm=1</script>"]))
                job.env = ["A=<b>\u{202E}"]
                try await gateway.api.submit(job)
                try await Browser.with { page in
                    try await page.look(width: 1366, height: 860)
                    try await page.open("\(gateway.url)/#/jobs/docker/\(job.jid)")
                    try await page.see("^[[31m<img src=x", in: ".output")
                    try await page.see("^G", in: ".output")
                    try await page.see("<script>window.harm=1</script>", in: ".facts")
                    try await page.see("succeeded", in: ".headline")
                    try await page.see("^[[31m<img src=x", in: ".output")
                    #expect(try await page.evaluate("return window.harm === undefined") == true)
                    #expect(
                        try await page.evaluate("return document.querySelectorAll('main img, #job img, script').length")
                            == 1)
                    // Nor would an inline script run.
                    let inline = "const s = document.createElement('script'); s.textContent = 'window.harm = 1';"
                    _ = try await page.evaluate(inline + "document.body.append(s)")
                    #expect(try await page.evaluate("return window.harm === undefined") == true)
                }
            }
        }

        @Test func `Ten thousand jobs are no burden, and fit on a phone`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway()
                let count = 10_000
                let images = ["fnndsc/pl-dircopy:2.1.2", "fnndsc/pl-dcm2niix:1.0.0", "fnndsc/pl-brainmgz:1.4.2"]
                try await forEachTogether(Array(0..<count), width: 32) { number in
                    var request = JobRequest(
                        jid: "job-\(number)", entrypoint: ["convert"], args: ["--subject", "\(number * 7919 % count)"])
                    request.image = images[number % images.count]
                    try await gateway.api.submit(request)
                }
                try await Browser.with { page in
                    try await page.look(width: 1366, height: 860)
                    try await page.open(gateway.url)
                    try await page.see("10,000", in: "#jobs-count", within: .seconds(30))
                    #expect((try await page.evaluate("return document.querySelectorAll('.row').length").int ?? 0) < 120)

                    // Scrolls through the whole list while jobs go on coming; how long each frame took.
                    _ = try await page.evaluate(Self.scrolling)
                    for number in 0..<40 { try await gateway.api.submit(JobRequest(jid: "later-\(number)")) }
                    try await page.eventuallyTrue("window.frames60?.done === true", within: .seconds(30))
                    let slowest = try await page.evaluate("return window.frames60.slowest").int ?? .max
                    #expect(slowest < 500, "milliseconds of the slowest frame")
                    try await page.see("10,040", in: "#jobs-count")

                    try await page.press("/job-9999" + Key.enter)
                    try await page.eventuallyTrue("document.querySelectorAll('#rows .row').length === 1")
                    try await page.press(Key.escape)

                    try await page.look(width: 1366, height: 860, isDark: true)
                    try await page.press("j" + Key.down + Key.enter)
                    try await page.see("job-", in: "#job-title")
                    try await page.picture("dark")
                    let dark = "getComputedStyle(document.body).backgroundColor === 'rgb(15, 18, 22)'"
                    #expect(try await page.evaluate("return \(dark)") == true)
                    try await page.press(Key.escape)

                    try await page.look(width: 390, height: 844)
                    try await page.eventuallyTrue("innerWidth === 390")
                    let fits = "return document.documentElement.scrollWidth <= innerWidth"
                    #expect(try await page.evaluate(fits) == true)
                    _ = try await page.evaluate("document.querySelector('.tabs').scrollIntoView()")
                    try await page.picture("phone")
                    try await page.click("#rows .row:nth-child(3) a")
                    try await page.see("-", in: "#job-title")
                    #expect(try await page.evaluate(fits) == true)
                    #expect(try await page.complaints() == [])
                }
            }
        }

        private static let scrolling = """
            const state = window.frames60 = { done: false, slowest: 0, count: 0 };
            let before = performance.now();
            const step = (now) => {
              if (state.count > 2) state.slowest = Math.max(state.slowest, Math.round(now - before));
              before = now;
              state.count += 1;
              if (state.count > 120) { scrollTo(0, 0); state.done = true; return; }
              scrollTo(0, document.body.scrollHeight * state.count / 120);
              requestAnimationFrame(step);
            };
            requestAnimationFrame(step);
            """
    }
}
