import Exposition
import Metrics
import Testing

struct ExpositionTests {
    @Test func `Counters, gauges and histograms are written as Prometheus reads them`() async {
        let exposition = Exposition()
        exposition.describe("jobs_total", .counter, help: "Jobs.\nAll \\ of them.")
        exposition.describe("wait_seconds", .histogram, help: "Waiting.", buckets: [0.5, 1])
        Counter(label: "jobs_total", dimensions: [("id", "a\"b\\c\nd")], factory: exposition).increment(by: 2)
        Counter(label: "jobs_total", dimensions: [("id", "a\"b\\c\nd")], factory: exposition).increment()
        Gauge(label: "depth", factory: exposition).record(1.5)
        let wait = Timer(label: "wait_seconds", factory: exposition)
        for milliseconds in [100, 500, 700, 9000] { wait.recordMilliseconds(milliseconds) }
        exposition.collect("now", help: "Asked for.") { [Sample([("x", "1")], 7)] }
        #expect(
            await exposition.text() == #"""
                # HELP depth 
                # TYPE depth gauge
                depth 1.5
                # HELP jobs_total Jobs.\nAll \\ of them.
                # TYPE jobs_total counter
                jobs_total{id="a\"b\\c\nd"} 3
                # HELP now Asked for.
                # TYPE now gauge
                now{x="1"} 7
                # HELP wait_seconds Waiting.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.5"} 2
                wait_seconds_bucket{le="1"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 10.3
                wait_seconds_count 4
                # HELP pman_metrics_dropped_total Series that were not kept because there are too many.
                # TYPE pman_metrics_dropped_total counter
                pman_metrics_dropped_total 0

                """#)
    }

    @Test func `What would be one series too many is dropped and counted`() async {
        let exposition = Exposition(maximumSeries: 3)
        for number in 0..<5 {
            Counter(label: "c", dimensions: [("n", "\(number)")], factory: exposition).increment()
        }
        let text = await exposition.text()
        #expect(text.contains("c{n=\"2\"} 1"))
        #expect(!text.contains("c{n=\"3\"}"))
        #expect(text.contains("pman_metrics_dropped_total 2"))
    }
}
