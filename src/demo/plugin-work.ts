import { setTimeout as sleep } from "node:timers/promises";
import { ask, askEveryNode } from "./ask.ts";
import { type Claim, expect } from "./claims.ts";
import type { Scene } from "./show.ts";

/** Answers where the plugin `statistics` is loaded. */
const PATH = "/api/statistics";
/** As long as somebody may take who clicks through an administration page. */
const LOOKED_AT_MS = 2_500;

export type Work = {
  /** How the one node answered at the plugin's path, and the public meanwhile. */
  answered: { node: number; public: number };
};

/** What people do in an administration page, on the one node that runs: they enable a plugin, past the page where there is one, and look at it. */
export async function enablePlugin({ stage, signal }: Scene, bypass?: { name: string; value: string }): Promise<Work> {
  const { target, addresses } = stage;
  const at = { url: target.url, address: addresses[0]! };
  const headers = bypass && { [bypass.name]: bypass.value };
  const enabled = await ask({ ...at, path: "/api/pm:enable?filterByTk=statistics", headers, post: {} });
  if (enabled.status !== 200)
    throw new Error(`expected the plugin to be enabled, found ${enabled.status} ${enabled.body}`);
  const [node, publicly] = await Promise.all([ask({ ...at, path: PATH, headers }), ask({ ...at, path: PATH })]);
  await sleep(LOOKED_AT_MS, undefined, { signal });
  return { answered: { node: node.status, public: publicly.status } };
}

export const askForPlugin = ({ target, addresses }: Scene["stage"], nodes: number) =>
  askEveryNode({ url: target.url, addresses, path: PATH }, nodes);

export function claimsOfWork(
  work: Work | undefined,
  after: Map<string, number>,
  { nodes, open = false }: { nodes: number; open?: boolean },
): Claim[] {
  return [
    expect("somebody worked on the one node", work !== undefined, "nobody asked"),
    expect("the one node answered with the plugin", work?.answered.node === 200, String(work?.answered.node)),
    expect(
      `the public saw ${open ? "it" : "the page"} meanwhile`,
      work?.answered.public === (open ? 200 : 503),
      String(work?.answered.public),
    ),
    expect(
      "every node has the plugin",
      after.size === nodes && [...after.values()].every((status) => status === 200),
      `${after.size} nodes answered ${[...after.values()].join(", ")}`,
    ),
  ];
}
