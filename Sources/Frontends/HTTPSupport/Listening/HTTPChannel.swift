import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import RegistryModel

/// The handlers of one connection: Hummingbird's for HTTP/1.1, with our guard before them and, where a frontend has one, a handler
/// that answers on the event loop what needs no task.
struct HTTPChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: Responder
    let configuration: ListenerConfiguration
    let connections: Gauge
    let makeDirectHandler: (@Sendable () -> any ChannelHandler)?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = self.configuration.headerFieldBytes
            limits.maxHeaderListSize = self.configuration.headerBytes
            limits.maxHeaderFieldCount = self.configuration.headerFields
            // Requests of one connection are answered one after another by the task that reads them, so NIO need not order them.
            // Header values of ours are checked where they are made.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(ConnectionGuard(limits: self.deadlines, connections: self.connections))
            if let makeDirectHandler { try pipeline.addHandler(makeDirectHandler()) }
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await self.handleHTTP(asyncChannel: value, logger: logger)
    }

    private var deadlines: ConnectionDeadlines.Limits {
        ConnectionDeadlines.Limits(
            header: .milliseconds(self.configuration.headerTimeLimit.milliseconds),
            idle: .milliseconds(self.configuration.idleTimeLimit.milliseconds),
            receive: .milliseconds(self.configuration.receiveTimeLimit.milliseconds),
            unread: .milliseconds(self.configuration.unreadTimeLimit.milliseconds))
    }
}
