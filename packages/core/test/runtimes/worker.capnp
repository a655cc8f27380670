using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [(name = "smoke", worker = .smoke)]);

const smoke :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "smoke.js", esModule = embed "smoke.js"),
    (name = "@stamina/core", esModule = embed "../../dist/index.js"),
    (name = "@stamina/core/sync", esModule = embed "../../dist/sync.js"),
  ],
  compatibilityDate = "2025-01-01",
);
