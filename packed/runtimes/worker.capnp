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
    # A bare name is looked for beside its importer, so fetch has to stand where these names are.
    (name = "stamina-fetch.js", esModule = embed "node_modules/@stamina/fetch/dist/index.js"),
    # Both names lead to one file. If it were embedded twice, core would be loaded twice.
    (name = "@stamina/core", esModule = "export * from './dist/core.js';"),
    (name = "@stamina/core/library", esModule = "export * from '../dist/core.js';"),
    (name = "@stamina/dist/core.js", esModule = embed "node_modules/@stamina/core/dist/core.js"),
    (name = "@stamina/core/sync", esModule = embed "node_modules/@stamina/core/dist/sync.js"),
  ],
  bindings = [(name = "SERVER", fromEnvironment = "SERVER")],
  compatibilityDate = "2025-01-01",
  # Recorders of calls in the promises need it. Our packages do not.
  compatibilityFlags = ["enable_weak_ref"],
);
