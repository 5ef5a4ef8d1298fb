import RegistryModel

extension ConfigurationKey {
    static let loadbalancer: [ConfigurationKey] = [
        .init(
            "loadbalancer.strategy", \.loadbalancer.strategy, .word,
            support: .only(["random", "round_robin", "weight"], "selects by random, round_robin or weight only"),
            "The strategy of `select` when the request names none."),
        .init(
            "loadbalancer.weight.cpu", \.loadbalancer.weight.cpu, .fraction, support: noLoad,
            "How much the reported cpu lowers an instance's weight."),
        .init(
            "loadbalancer.weight.memory", \.loadbalancer.weight.memory, .fraction, support: noLoad,
            "How much the reported memory lowers an instance's weight."),
        .init(
            "loadbalancer.weight.latency", \.loadbalancer.weight.latency, .fraction, support: noLoad,
            "How much the reported latency lowers an instance's weight."),
        .init(
            "loadbalancer.warm_up", \.loadbalancer.warmUp, .duration(Limits.warmUp),
            "How long an instance's weight grows from a tenth to all of it once it is UP, when it names no time. 0s: not."
        ),
    ]

    private static let noLoad = SettingSupport.defaultOnly("does not weigh reported load")
}
