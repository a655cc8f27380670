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
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "smoke.js", esModule = embed "smoke.js"),
    (name = "@stamina/core", esModule = embed "../../../core/dist/index.js"),
    (name = "fetch.js", esModule = embed "../../dist/index.js"),
  ],
  bindings = [(name = "URLS", fromEnvironment = "URLS")],
  compatibilityDate = "2025-01-01",
);
