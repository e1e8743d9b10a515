import { expect } from "vitest";
import type { SandboxEvent } from "../../../src/sandbox/cloud/event-log.ts";
import { judgedUpgrade, type Meddling } from "../../simulation/judged-upgrade.ts";
import { provenShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { dying } from "../dying.ts";
import { virtually } from "./virtually.ts";

const quick: Meddling["cloud"] = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };

/** No image is pulled any more from the third follower on. */
const onlyTwoStart = ({ containers, world }: SimulatedCloud) => {
  const { start } = containers;
  const isFollower = (event: SandboxEvent) =>
    event.kind === "container" && event.change === "started" && event.imageDigest.startsWith("sha256:222");
  containers.start = async (...container) => {
    // The leader is the first.
    if (world.log.after().filter(isFollower).length >= 3) throw new Error("the registry does not answer");
    return start(...container);
  };
};

virtually("opens as soon as one node serves, and waits for the others and the worker with the site open", async () => {
  const run = await provenShape("opens-early", { cloud: { ...quick, worker: true, target: ["openAt: 1"] } });
  expect(run.state.nodes.after).toHaveLength(5);
});

virtually("what people set as a percentage is rounded up", async () => {
  const run = await judgedUpgrade({ cloud: { ...quick, target: ['openAt: "34%"'] } });
  expect({ violations: run.violations, ...run.state }).toMatchObject({
    violations: [],
    status: "succeeded",
    leftovers: [],
  });
  expect(run.state.nodes.after).toHaveLength(3);
});

virtually("a node that never comes is left over, and somebody is woken: the site stays open", async () => {
  const run = await judgedUpgrade({
    cloud: { ...quick, target: ["openAt: 2", "timeouts: { scaleOut: 2m }"] },
    meddle: onlyTwoStart,
  });
  expect(run.state).toMatchObject({ status: "succeeded", site: "open" });
  expect(run.state.leftovers.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^not every node serves: /));
  expect(run.cloud.alarms.map(({ event }) => event)).toEqual(["operation-left-something"]);
  expect(run.state.nodes.after.length).toBeGreaterThanOrEqual(2);
});

virtually("where fewer come than are enough, the verified version is held behind the page", async () => {
  const run = await judgedUpgrade({
    cloud: { ...quick, target: ["openAt: 3", "timeouts: { scaleOut: 2m }"] },
    meddle: onlyTwoStart,
  });
  expect(run.state).toMatchObject({ status: "held", site: "closed" });
});

virtually("the runbook may die around the opening and while it waits for the others", async () => {
  const run = await judgedUpgrade({
    cloud: { ...quick, worker: true, target: ["openAt: 1"] },
    run: { crash: dying(["scale-out/every node serves", "open/delete-closing-rules", "finish/every node serves"]) },
  });
  expect({ violations: run.violations, ...run.state }).toMatchObject({
    violations: [],
    status: "succeeded",
    leftovers: [],
  });
});
