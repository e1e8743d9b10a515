import { describe, expect } from "vitest";
import type { MaintenanceRequest } from "../../../src/operations/operation.ts";
import { type JudgedRun, judgedProcedure, type Surroundings } from "../../simulation/judged-procedure.ts";
import { at, startsOf } from "../../simulation/judged-upgrade.ts";
import { OPERATION } from "../../simulation/operator.ts";
import { expectProven } from "../../simulation/proven-procedure.ts";
import type { ProcedureRun } from "../../simulation/run-procedure.ts";
import { askThroughTheBypass } from "../../simulation/through-the-bypass.ts";
import { virtually } from "../shapes/virtually.ts";

const maintenance = (
  request: Partial<MaintenanceRequest> = {},
  {
    meddle,
    arrange,
    cloud,
    ...run
  }: Pick<Surroundings, "cloud" | "arrange"> & Pick<JudgedRun, "meddle"> & Partial<Omit<ProcedureRun, "request">> = {},
) =>
  judgedProcedure({
    cloud: {
      latencies: ["rds: { snapshotMs: 5000, instanceMs: 20000, modifyMs: 5000, renameMs: 10000, renameDnsMs: 20000 }"],
      ...cloud,
    },
    meddle,
    arrange,
    run: {
      answers: [{ when: "maintenance", what: "proceed" }],
      ...run,
      request: {
        procedure: "maintenance",
        traffic: "closed",
        within: "1h",
        otherwise: "hold",
        snapshot: "required",
        ...request,
      },
    },
  });

describe("a maintenance behind the page", () => {
  virtually("leaves one node to the people, past the page, and starts all anew when they are done", async () => {
    let answers: unknown[] = [];
    const run = await maintenance(
      {},
      {
        meddle: at("work/maintenance", async (cloud) => {
          const enable = { method: "POST", path: "/api/pm:enable", body: { name: "map" } };
          answers = [await askThroughTheBypass(cloud, enable)];
        }),
      },
    );
    await expectProven("maintenance", run);
    expect(answers).toMatchObject([{ status: 200 }]);
    expect(run.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    // The three before, the one, and three that know of the plugin.
    expect(startsOf(run.cloud, "sha256:1")).toHaveLength(7);
    const { hostname, port, host } = new URL([...run.cloud.configuration.targets.values()][0]!.url);
    for (const address of run.cloud.hosts.resolve(hostname)) {
      const list = { method: "GET", path: "/api/pm:listEnabled", headers: { host }, remoteAddress: "203.0.113.7" };
      const answer = await run.cloud.hosts.send(address, Number(port), list);
      expect(JSON.parse(answer.body)).toEqual({ data: [{ name: "map" }] });
    }
  });

  virtually(
    "is held when the time is up, with the page up and the alarm raised, and proceeds when somebody says so",
    async () => {
      const run = await maintenance(
        { within: "10m" },
        { answers: [{ when: "held", what: "proceed", afterMs: 600_000 }] },
      );
      await expectProven("maintenance-over-time", run);
      expect(run.cloud.alarms.map(({ event }) => event)).toContain("operation-held");
      expect(run.state).toMatchObject({ status: "succeeded", site: "open" });
    },
  );

  virtually("is put back where the snapshot cannot be taken: nobody has worked on the data yet", async () => {
    const run = await maintenance(
      {},
      {
        meddle: ({ faults }) =>
          faults.add({ service: "RDS", operation: "CreateDBSnapshot", fault: "internal-error", count: 100 }),
      },
    );
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
  });
});

describe("a maintenance with open traffic", () => {
  virtually("leaves one node that serves, and starts the others anew", async () => {
    const run = await maintenance({ traffic: "open" });
    await expectProven("maintenance-in-the-open", run);
    expect(run.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    expect(run.visitors.statuses.filter(({ status }) => status !== 201)).toEqual([]);
  });

  virtually("is held with the site open when the time is up", async () => {
    const run = await maintenance({ traffic: "open", within: "10m" }, { answers: [] });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "held", site: "open" });
    expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 201 });
  });
});

virtually("with open traffic is refused where the nodes that end may take longer than it waits", async () => {
  const run = await maintenance({ traffic: "open" }, { cloud: { target: ["timeouts: { stop: 5m }"] } });
  expect(run.state).toMatchObject({ status: "refused", mutations: [] });
  expect(run.state.problem?.message).toMatch(
    /nodes-end-in-time.*found a node may take 6 min 10 s to end, and timeouts.stop is 5 min/,
  );
});

virtually("a node that the work has ended is replaced by another one when the work is done", async () => {
  const run = await maintenance(
    {},
    {
      meddle: at("work/maintenance", async (cloud) =>
        cloud.ecs.killTask((await cloud.store.get(OPERATION))!.leaderTaskArn!),
      ),
    },
  );
  expect(run.violations).toEqual([]);
  expect(run.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
  expect(run.events.filter(({ type }) => type === "leader-started")).toHaveLength(2);
});
