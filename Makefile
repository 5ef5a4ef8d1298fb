# Everything that is done with this repository. `make` alone lists it.

PREFIX ?= /usr/local
# Settings for `make run`, as in: make run ARGS="--server-port 8081"
ARGS ?=
# Flags for every build and test, as in: make test SWIFT_FLAGS="--jobs 1"
SWIFT_FLAGS ?=
# Settings for `make simulate`, as in: make simulate SEED=7 COMMANDS=2000 VERBOSE=1
SEED ?=
COMMANDS ?=
VERBOSE ?=
# How much `make soak` and its parts do, and how long `make fuzz` looks.
ROUNDS ?= 100
SECONDS ?= 60
FUZZ_FLAGS ?=
# Settings for `make bench`: rows to run (all), seconds of one measurement, files for JSON and Markdown, and further flags.
ROWS ?=
DURATION ?= 5
OUTPUT ?= .build/bench.json
MARKDOWN ?= .build/bench.md
BENCH_ARGS ?=

# What is linked: SQLite (GRDB), zlib (gzip for large answers). What the tests run besides: Python for the lints
# schemathesis and targets of health checks, curl and jq for the README's commands, strace for proof of every sync and for disks
# that fail, etcd with its command line for the store of a cluster, Redis for the shared cache, openssl for certificates.
BUILD_PACKAGES := git libsqlite3-dev zlib1g-dev
TEST_PACKAGES := $(BUILD_PACKAGES) python3 python3-venv python3-pip curl jq strace openssl etcd-server etcd-client \
	redis-server
# What is measured beside rollcall, and what makes the load.
BENCH_PACKAGES := $(BUILD_PACKAGES) etcd-server nginx wrk

RELEASE = swift build -c release --product rollcall $(SWIFT_FLAGS)
BENCH = swift build -c release --package-path Benchmarks --product rollcall-bench
TEST = swift test --skip-build --disable-xctest $(SWIFT_FLAGS)
# A seed leads to the same run only if sets and dictionaries have the same order in each process.
SIMULATE = SWIFT_DETERMINISTIC_HASHING=1 $(if $(SEED),SIMULATION_SEED=$(SEED)) \
	$(if $(COMMANDS),SIMULATION_COMMANDS=$(COMMANDS)) $(if $(VERBOSE),SIMULATION_VERBOSE=1) $(TEST)
# Stores and caches in real processes, many at once.
# Only a few tests at once: they wait for processes, and would else all wait for the same two cores.
STORES = EtcdBackendTests|RedisBackendTests|ClusterTests.(EtcdFaultTests|TroubledEtcdTests)
CLUSTER_RUNS = ClusterTests.(FaultTests|HeartbeatLoadTests)
# 200 processes that have to answer in time, which they do not beside everything else.
TARGETS = IntegrationTests.TargetTests
# Three nodes and up to three members of etcd at a time; the load is too much for what is built for debugging.
CLUSTER = ROLLCALL_BINARY="$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/rollcall" $(TEST)
FUZZ_API = scripts/fuzz-api.py --server "$$(swift build --show-bin-path $(SWIFT_FLAGS))/rollcall"
TSAN_FLAGS = --sanitize thread --scratch-path .build-tsan
TSAN = TSAN_OPTIONS="halt_on_error=0 exitcode=66" SWIFT_BACKTRACE=enable=no LD_PRELOAD="$(CURDIR)/.build-tsan/mutex.so" \
	swift test --skip-build --disable-xctest $(TSAN_FLAGS)
SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Tests \
	Fuzzing/Package.swift Fuzzing/Sources/JSONFuzzer/main.swift Fuzzing/Sources/JSONFuzzer/Seeds.swift

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build release test test-cluster simulate test-tsan soak soak-simulation soak-crash soak-health soak-cluster soak-api fuzz \
	fuzz-api bench bench-test lint format check-format check-imports check-tree reference completions install uninstall clean \
	packages test-packages bench-packages

help: ## List what there is to make
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: release ## Build the release and start the server on the embedded store: make run ARGS="--server-port 8081"
	@exec "$$($(RELEASE) --show-bin-path)/rollcall" serve $(ARGS)

