import Testing

@testable import RegistryCatalog

/// Numbers for rows that are one process's alone.
struct NumberPoolTests {
    @Test("They are given out in the order in which they were reserved, each once")
    func order() {
        var pool = NumberPool(5..<7)
        pool.add(10..<12)
        #expect(pool.count == 4 && pool.nextNumber == 12)
        #expect([pool.take(), pool.take(), pool.take(), pool.take()] == [5, 6, 10, 11])
        #expect(pool.count == 0)
    }

    @Test("What was taken away is not given out, nor what was reserved before that and comes after it")
    func removal() {
        var pool = NumberPool(5..<9)
        _ = pool.take()
        let removals = pool.removals
        pool.removeAll()
        #expect(pool.count == 0 && pool.nextNumber == 9)
        pool.add(20..<30, unlessRemovedSince: removals)
        #expect(pool.count == 0)
        pool.add(40..<42, unlessRemovedSince: pool.removals)
        #expect(pool.take() == 40 && pool.nextNumber == 42)
    }

    @Test("With an open end the next one is the first that is left")
    func open() {
        var pool = NumberPool(3..<Int64.max)
        _ = pool.take()
        #expect(pool.nextNumber == 4)
    }
}
