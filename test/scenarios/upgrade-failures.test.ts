import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/operations/operation.ts";
import { at, decide, judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import { type NoticeboardCloudOptions, OLD_IMAGE, rowsOf } from "../simulation/noticeboard-cloud.ts";
import { OPERATION } from "../simulation/run-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

type Failing = { breakage?: NoticeboardCloudOptions; request?: Meddling["run"]; meddle?: Meddling["meddle"] };

async function failingUpgrade({ breakage, request, meddle }: Failing) {
  const run = await judgedUpgrade({ cloud: breakage, run: request, meddle });
  if (run.ending.status !== "superseded") expect(run.violations).toEqual([]);
  const wokenFor =
    run.state.status === "held" ? ["operation-held"] : run.state.leftovers.length ? ["operation-left-something"] : [];
  expect(run.cloud.alarms.map(({ event }) => event)).toEqual(wokenFor);
  return run;
}

const virtually = (name: string, body: () => Promise<void>) =>
  test(name, { timeout: 60_000 }, () => inVirtualTime(body));

const decideAt = (key: string, decision: Decision) => at(key, decide(decision));

async function expectEverythingAsBefore(run: Awaited<ReturnType<typeof failingUpgrade>>) {
  const { cloud, state, visitors } = run;
  expect(state).toMatchObject({ status: "rolled-back", leftovers: [] });
  expect(state.nodes.after).toHaveLength(3);
  expect(visitors.statuses.at(-1)).toMatchObject({ status: 201 });
  const rows = rowsOf(cloud);
  for (const { text, price } of visitors.acknowledged)
    expect(rows.find((row) => row.text === text)).toMatchObject({ price });
  expect(await cloud.store.lockHolder("noticeboard")).toBeUndefined();
}

async function expectHeldWithThePageUp(run: Awaited<ReturnType<typeof failingUpgrade>>, code: string) {
  const { cloud, state, visitors } = run;
  expect(state.status).toBe("held");
  expect(state.problem?.code).toBe(code);
  expect(state.problem?.hint).toContain("snapshot");
  expect(visitors.statuses.at(-1)).toMatchObject({ status: 503 });
  expect(await cloud.store.lockHolder("noticeboard")).toBe(OPERATION);
  const started = cloud.world.log
    .after()
    .filter((event) => event.kind === "container" && event.change === "started" && event.group.startsWith("family:"));
  expect(started).toHaveLength(1);
}

describe("before it touches anything", () => {
  virtually("refuses naming everything that is wrong at once", async () => {
    const { state, visitors } = await failingUpgrade({
      breakage: { target: ["frozen: end of the quarter", `page: { message: "${"x".repeat(280)}" }`] },
      request: { request: { image: OLD_IMAGE.replace("1.4.2", "9.9.9") } },
    });
    expect(state.status).toBe("refused");
    expect(state.problem?.details).toEqual({ checks: ["not-frozen", "image-exists"] });
    expect(visitors.statuses.every(({ status }) => status === 201)).toBe(true);
    expect(state.mutations).toEqual([]);
  });

  virtually("refuses while the database is backing up", async () => {
    const { state } = await failingUpgrade({
      meddle: (cloud) => {
        const { rds } = cloud.runbook.aws;
        const database = rds.database;
        rds.database = async (wanted) => ({ ...(await database(wanted))!, status: "backing-up" });
      },
    });
    expect(state.status).toBe("refused");
    expect(state.problem?.message).toContain("found backing-up: a backup is being taken, and no other can be begun");
  });

  virtually("a cancelled operation that has not begun is refused", async () => {
    const { state } = await failingUpgrade({ meddle: decideAt("started", "cancel") });
    expect(state).toMatchObject({ status: "refused", problem: { code: "cancelled" }, mutations: [] });
  });
});

describe("before the point of no return puts everything back by itself", () => {
  virtually("when the page does not show at every address in time", async () => {
    const run = await failingUpgrade({
      breakage: {
        latencies: ["elb: { rulePropagationMinimumMs: 90000, rulePropagationMaximumMs: 100000 }"],
        target: ["timeouts: { close: 30s }"],
      },
    });
    await expectEverythingAsBefore(run);
    expect(run.state.problem).toMatchObject({ code: "timed-out" });
    expect(run.state.window.closedAt).toBeUndefined();
  });

  virtually("when the nodes do not end in time", async () => {
    const run = await failingUpgrade({ breakage: { target: ["timeouts: { stop: 5s }"] } });
    await expectEverythingAsBefore(run);
    expect(run.state.problem?.message).toContain("every container has ended");
  });

  virtually("when the snapshot fails", async () => {
    const run = await failingUpgrade({
      meddle: (cloud) => {
        const { rds } = cloud.runbook.aws;
        const snapshot = rds.snapshot;
        rds.snapshot = async (identifier) => ({ ...(await snapshot(identifier))!, status: "failed" });
      },
    });
    await expectEverythingAsBefore(run);
    expect(run.state.problem?.code).toBe("snapshot-failed");
  });

  virtually("when AWS refuses a call in the middle", async () => {
    const run = await failingUpgrade({
      meddle: (cloud) =>
        cloud.faults.add({ service: "RDS", operation: "CreateDBSnapshot", fault: "internal-error", count: 100 }),
    });
    await expectEverythingAsBefore(run);
  });

  virtually("when someone cancels while the snapshot is taken", async () => {
    const run = await failingUpgrade({ meddle: decideAt("back-up/begin", "cancel") });
    await expectEverythingAsBefore(run);
    expect(run.state.problem?.message).toBe("operator/alice decided: cancel");
  });

  virtually("when the leader's container cannot be started, for then the data is still untouched", async () => {
    const run = await failingUpgrade({ breakage: { cannotStart: true } });
    await expectEverythingAsBefore(run);
    expect(run.state.problem).toMatchObject({ code: "leader-never-ran" });
    expect(run.state.problem?.message).toContain("CannotStartContainerError");
  });

  virtually("when ECS refuses to run the leader", async () => {
    const run = await failingUpgrade({
      meddle: (cloud) => {
        const { ecs } = cloud.runbook.aws;
        ecs.runTask = () =>
          Promise.reject(
            Object.assign(new Error("not authorised to pass the role"), {
              name: "AccessDeniedException",
              $metadata: { httpStatusCode: 400, attempts: 1 },
            }),
          );
      },
    });
    await expectEverythingAsBefore(run);
    expect(run.state.problem).toMatchObject({ code: "leader-never-ran" });
  });
});

describe("after the point of no return holds the page, with one leader ever started", () => {
  virtually("when the migration fails and the application says so", async () => {
    const began = Date.now();
    const run = await failingUpgrade({ breakage: { breakage: "migration" } });
    await expectHeldWithThePageUp(run, "migration-failed");
    expect(run.state.problem?.message).toContain("cannot execute ALTER TABLE in a read-only transaction");
    expect(Date.parse(run.state.updatedAt) - began).toBeLessThan(5 * 60_000);
  });

  virtually("when the leader dies in mid-migration", async () => {
    const run = await failingUpgrade({ breakage: { breakage: "crash" } });
    await expectHeldWithThePageUp(run, "leader-stopped");
    expect(run.state.problem?.message).toContain("exit code 1");
  });

  virtually("when the leader hangs", async () => {
    const run = await failingUpgrade({ breakage: { breakage: "hang", target: ["timeouts: { migrate: 5m }"] } });
    await expectHeldWithThePageUp(run, "timed-out");
  });

  virtually("when the application reports another version than expected", async () => {
    const run = await failingUpgrade({ request: { request: { expectedVersion: "2.0.1" } } });
    await expectHeldWithThePageUp(run, "wrong-version");
  });

  virtually("when the followers do not start", async () => {
    const run = await failingUpgrade({
      breakage: { followerBreakage: "early-exit", target: ["timeouts: { scaleOut: 3m }"] },
    });
    expect(run.state).toMatchObject({ status: "held", site: "closed", verifiedVersion: "2.0.0" });
    expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 503 });
  });

  virtually("when someone cancels during the migration", async () => {
    const run = await failingUpgrade({
      meddle: decideAt("migrate/says/the leader answers 503 migrating prices, 30 %", "cancel"),
    });
    await expectHeldWithThePageUp(run, "cancelled");
  });
});

