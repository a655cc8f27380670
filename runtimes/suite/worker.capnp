using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suite", worker = .suite),
    # The servers of the suite are on this machine.
    (name = "internet", network = (allow = ["public", "private"])),
  ],
);

const suite :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "behaviours.neutral.js", esModule = embed "behaviours.neutral.js"),
    (name = "core.js", esModule = embed "core.js"),
    (name = "fetch.js", esModule = embed "fetch.js"),
    (name = "promise.js", esModule = embed "promise.js"),
    (name = "@stamina/core", esModule = embed "node_modules/@stamina/core/dist/index.js"),
    (name = "@stamina/core/sync", esModule = embed "node_modules/@stamina/core/dist/sync.js"),
    # A bare name is looked for beside its importer: here, where core is.
    (name = "stamina-fetch.js", esModule = embed "node_modules/@stamina/fetch/dist/index.js"),
  ],
  bindings = [(name = "SERVER", fromEnvironment = "SERVER")],
  compatibilityDate = "2025-01-01",
  # What records calls in the suite needs it; our packages do not.
  compatibilityFlags = ["enable_weak_ref"],
);
