import RegistryJSON
import RegistryModel
import Testing

/// What the server writes, the client reads back as the same value.
@Suite struct AnswerRoundTripTests {
    private let instances = [Samples.instance(), Samples.plainInstance]

    private func write(_ instances: [Instance], of key: ServiceKey = Samples.service) -> (inout JSONWriter) -> Void {
        { writer in for instance in instances { writer.instance(instance, of: key) } }
    }

    @Test func instancesByThemselves() throws {
        for instance in self.instances {
            let body = written { $0.instance(instance, of: Samples.service) }
            #expect(try AnswerBody.instance(body.span) == instance)
        }
        let body = written { $0.page(of: Field.instances, nextCursor: nil, elements: self.write(self.instances)) }
        #expect(try AnswerBody.instances(body.span) == Page(elements: self.instances))
    }

    /// The spelling itself, so that no field changes its name by accident.
    @Test func anInstanceAsItIsSpelled() {
        #expect(
            text { $0.instance(Samples.plainInstance, of: Samples.service) }
                == #"{"id":"127.0.0.1:80","service_id":"shop/payments","host":"127.0.0.1","port":80,"protocol":"http","#
                + #""version":"","status":"UP","weight":100,"tags":[],"metadata":{},"health":"UP","available":true,"#
                + #""created_at":"2026-03-01T12:30:45.678Z","updated_at":"2026-03-01T12:30:45.678Z","revision":41}"#)
        let full = text { $0.instance(Samples.instance("a-1", Samples.fullSpec), of: Samples.service) }
        for part in [
            #""locality":{"region":"eu","zone":"eu-1"}"#, #""ports":{"admin":9000,"debug":9001}"#, #""ttl":"1m30s""#,
            #""checks":[{"name":"beat","type":"ttl","interval":"10s"},{"name":"http","type":"http"},{"name":"web","#,
            #"{"name":"web","type":"http","interval":"5s","timeout":"1s","failures_before_down":4,"#
                + #""successes_before_up":2,"start_period":"1m","port":9000,"path":"/ready?full=1","method":"HEAD","#
                + #""headers":{"Host":"***","X-Key":"***"},"expected_status":"200-204,301","#
                + #""body_contains":"größe \"q\"\n","tls":true,"server_name":"shop.example"}"#,
            #"{"name":"rpc","type":"grpc","tls":true,"server_name":"shop","service":"shop.Payments"}"#,
            #"{"name":"db","type":"tcp","timeout":"100ms","port":5432}"#,
            #""deregister_after":"never","warm_up":"45s""#, #""incarnation":1700000000000"#, #""available":false"#,
            #""status":"DRAINING""#,
        ] {
            #expect(full.contains(part))
        }
    }

    @Test func aServiceAsItIsSpelled() {
        #expect(
            text { $0.service(Samples.document()) }
                == #"{"id":"shop/payments","namespace":"shop","name":"payments","version":"1.4.0","type":"backend","#
                + #""status":{"status":"active","health":"DOWN","instances":2,"last_check":"2026-03-01T12:30:45.678Z","#
                + #""error":"all are DOWN"},"metadata":{"owner":"core"},"versions":{"":1,"1.4.0":1},"#
                + #""created_at":"2026-03-01T12:30:45.678Z","updated_at":"2026-03-01T12:30:50.678Z","revision":42}"#)
    }