build: packages ## Build everything for debugging, tests included
	swift build --build-tests $(SWIFT_FLAGS)

release: packages ## Build the optimised executable
	$(RELEASE)

# Its parts in this order: what fails early fails soon. Real servers have the machine without tests that compute for long. The
# release is built because the optimiser may fail where the compiler does not, and for what is done to a cluster.
test: test-packages lint build ## Install what tests need, then lint, build and run all tests
	$(TEST) --skip 'SimulationTests|IntegrationTests|$(CLUSTER_RUNS)|$(STORES)'
	$(TEST) --experimental-maximum-parallelization-width 6 --filter '$(STORES)'
	$(TEST) --filter IntegrationTests --skip $(TARGETS)
	$(SIMULATE) --filter SimulationTests
	$(TEST) --filter $(TARGETS)
	scripts/fuzz-api.py --self-test
	$(FUZZ_API)
	$(RELEASE)
	$(CLUSTER) --filter ClusterTests.FaultTests
	$(CLUSTER) --filter ClusterTests.HeartbeatLoadTests

test-cluster: test-packages build release ## Do random faults to three nodes and their etcd, then let 100,000 instances beat for 2 minutes: make test-cluster SEED=7
	$(if $(SEED),ROLLCALL_SEED=$(SEED)) $(CLUSTER) --filter ClusterTests.FaultTests
	$(CLUSTER) --filter ClusterTests.HeartbeatLoadTests

simulate: build ## Run the simulation alone, or one seed of it again: make simulate SEED=7 COMMANDS=10000 VERBOSE=1
	$(SIMULATE) --filter $(if $(SEED),SoundTests,SimulationTests)

# In parts: beside tests that compute for long, those that wait for something would wait too long under the sanitizer.
test-tsan: test-packages ## Run unit tests, stores, simulation and a live server under ThreadSanitizer
	swift build --build-tests $(TSAN_FLAGS)
	clang -O2 -Wall -Wextra -Werror -fPIC -shared -o .build-tsan/mutex.so scripts/tsan-mutex.c
	$(TSAN) --filter 'RegistryCatalogTests'
	$(TSAN) --filter 'HTTPAPITests'
	$(TSAN) --filter '(RegistryHealth|HealthProbes)Tests' --skip BoundTests
	$(TSAN) --filter '(RegistryModel|RegistryJSON|RegistryTraffic|RollcallClient|RollcallServer|rollcall|SQLiteBackend|Webhooks)Tests' \
		--skip 'PowerLossTests|InjectedFaultTests|DifferentialTests'
	$(TSAN) --filter '(RegistryCluster|Outbound|FileBackend)Tests'
	$(TSAN) --experimental-maximum-parallelization-width 3 --filter '(EtcdBackend|RedisBackend)Tests' --skip LongConnectionTests
	SWIFT_DETERMINISTIC_HASHING=1 SIMULATION_COMMANDS=2000 $(TSAN) --filter SimulationTests
	$(TSAN) --filter IntegrationTests.ClientTests

soak: soak-simulation soak-crash soak-health soak-cluster soak-api ## Simulate, crash and fuzz for long: make soak ROUNDS=200

soak-simulation: build ## Run the simulation with many random seeds: make soak-simulation ROUNDS=200
	SIMULATION_ROUNDS=$(ROUNDS) $(SIMULATE) --filter SoundTests

soak-crash: test-packages build ## Kill the server, the power and the disk for long: make soak-crash ROUNDS=200
	ROLLCALL_CRASH_ROUNDS=$(ROUNDS) ROLLCALL_DISK_ROUNDS=$(ROUNDS) $(TEST) \
		--filter 'CrashTests|PowerLossTests|InjectedFaultTests|DifferentialTests'

soak-health: test-packages build ## Kill, freeze and revive 200 targets for ROUNDS times 10 s: make soak-health ROUNDS=200
	ROLLCALL_HEALTH_ROUNDS=$(ROUNDS) $(TEST) --filter $(TARGETS)

