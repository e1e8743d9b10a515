// What @nocobase/app's lib/index.js does, whose 1.9.62 is not in the registry: hand the configuration to the gateway.
const { Gateway, runPluginStaticImports } = require("@nocobase/server");
const { parseDatabaseOptionsFromEnv } = require("@nocobase/database");
async function start() {
  await runPluginStaticImports();
  await Gateway.getInstance().run({
    mainAppOptions: {
      database: await parseDatabaseOptionsFromEnv(),
      resourcer: { prefix: process.env.API_BASE_PATH },
      plugins: ["orders"],
      cacheManager: { defaultStore: "memory", stores: { memory: { store: "memory", max: 2000 } } },
      logger: { request: { transports: ["console"] }, system: { transports: ["console"] } },
    },
  });
}

start().catch((error) => {
  console.error(error);
  process.exit(1);
});