    @Test func subscribersAndDrains() throws {
        let stream = SubscriberDocument(
            id: "m-1", kind: "stream", client: "we\"b", scope: "services", since: Samples.time,
            delivered: Revision(9), confirmed: Revision(8), isConnected: false)
        let reader = SubscriberDocument(id: "reader-1", kind: "blocking", client: "127.0.0.1", scope: "service")
        for document in [stream, reader] {
            #expect(try AnswerBody.subscriber(written { $0.subscriber(document) }.span) == document)
        }
        let page = written { writer in
            writer.page(of: Field.subscribers, nextCursor: "c") { writer in
                for document in [stream, reader] { writer.subscriber(document) }
            }
        }
        #expect(try AnswerBody.subscribers(page.span) == Page(elements: [stream, reader], nextCursor: "c"))
        func named(_ id: String) -> SubscriberDocument { SubscriberDocument(id: id, kind: "webhook", client: id) }
        let answer = DrainAnswer(
            revision: Revision(7), isComplete: true, confirmed: [named("a"), named("b")], delivered: [named("c")],
            pending: [named("d")], gone: [named("e")])
        #expect(try AnswerBody.drain(written { $0.drainAnswer(answer) }.span) == answer)
        #expect(
            text { $0.drainAnswer(DrainAnswer(revision: Revision(7), isComplete: false, pending: [named("a")])) }
                == #"{"revision":7,"complete":false,"confirmed":[],"delivered":[],"#
                + #""pending":[{"id":"a","kind":"webhook","client":"a"}],"gone":[]}"#)
        #expect(
            text { $0.subscriber(reader) }
                == #"{"id":"reader-1","kind":"blocking","client":"127.0.0.1","scope":"service","since":null,"#
                + #""delivered":null,"confirmed":null,"connected":true}"#)
    }

    @Test func services() throws {
        for document in [
            Samples.document(), Samples.document(instances: []), Samples.document(instances: self.instances),
            ServiceDocument.absent(Samples.service),
        ] {
            let body = written { $0.service(document) }
            #expect(try AnswerBody.service(body.span) == document)
        }
        let page = Page(elements: [Samples.document(), Samples.document()], nextCursor: "c\"1")
        let body = written { writer in
            writer.page(of: Field.services, nextCursor: page.nextCursor) { writer in
                for document in page.elements { writer.service(document) }
            }
        }
        #expect(try AnswerBody.services(body.span) == page)
    }

