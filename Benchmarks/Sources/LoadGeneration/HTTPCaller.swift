public import NIOCore
import NIOPosix

/// One connection for what is asked before and between measurements, with the times of each call.
public final class HTTPCaller: Sendable {
    public struct Answer: Sendable {
        public let status: Int
        public let body: [UInt8]
        /// The whole response as it came.
        public let bytes: ByteBuffer
        /// Nanoseconds of the monotonic clock.
        public let sentAt: UInt64
        public let receivedAt: UInt64

        public var text: String { String(decoding: self.body, as: UTF8.self) }
    }

    public struct Refused: Error, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    private let channel: any Channel
    private let connection: NIOLoopBound<Call>
    private let address: Address

    public init(_ address: Address) async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let (channel, connection): (any Channel, NIOLoopBound<Call>) = try await ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let call = Call()
                    try channel.pipeline.syncOperations.addHandler(call.connection)
                    return (channel, NIOLoopBound(call, eventLoop: channel.eventLoop))
                }
            }
        self.channel = channel
        self.connection = connection
        self.address = address
    }

    /// Whatever the status, it is the caller's to judge.
    public func call(_ method: String, _ path: String, body: [UInt8] = []) async throws -> Answer {
        let request = RequestBytes.request(method, path, host: self.address.description, body: body)
        let (connection, eventLoop) = (self.connection, self.channel.eventLoop)
        return try await eventLoop.flatSubmit { connection.value.send(request, on: eventLoop) }.get()
    }

    /// Throws unless the status is 200 or 201.
    @discardableResult
    public func ask(_ method: String, _ path: String, body: String = "") async throws -> Answer {
        let answer = try await self.call(method, path, body: Array(body.utf8))
        guard (200...201).contains(answer.status) else {
            throw Refused("\(method) \(path) was answered \(answer.status): \(answer.text.prefix(500))")
        }
        return answer
    }

    public func close() async throws { try await self.channel.close().get() }

    /// The call that is under way.
    private final class Call: AnswerReceiver {
        private var promise: EventLoopPromise<Answer>?
        private(set) lazy var connection = HTTPConnection(receiver: self) { nil }

        func send(_ request: ByteBuffer, on eventLoop: any EventLoop) -> EventLoopFuture<Answer> {
            let promise = eventLoop.makePromise(of: Answer.self)
            if self.promise == nil {
                self.promise = promise
                self.connection.send(request, intendedAt: Moment.now)
            } else {
                promise.fail(Refused("A connection makes one call at a time."))
            }
            return promise.futureResult
        }

        func received(_ response: ResponseScan, _ bytes: ByteBuffer, on connection: HTTPConnection) {
            let time = Moment.now
            let promise = self.promise
            self.promise = nil
            promise?.completeWith(
                Result {
                    Answer(
                        status: response.status, body: try response.body(of: bytes), bytes: bytes,
                        sentAt: connection.intendedAt, receivedAt: time)
                })
        }

        func lost(_ connection: HTTPConnection, _ error: any Error) {
            self.promise?.fail(error)
            self.promise = nil
        }
    }
}
