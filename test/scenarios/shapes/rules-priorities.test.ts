import { expect } from "vitest";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { startReaders } from "../../simulation/readers.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
/** The noticeboard's rule directly behind those of the wiki, and more of the wiki's right behind it. */
const packed = `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - { priority: 1, conditions: { path: ["/wiki/*"] }, action: { targetGroup: wiki } }
          - { priority: 2, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }
          - { priority: 3, conditions: { path: ["/*/page"] }, action: { targetGroup: wiki } }
          - { priority: 9, conditions: { path: ["/apis"] }, action: { targetGroup: wiki } }
`;
const MOVE = ["loadBalancer: { movePriorities: true }"];

virtually("where no number is free before a rule, as few rules as possible move and move back", async () => {
  let seen = new Map<string, number>();
  await provenShape("moved-priorities", {
    cloud: { ...quick, neighbour: true, seed: packed, target: MOVE },
    arrange: (cloud) => {
      seen = startReaders(cloud);
    },
  });
  expect([...seen.keys()]).toEqual(["200 the wiki"]);
});

virtually("where rules may not be moved, the refusal names the option and every move", async () => {
  await refusedShape("no-free-priority", { cloud: { ...quick, neighbour: true, seed: packed } });
});

virtually("where the last number is taken, the rules before a default action move up", async () => {
  await provenShape("moved-from-the-end", {
    cloud: {
      ...quick,
      neighbour: true,
      target: MOVE,
      seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: noticeboard }
        rules:
          - { priority: 10, conditions: { path: ["/wiki/*"] }, action: { targetGroup: wiki } }
          - { priority: 50000, conditions: { path: ["/pages/*"] }, action: { targetGroup: wiki } }
`,
    },
  });
});