    @Test func discover() throws {
        let body = written { writer in
            writer.discoverAnswer(revision: Revision(42)) { writer in
                writer.service(Samples.document(), instances: self.write(self.instances))
            }
        }
        #expect(
            try AnswerBody.discover(body.span)
                == DiscoverAnswer(services: [Samples.document(instances: self.instances)], revision: Revision(42)))
    }

    @Test func writesOfOneInstance() throws {
        for service in [nil, Samples.document()] {
            for warnings in [[], ["instance.color"]] {
                let body = written {
                    $0.instanceAnswer(
                        service: service, instance: Samples.instance(), of: Samples.service, revision: Revision(43),
                        warnings: warnings)
                }
                #expect(
                    try AnswerBody.instanceAnswer(body.span)
                        == InstanceAnswer(
                            service: service, instance: Samples.instance(), revision: Revision(43), warnings: warnings))
            }
        }
    }

    @Test func batches() throws {
        let key = InstanceKey(service: Samples.service, id: "a")
        let body = written { writer in
            writer.batchAnswer(revision: Revision(50), warnings: ["x"]) { writer in
                writer.batchItem(status: 201, key: key, revision: Revision(50))
                writer.problem(Samples.problem)
                writer.batchItem(status: 200, key: key, revision: Revision(49))
            }
        }
        #expect(
            try AnswerBody.batch(body.span)
                == BatchAnswer(
                    results: [
                        .done(status: 201, key: key, revision: Revision(50)), .failed(Samples.problem),
                        .done(status: 200, key: key, revision: Revision(49)),
                    ], revision: Revision(50), warnings: ["x"]))
    }

    @Test func heartbeats() throws {
        let item = InstanceReference(key: InstanceKey(service: Samples.service, id: "a"), incarnation: 3)
        let other = InstanceReference(key: InstanceKey(service: Samples.service, id: "b"))
        for answer in [
            HeartbeatAnswer(renewed: 7),
            HeartbeatAnswer(renewed: 0, unknown: [item, other], stale: [other], warnings: ["instances[0].x"]),
        ] {
            let body = written { $0.heartbeatAnswer(answer) }
            #expect(try AnswerBody.heartbeats(body.span) == answer)
        }
    }

    @Test func health() throws {
        let key = InstanceKey(service: Samples.service, id: "[::1]:80")
        let documents = [
            HealthDocument(
                key: key, health: Health(state: .down, cause: .expire, since: Samples.time, error: "no heartbeat"),
                lastCheck: Samples.time, updatedAt: Samples.time, details: Samples.details, load: Samples.load,
                metadata: ["a": "b"]),
            HealthDocument(key: key, state: .unknown, cause: "probe"),
        ]
        for document in documents {
            let body = written { $0.health(document) }
            #expect(try AnswerBody.health(body.span) == document)
        }
        #expect(text { $0.health(documents[1]) }.contains(#""id":"shop/payments/[::1]:80""#))
        #expect(text { $0.health(documents[1]) }.contains(#""last_check":null"#))
        let service = ServiceHealthDocument(
            service: Samples.service, status: Samples.document().status, revision: Revision(9), instances: documents)
        let body = written { $0.serviceHealth(service) }
        #expect(try AnswerBody.serviceHealth(body.span) == service)
    }

    @Test func history() throws {
        let changes = [
            Change(
                revision: Revision(1), time: Samples.time, service: Samples.service, instance: "a", cause: .register,
                actor: "10.0.0.1", health: .up, status: .up, detail: "new"),
            Change(
                revision: Revision(2), time: Samples.time, service: Samples.service, instance: "",
                cause: .deleteService,
                actor: Change.registryActor),
        ]
        let body = written { writer in
            writer.page(of: Field.records, nextCursor: "2") { writer in
                for change in changes { writer.change(change) }
            }
        }
        #expect(
            try AnswerBody.history(body.span) == Page(elements: changes.map { HistoryRecord($0) }, nextCursor: "2"))
    }

    @Test func theSmallAnswers() throws {
        let namespaces = [
            NamespaceDocument(name: "default", services: 1, instances: 2),
            NamespaceDocument(name: "n", services: 0, instances: 0),
        ]
        let list = written { $0.namespaces(namespaces) }
        #expect(try AnswerBody.namespaces(list.span) == namespaces)
        let version = VersionDocument(version: "0.1.0", registryID: "r-1")
        let body = written { $0.version(version) }
        #expect(try AnswerBody.version(body.span) == version)
        let problem = written { $0.problem(Samples.problem) }
        #expect(try AnswerBody.problem(problem.span) == Samples.problem)
    }

    @Test func selections() throws {
        for instance in [nil, Samples.instance()] {
            let document = SelectionDocument(
                service: Samples.service, instance: instance, strategy: "weight", code: "selected", reason: "Chosen.",
                considered: 3, steps: [SelectionDocument.Step(stage: "filter", remaining: 2)], revision: Revision(5))
            let body = written { $0.selection(document) }
            #expect(try AnswerBody.selection(body.span) == document)
        }
    }

    @Test func watchEvents() throws {
        let key = Samples.service
        let change = Change(
            revision: Revision(3), time: Samples.time, service: key, instance: "gone", cause: .purge,
            actor: Change.registryActor)
        let events: [(WatchEventDocument, [UInt8])] = [
            (
                .snapshot(key, revision: Revision(42), Samples.document(instances: self.instances)),
                written { writer in
                    writer.snapshotEvent(key, revision: Revision(42)) { writer in
                        writer.service(Samples.document(), instances: self.write(self.instances))
                    }
                }
            ),
            (
                .change(
                    key, revision: Revision(3), changes: [HistoryRecord(change)], instances: self.instances,
                    removed: ["gone"]),
                written {
                    $0.changeEvent(
                        key, revision: Revision(3), changes: { $0.change(change) },
                        instances: self.write(self.instances), removed: ["gone"])
                }
            ),
            (
                .gap(key, from: Revision(1), to: Revision(9)),
                written { $0.gapEvent(key, from: Revision(1), to: Revision(9)) }
            ),
            (.synced(Revision(9)), written { $0.syncedEvent(Revision(9)) }),
        ]
        for (event, body) in events {
            #expect(try AnswerBody.watchEvent(event.name.description, body.span) == event)
        }
        #expect(try AnswerBody.watchEvent("from-a-newer-server", Array("{}".utf8).span) == nil)
    }
}
