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
    (name = "@stamina/core", esModule = "export * from './dist/index.js';"),
    (name = "@stamina/core/library", esModule = "export * from '../dist/library.js';"),
    (name = "@stamina/core/sync", esModule = "export * from '../dist/sync.js';"),
    # The entries of core share one file, by a path that is relative to theirs.
    (name = "@stamina/dist/index.js", esModule = embed "node_modules/@stamina/core/dist/index.js"),
    (name = "@stamina/dist/library.js", esModule = embed "node_modules/@stamina/core/dist/library.js"),
    (name = "@stamina/dist/sync.js", esModule = embed "node_modules/@stamina/core/dist/sync.js"),
    (name = "@stamina/dist/core.js", esModule = embed "node_modules/@stamina/core/dist/core.js"),
  ],
  bindings = [(name = "SERVER", fromEnvironment = "SERVER")],
  compatibilityDate = "2025-01-01",
  # Recorders of calls in the promises need it. Our packages do not.
  compatibilityFlags = ["enable_weak_ref"],
);
