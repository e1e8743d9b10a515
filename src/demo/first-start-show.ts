import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { OLD_IMAGE } from "./breakages.ts";
import { expect, generalClaims, OLD_VERSION, runsNodes, servesEverybody } from "./claims.ts";
import { gather } from "./evidence.ts";
import { operate } from "./operate.ts";
import { askForPlugin, claimsOfWork, enablePlugin, type Work } from "./plugin-work.ts";
import { CALM_MS, type Show } from "./show.ts";

const NODES = 3;
const TABLES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'";
const PLUGINS = "SELECT name FROM plugins ORDER BY name";

/** Services at 0 and an empty database: one node installs itself, somebody sets something up on it, and the others follow. */
export const firstStartShow: Show = {
  heading: `the noticeboard ${OLD_VERSION}, which was never started: no nodes, and an empty database`,
  aside: "Two nodes that install at once break each other: one serves, the other says `Validation error` for ever.",
  changes: [
    { path: ["services", "noticeboard", "desiredCount"], value: 0 },
    { path: ["scalableTargets", "0", "min"], value: 0 },
    { path: ["images", OLD_IMAGE, "environment", "NOTICEBOARD_INSTALL_MS"], value: "3000" },
  ],
  async play(scene) {
    const { stage, signal } = scene;
    const { operator, sandbox } = stage;
    const names = namesIn(sandbox.values.database["noticeboard-db"]!.url);
    const tablesBefore = await names(TABLES);
    const closed = Promise.withResolvers<void>();
    const visitors = scene.visit({ from: closed.promise });
    let work: Work | undefined;
    const { settledAt, ...operated } = await operate(scene, {
      title: `An operator asks for a first start of ${NODES} nodes, with a pause once the first one is verified`,
      request: { procedure: "first-start", database: "empty", counts: { noticeboard: NODES }, pause: true },
      visitors,
      async onEvent(event, { id, tell }) {
        if (event.type === "closed") closed.resolve();
        if (event.type !== "waiting") return;
        tell("somebody enables a plugin on the one node, past the page");
        work = await enablePlugin(scene, await operator.bypass(id));
        tell("and decides: proceed");
        await operator.decide(id, "proceed", "The plugin is set up");
      },
    });
    await sleep(CALM_MS, undefined, { signal });
    await visitors.stop();

    const { digest: newDigest } = sandbox.services.images.resolve(OLD_IMAGE)!;
    const about = { procedure: "first-start" as const, newDigest, counts: { noticeboard: NODES } };
    const evidence = await gather(stage, { visitors, about, settledAt, ...operated });
    const plugins = await names(PLUGINS);
    return {
      ending: "succeeded",
      because: "one node installed everything before the others started",
      evidence,
      claims: [
        ...generalClaims({ ending: "succeeded" }, evidence),
        expect("the database was empty", tablesBefore.length === 0, tablesBefore.join(", ")),
        expect("no node ran before", evidence.nodes.before.length === 0, `${evidence.nodes.before.length}`),
        expect("every plugin is installed", plugins.join() === "notices,search,statistics", plugins.join(", ")),
        ...claimsOfWork(work, await askForPlugin(stage, NODES), { nodes: NODES }),
        runsNodes(NODES, OLD_VERSION, evidence),
        servesEverybody(OLD_VERSION, evidence),
      ],
      rows: [["Installed", `${plugins.join(", ")}, by one node; there were ${tablesBefore.length} tables before`]],
    };
  },
};

const namesIn = (url: string) => async (query: string) => {
  const database = new pg.Client(url);
  await database.connect();
  try {
    return (await database.query<{ name: string }>(query)).rows.map(({ name }) => name);
  } finally {
    await database.end();
  }
};
