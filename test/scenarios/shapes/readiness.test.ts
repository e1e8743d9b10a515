import { expect, test } from "vitest";
import { judgedUpgrade } from "../../simulation/judged-upgrade.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const WORKER = `
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }`;
const worker = (more: string) => `
taskDefinitions:
  noticeboard-worker:
    containers:${WORKER}
        ${more}
`;
const HEALTH = "healthCheck: { command: [CMD-SHELL, check], intervalSeconds: 5, startPeriodSeconds: 30 }";
const says = (line: string) => `
intermission:
  targets:
    noticeboard:
      services:
        - { name: noticeboard, container: app }
        - { name: noticeboard-worker, container: app, ready: { log: ${JSON.stringify(line)} } }
`;

test("a worker with a container health check is waited for until it is HEALTHY", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const { state, events } = await provenShape("worker-health-check", {
      cloud: { worker: true, seed: worker(HEALTH) },
    });
    const check = state.checks.find(({ name }) => name === "nodes-show-that-they-work");
    expect(check).toMatchObject({ outcome: "passed" });
    expect(JSON.stringify(events)).toContain("a node is ready when its container health check is HEALTHY");
  }),
);

test("a worker that says in its log when it works is waited for until it has", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const seed = `${worker("logGroup: /ecs/noticeboard-worker")}${says("/^app has been (started|restarted)$/")}`;
    const { events } = await provenShape("worker-log-line", { cloud: { worker: true, seed } });
    const [waits] = events
      .filter(({ type }) => type === "progress")
      .filter((event) => JSON.stringify(event).includes("has written"));
    expect(waits).toBeDefined();
  }),
);

test("a line is not waited for where no log can be read", { timeout: 60_000 }, () =>
  inVirtualTime(
    async () =>
      void (await refusedShape("worker-log-line-unreadable", {
        cloud: { worker: true, seed: says("app has been started") },
      })),
  ),
);

test(
  "RUNNING is not enough: nodes that never show that they work hold the window, and their names are said",
  {
    timeout: 60_000,
  },
  () =>
    inVirtualTime(async () => {
      const seed = `${worker("logGroup: /ecs/noticeboard-worker")}${says("worker is ready")}`;
      const { state, violations } = await judgedUpgrade({
        cloud: { worker: true, seed, target: ["timeouts: { scaleOut: 2m }"] },
      });
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "held", problem: { code: "timed-out" } });
      expect(state.problem?.message).toMatch(
        /noticeboard-worker: 0 of 2 nodes .* serve; a node is ready when app has written worker is ready \([0-9a-f]{8} has not written worker is ready, [0-9a-f]{8} has not/,
      );
    }),
);

test("old nodes are waited for in the same way when they are put back", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const seed = `${worker(`logGroup: /ecs/noticeboard-worker\n        ${HEALTH}`)}${says("app has been started")}`;
    const { state, violations, events } = await judgedUpgrade({ cloud: { worker: true, seed, cannotStart: true } });
    expect(violations).toEqual([]);
    expect(state.status).toBe("rolled-back");
    const waits = events.find(
      (event) =>
        event.type === "progress" &&
        event.phase === "put-back" &&
        event.message.includes("its container health check is HEALTHY and app has written"),
    );
    expect(waits).toBeDefined();
  }),
);
