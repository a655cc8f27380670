using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "smoke", worker = .smoke),
    # The servers of the test are on this machine.
    (name = "internet", network = (allow = ["public", "private"])),
  ],
);

const smoke :Workerd.Worker = (
  modules = [
    (name = "test/runtimes/worker.js", esModule = embed "worker.js"),
    (name = "test/runtimes/smoke.js", esModule = embed "smoke.js"),
    # A bare name is looked for beside its importer.
    (name = "dist/@stamina/core", esModule = embed "../../../core/dist/index.js"),
    (name = "dist/index.js", esModule = embed "../../dist/index.js"),
  ],
  bindings = [(name = "URLS", fromEnvironment = "URLS")],
  compatibilityDate = "2025-01-01",
);
