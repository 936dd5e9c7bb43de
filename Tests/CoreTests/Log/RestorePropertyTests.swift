import Core
import Testing

/// A broker lost the end of its log, or all of it; gateways that had read more append what they know.
@Suite("Restoring what a log lost, over random histories")
struct RestorePropertyTests {
    /// A history, of which the log kept a part and two gateways had read a part each.
    struct Loss {
        /// What the log says when the gateways come back.
        let kept: JobRecord
        let older: JobRecord
        let newer: JobRecord
        /// Every object that some entry of the history gave a go.
        let chosen: Set<Leftover>

        static func all(seed: UInt64) -> [Loss] {
            let log = History.random(seed: seed)
            var generator = SeededGenerator(seed: ~seed)
            var chosen: Set<Leftover> = []
            var record = JobRecord(key: Sample.key())
            var prefixes = [record]
            for (place, event) in log.enumerated() {
                let outcome = record.apply(event, at: LogOffset(place))
                if case .placed(let id, let placement) = event, outcome == .go {
                    chosen.insert(Leftover(submission: id, placement: placement))
                }
                prefixes.append(record)
            }
            return (0..<12).map { number in
                let newer = generator.below(prefixes.count)
                let older = generator.below(newer + 1)
                let kept = number % 3 == 0 ? 0 : generator.below(prefixes.count)
                return Loss(
                    kept: prefixes[kept], older: prefixes[older], newer: prefixes[newer], chosen: chosen)
            }
        }

        func restored(_ records: JobRecord...) -> JobRecord {
            var result = kept
            for (number, record) in records.enumerated() {
                _ = result.apply(.restored(record), at: LogOffset(1000 + number))
            }
            return result
        }
    }

    @Test("the log becomes what the one who knows most knew, and forgets nothing of its own", arguments: Seeds.all)
    func completeness(seed: UInt64) {
        for loss in Loss.all(seed: seed) {
            let most = loss.newer.comesAfter(loss.kept) ? loss.newer : loss.kept
            let result = loss.restored(loss.newer)
            // What was removed meanwhile may come back as a leftover: its engine says once more that it is gone.
            #expect(Set(result.leftovers).isSuperset(of: most.leftovers))
            #expect(Set(result.leftovers).isSubset(of: loss.chosen))
            #expect(Essence(result).leaving([]) == Essence(most).leaving([]), "\(loss.kept) + \(loss.newer)")
        }
    }

    @Test("nothing that may still run is forgotten", arguments: Seeds.all)
    func nothingRunsOn(seed: UInt64) {
        for loss in Loss.all(seed: seed) {
            let result = loss.restored(loss.older, loss.newer)
            for record in [loss.kept, loss.older, loss.newer] {
                for object in record.objects where !result.objects.contains(object) {
                    #expect(result.current?.id == object.submission && result.current?.removed == true, "\(object)")
                }
            }
            if let current = result.current, let placement = current.placement {
                #expect(!result.leftovers.contains(Leftover(submission: current.id, placement: placement)))
            }
        }
    }

    @Test("restoring once more changes nothing", arguments: Seeds.all)
    func idempotence(seed: UInt64) {
        for loss in Loss.all(seed: seed) {
            var result = loss.restored(loss.older, loss.newer)
            let before = result
            for record in [loss.newer, loss.older, before, loss.newer] {
                #expect(result.apply(.restored(record), at: 2000) == .ignored)
                #expect(result == before)
            }
        }
    }

    @Test("it does not matter which of two gateways comes first", arguments: Seeds.all)
    func order(seed: UInt64) {
        for loss in Loss.all(seed: seed) {
            let one = Essence(loss.restored(loss.older, loss.newer))
            #expect(one == Essence(loss.restored(loss.newer, loss.older)))
            #expect(one == Essence(loss.restored(loss.older, loss.newer, loss.older)))
        }
    }

    @Test("what a gateway has shown never goes back", arguments: Seeds.all)
    func monotonic(seed: UInt64) {
        for loss in Loss.all(seed: seed) {
            let result = loss.restored(loss.older)
            for shown in [loss.kept, loss.older] {
                #expect(result.deletedGeneration >= shown.deletedGeneration)
                guard let old = shown.current, let new = result.current, new.id == old.id else { continue }
                #expect((new.report?.status.rank ?? 0) >= (old.report?.status.rank ?? 0))
                if old.isFinal { #expect(new.report == old.report) }
            }
        }
    }

    @Test("a restored log goes on as the lost one would have", arguments: Seeds.all)
    func goingOn(seed: UInt64) {
        let log = History.random(seed: seed)
        for cut in stride(from: 0, to: log.count, by: 5) {
            let cached = History.fold(log[..<cut])
            var restored = JobRecord(key: Sample.key())
            _ = restored.apply(.restored(cached), at: 0)
            let whole = History.fold(log[cut...], onto: cached)
            #expect(Essence(History.fold(log[cut...], onto: restored)) == Essence(whole))
            // Entries of the lost log that are sent again change nothing either.
            #expect(Essence(History.fold(log, onto: restored)) == Essence(whole))
        }
    }

    @Test("a restored record that comes once more later brings back at most what was removed", arguments: Seeds.all)
    func late(seed: UInt64) {
        let log = History.random(seed: seed)
        for cut in stride(from: 0, to: log.count, by: 4) {
            let cached = History.fold(log[..<cut])
            for end in stride(from: cut, through: log.count, by: 4) {
                let record = History.fold(log[cut..<end], onto: cached)
                var again = record
                _ = again.apply(.restored(cached), at: 2000)
                #expect(Essence(again).leaving([]) == Essence(record).leaving([]))
                #expect(Set(again.leftovers).isSuperset(of: record.leftovers))
                #expect(Set(again.leftovers).isSubset(of: Set(record.leftovers).union(cached.objects)))
            }
        }
    }
}

extension JobRecord {
    /// Everything that may be on an engine and must not be forgotten.
    fileprivate var objects: Set<Leftover> {
        var objects = Set(leftovers)
        if let current, let placement = current.placement, !current.removed {
            objects.insert(Leftover(submission: current.id, placement: placement))
        }
        return objects
    }

    /// Of two records of one log, whether this is the later one.
    fileprivate func comesAfter(_ other: JobRecord) -> Bool {
        func order(_ record: JobRecord) -> [Int] {
            let current = record.current
            return [
                record.deletedGeneration, current?.id.generation ?? 0, current?.report?.status.rank ?? 0,
                current?.placement == nil ? 0 : 1, current?.removed == true ? 1 : 0,
            ]
        }
        return order(other).lexicographicallyPrecedes(order(self))
    }
}