describe("after the opening", () => {
  virtually("closes again and holds when the application does not answer the public", async () => {
    const run = await failingUpgrade({
      breakage: { target: ["timeouts: { open: 20s }"] },
      meddle: (cloud) => {
        const { http, store } = cloud.runbook;
        let opening = false;
        const append = store.append;
        store.append = async (id, facts) => {
          opening ||= facts.some(({ type }) => type === "opening-started");
          return append(id, facts);
        };
        cloud.runbook.http = async (request) => {
          const answer = await http(request);
          return opening && answer.status === 200 ? { ...answer, status: 500, body: "broken" } : answer;
        };
      },
    });
    expect(run.state).toMatchObject({ status: "held", site: "closed", problem: { code: "timed-out" } });
    expect(run.state.problem?.hint).toContain("visitors may have written to it since");
    expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 503 });
  });

  virtually("stays open and lists what it could not put back", async () => {
    const run = await failingUpgrade({
      meddle: (cloud) => {
        const { autoScaling } = cloud.runbook.aws;
        const suspend = autoScaling.suspend;
        autoScaling.suspend = (id, suspended) =>
          suspended.in
            ? suspend(id, suspended)
            : Promise.reject(
                Object.assign(new Error("not authorised"), {
                  name: "AccessDeniedException",
                  $metadata: { httpStatusCode: 400 },
                }),
              );
      },
    });
    expect(run.state).toMatchObject({ status: "succeeded", site: "open" });
    expect(run.state.leftovers).toHaveLength(1);
    expect(run.state.leftovers[0]!.what).toContain("Suspend every scaling of noticeboard: not undone");
    expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 201 });
  });
});

virtually("an operation that another run took over touches nothing any more", async () => {
  const run = await failingUpgrade({
    meddle: (cloud) => {
      const { store } = cloud.runbook;
      const control = store.control;
      let calls = 0;
      store.control = async (id) => {
        const found = await control(id);
        calls += 1;
        return calls > 12 ? { ...found, epoch: found.epoch + 1 } : found;
      };
    },
  });
  expect(run.ending).toEqual({ status: "superseded" });
  expect(run.state.status).toBe("running");
});