soak-cluster: test-packages build release ## Do ROUNDS random faults to nodes, etcd and links, then beat for 10 minutes: make soak-cluster ROUNDS=200 SEED=7
	$(if $(SEED),ROLLCALL_SEED=$(SEED)) ROLLCALL_CLUSTER_ROUNDS=$(ROUNDS) $(CLUSTER) --filter ClusterTests.FaultTests
	ROLLCALL_LOAD_SECONDS=600 $(CLUSTER) --filter ClusterTests.HeartbeatLoadTests

soak-api: test-packages build ## Fuzz the API for long, with a new seed: make soak-api FUZZ_FLAGS="--seed 1"
	$(FUZZ_API) --soak $(FUZZ_FLAGS)

fuzz-api: test-packages build ## Fuzz the API from its own document
	scripts/fuzz-api.py --self-test
	$(FUZZ_API)

fuzz: packages ## Fuzz the JSON parser against Foundation's: make fuzz SECONDS=600
	swift build --package-path Fuzzing -c release
	Fuzzing/.build/release/JSONFuzzer seeds Fuzzing/.build-corpus
	SWIFT_BACKTRACE=enable=no Fuzzing/.build/release/JSONFuzzer -max_total_time=$(SECONDS) -max_len=4096 -timeout=10 \
		-print_final_stats=1 -artifact_prefix=Fuzzing/.build-corpus- Fuzzing/.build-corpus

bench: bench-packages ## Measure rollcall beside its peers: make bench ROWS=discover,register DURATION=5
	$(RELEASE)
	$(BENCH)
	@exec "$$($(BENCH) --show-bin-path)/rollcall-bench" run --rollcall "$$($(RELEASE) --show-bin-path)/rollcall" \
		--rows "$(ROWS)" --duration $(DURATION) --output $(OUTPUT) --markdown $(MARKDOWN) $(BENCH_ARGS)

bench-test: packages ## Test what measures
	swift test --package-path Benchmarks --disable-xctest

lint: check-format check-imports check-tree ## Check the format, the imports and what is tracked

check-format: ## Check that swift format has nothing to change
	swift format lint --strict --parallel --recursive $(SOURCES)

check-imports: ## Check that the modules import each other as ARCHITECTURE.md says
	scripts/lint-imports.py --self-test
	scripts/lint-imports.py

check-tree: ## Check that nothing tracked belongs to one machine
	scripts/lint-tree.py --self-test
	scripts/lint-tree.py

format: ## Format every Swift file
	swift format format --in-place --parallel --recursive $(SOURCES)

reference: ## Write docs/configuration.md and config.example.yaml from the keys
	UPDATE_REFERENCE=1 swift test --disable-xctest --filter ConfigurationReferenceTests $(SWIFT_FLAGS)

completions: release ## Write completion scripts for bash, zsh and fish to .build/completions
	@mkdir -p .build/completions
	@for shell in bash zsh fish; do \
		"$$($(RELEASE) --show-bin-path)/rollcall" --generate-completion-script $$shell \
			> .build/completions/rollcall.$$shell || exit 1; \
	done

install: completions ## Install the executable and its completion scripts below PREFIX (/usr/local)
	install -D -m 755 "$$($(RELEASE) --show-bin-path)/rollcall" "$(DESTDIR)$(PREFIX)/bin/rollcall"
	install -D -m 644 .build/completions/rollcall.bash "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/rollcall"
	install -D -m 644 .build/completions/rollcall.zsh "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_rollcall"
	install -D -m 644 .build/completions/rollcall.fish "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/rollcall.fish"

uninstall: ## Remove what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/rollcall" \
		"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/rollcall" \
		"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_rollcall" \
		"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/rollcall.fish"

clean: ## Remove what was built
	rm -rf .build .build-tsan Benchmarks/.build Fuzzing/.build Fuzzing/.build-corpus

packages:
	@scripts/install-packages.sh $(BUILD_PACKAGES)

test-packages:
	@scripts/install-packages.sh $(TEST_PACKAGES)
	@scripts/health-targets.py --install

bench-packages:
	@scripts/install-packages.sh $(BENCH_PACKAGES)
