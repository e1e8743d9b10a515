import { setTimeout as sleep } from "node:timers/promises";
import { OLD_IMAGE } from "./breakages.ts";
import { expect, generalClaims, OLD_VERSION, runsNodes, servesEverybody } from "./claims.ts";
import { gather } from "./evidence.ts";
import { operate } from "./operate.ts";
import { askForPlugin, claimsOfWork, enablePlugin, type Work } from "./plugin-work.ts";
import { CALM_MS, type Show } from "./show.ts";

const NODES = 3;
const DELAY = ["loadBalancers", "noticeboard", "targetGroups", "noticeboard", "deregistrationDelaySeconds"];

/**
 * One node is left to people who enable a plugin on it; the others would learn of it only when they start anew, and do. `open`: users are served by
 * that node meanwhile.
 */
export const maintenanceShow = ({ open }: { open: boolean }): Show => ({
  heading: `three nodes of the noticeboard ${OLD_VERSION} behind a load balancer`,
  aside: "A plugin that is enabled on one node is unknown to the others until they start anew.",
  // Nodes that leave while the site is open end the requests that they have, as long as that takes.
  ...(open && { changes: [{ path: DELAY, value: 3 }] }),
  async play(scene) {
    const { stage, signal } = scene;
    const { operator, sandbox } = stage;
    const traffic = open ? ("open" as const) : ("closed" as const);
    const visitors = scene.visit();
    await sleep(CALM_MS, undefined, { signal });
    const pluginBefore = await askForPlugin(stage, NODES);
    let work: Work | undefined;
    const { settledAt, ...operated } = await operate(scene, {
      title: `An operator asks for a maintenance${open ? " with the site open" : ""}, to enable a plugin`,
      request: { procedure: "maintenance", traffic, within: "10m", comment: "Statistics for the board" },
      visitors,
      async onEvent(event, { id, tell }) {
        if (event.type !== "waiting") return;
        tell(`somebody enables a plugin on the one node${open ? "" : ", past the page"}`);
        work = await enablePlugin(scene, open ? undefined : await operator.bypass(id));
        tell("and decides: proceed");
        await operator.decide(id, "proceed", "The statistics work");
      },
    });
    await sleep(CALM_MS, undefined, { signal });
    await visitors.stop();

    const { digest: newDigest } = sandbox.services.images.resolve(OLD_IMAGE)!;
    const about = { procedure: "maintenance" as const, traffic, newDigest };
    const evidence = await gather(stage, { visitors, about, settledAt, ...operated });
    const pluginAfter = await askForPlugin(stage, NODES);
    const { nodes, answers } = evidence;
    const anew = nodes.after.filter(({ task }) => nodes.before.every((node) => node.task !== task));
    return {
      ending: "succeeded",
      because: `the work was done on one node, and ${open ? "the others" : "every node"} started anew after it`,
      evidence,
      claims: [
        ...generalClaims({ ending: "succeeded" }, evidence),
        expect(
          "no node had the plugin before",
          pluginBefore.size === NODES && [...pluginBefore.values()].every((status) => status === 404),
          `${pluginBefore.size} nodes answered ${[...pluginBefore.values()].join(", ")}`,
        ),
        ...claimsOfWork(work, pluginAfter, { nodes: NODES, open }),
        open
          ? expect(
              "no visitor saw the page",
              answers.every(({ from }) => from.kind !== "page"),
              "some did",
            )
          : expect("every node started anew", anew.length === NODES, `${anew.length}`),
        runsNodes(NODES, OLD_VERSION, evidence),
        servesEverybody(OLD_VERSION, evidence),
      ],
      rows: [
        [
          "Nodes with the plugin",
          `none before, ${[...pluginAfter.values()].filter((status) => status === 200).length} now`,
        ],
      ],
    };
  },
});
