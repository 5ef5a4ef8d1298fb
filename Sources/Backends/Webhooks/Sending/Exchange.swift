import NIOCore
import NIOHTTP1
import NIOSSL
import RegistryModel
import Synchronization

/// What one connection does.
final class Exchange: Sendable {
    private let head: HTTPRequestHead
    private let body: [ByteBuffer]
    private let tls: NIOSSLContext?
    private let host: String
    private let answer: Once<Result<Int, ExchangeFault>>
    let isConnected = Atomic<Bool>(false)

    init(
        head: HTTPRequestHead, body: [ByteBuffer], tls: NIOSSLContext?, host: String,
        answer: Once<Result<Int, ExchangeFault>>
    ) {
        self.head = head
        self.body = body
        self.tls = tls
        self.host = host
        self.answer = answer
    }

    func initialize(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            if let tls {
                // An address is no name to ask for; its certificate is held against the address itself.
                let name = IPAddress(self.host) == nil ? self.host : nil
                try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
            }
            try channel.pipeline.syncOperations.addHandlers([
                ReadLimitHandler(limit: WebhookSettings.answerLimit), HTTPRequestEncoder(),
                ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
                ExchangeHandler(head: self.head, body: self.body, answer: self.answer),
            ])
        }
    }
}
