import { describe, expect } from "vitest";
import type { FirstStartRequest } from "../../../src/operations/operation.ts";
import { nocobase } from "../../simulation/dialects.ts";
import { judgedProcedure, type Surroundings } from "../../simulation/judged-procedure.ts";
import { startsOf } from "../../simulation/judged-upgrade.ts";
import { expectProven } from "../../simulation/proven-procedure.ts";
import type { ProcedureRun } from "../../simulation/run-procedure.ts";
import { virtually } from "../shapes/virtually.ts";

const PLUGINS = { "1.4.2": ["acl", "auth", "users", "workflow"] };
const EMPTY = {
  installMs: 8_000,
  latencies: ["rds: { snapshotMs: 5000 }"],
  dialect: nocobase(PLUGINS, [], { eachMs: 3_000 }),
};
const INVENTORY = [
  "probes: { ready: { path: /api/__health_check, match: { status: [200], body: ok } }, fatal: [{ json: { path: error.code, pattern: _ERROR$ } }], progress: { json: [error.message, error.code] }, version: { path: '/api/app:getInfo', json: data.version }, inventory: { path: '/api/pm:listEnabled', items: data, name: name } }",
];

const firstStart = (
  request: Partial<FirstStartRequest> = {},
  { cloud, answers, ...rest }: Pick<Surroundings, "cloud"> & Partial<Omit<ProcedureRun, "request">> = {},
) =>
  judgedProcedure({
    cloud: { ...EMPTY, ...cloud },
    run: {
      ...rest,
      answers,
      request: {
        procedure: "first-start",
        database: "empty",
        evenIf: [],
        pause: false,
        snapshot: "required",
        ...request,
      },
    },
  });

describe("a first start", () => {
  virtually("starts one node, waits until everything is installed, and then the others", async () => {
    const run = await firstStart({ counts: { noticeboard: 2 } }, { cloud: { target: INVENTORY } });
    await expectProven("first-start", run);
    expect(run.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    expect(startsOf(run.cloud, "sha256:1")).toHaveLength(3);
    expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 201 });
  });

  virtually("gives each service as many nodes as were asked for", async () => {
    const run = await firstStart({ counts: { noticeboard: 3, "noticeboard-worker": 1 } }, { cloud: { worker: true } });
    expect(run.violations).toEqual([]);
    expect(run.state.status).toBe("succeeded");
    expect(run.state.nodes.after).toHaveLength(4);
  });

  virtually("pauses for what must be enabled by hand, and goes on when somebody says so", async () => {
    const run = await firstStart({ pause: true }, { answers: [{ when: "before-scale-out", what: "proceed" }] });
    await expectProven("first-start-with-a-pause", run);
    expect(run.state.status).toBe("succeeded");
  });

  virtually("is held where the first node cannot install, with its words, and the page up", async () => {
    const run = await firstStart({}, { cloud: { breakage: "early-exit" } });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "held", site: "closed" });
    expect(run.state.problem?.hint).toBeTruthy();
  });

  virtually("leaves the services at 0 where nothing could be started", async () => {
    const run = await firstStart({}, { cloud: { cannotStart: true } });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "rolled-back", leftovers: [] });
  });

  virtually("is refused on a target that runs, and on one that nobody declares empty", async () => {
    const run = await firstStart({ database: undefined }, { cloud: { installMs: undefined } });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "refused", mutations: [] });
    expect(run.state.checks.flatMap(({ outcome, name }) => (outcome === "failed" ? [name] : []))).toEqual([
      "nothing-runs",
      "database-is-empty",
    ]);
  });
});
