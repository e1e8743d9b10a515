import { describe, expect, test } from "vitest";
import { deploymentStatus } from "../../src/action/deployment-status.ts";
import { createDeployments } from "../../src/action/deployments.ts";
import type { Inputs } from "../../src/action/inputs.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { endings } from "../operations/endings.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, operationId } from "./fake-api.ts";
import { FakeGithub, notAccessible } from "./fake-github.ts";
import { recordingCore } from "./recording-core.ts";
import { inputs, runAction, workflowRun } from "./run-action.ts";
import { held, image, rolledBack, succeeds, untilBackedUp } from "./scripts.ts";
import { told } from "./told.ts";

const STATUSES = "/repos/octo/crm/deployments/4711/statuses";
const given = { environment: "production", "github-token": "ghs_secret" };
/** Pauses between two statuses take no time. */
const clock: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms <= 5_000 ? 0 : ms, signal) };
const claims = (environment?: string) => `x.${Buffer.from(JSON.stringify({ environment })).toString("base64url")}.x`;

function recording(asked: Partial<Inputs> & { job?: string; interruption?: AbortSignal } = {}) {
  const github = new FakeGithub();
  const { core, recorded } = recordingCore({ getIDToken: async () => claims(asked.job) });
  const interruption = asked.interruption ?? new AbortController().signal;
  const deps = { core, clock, interruption, octokit: github.octokits, run: workflowRun };
  const deployments = createDeployments({ inputs: { ...inputs(given), ...asked }, deps });
  return { github, deployments, recorded, states: () => github.sent(STATUSES).map(({ state }) => state) };
}
const first = told([]);
const over = (operation: OperationState) => ({ kind: "over" as const, operation });

describe("an upgrade in an environment", () => {
  test("is recorded once it is accepted, for the commit of the run, without checks or merges of its own", async () => {
    const { github, deployments, recorded } = recording();
    deployments.onState(first);
    await deployments.end({ kind: "left", operation: first });
    expect(github.calls[0]).toMatchObject({
      path: "/repos/octo/crm/deployments",
      authorization: "token ghs_secret",
      body: {
        ref: "5ca1ab1e",
        task: "deploy",
        auto_merge: false,
        required_contexts: [],
        environment: "production",
        payload: { operation: operationId, target: "crm-production", procedure: "upgrade", image },
      },
    });
    expect(github.sent(STATUSES)).toEqual([
      { state: "queued", description: "Accepted, not begun", log_url: "https://github.com/octo/crm/actions/runs/77" },
    ]);
    expect({ id: deployments.id, saved: recorded.saved.deploymentId }).toEqual({ id: 4711, saved: "4711" });
  });

  test("is followed phase by phase, in order, and to its end", async () => {
    const { github, deployments } = recording();
    for (const state of [first, told(untilBackedUp.slice(0, 2)), told(untilBackedUp), told(succeeds)]) {
      deployments.onState(state);
      await github.called(github.calls.length + (state === first ? 2 : 1));
    }
    await deployments.end(over(told(succeeds)));
    expect(github.sent(STATUSES).map(({ state, description }) => `${String(state)}: ${String(description)}`)).toEqual([
      "queued: Accepted, not begun",
      "in_progress: preflight, the site is open",
      "in_progress: Under way, the page is up",
      "success: Done, version 1.9.4, the site is open",
    ]);
  });

  test("is told of no more than once a pause, and what was overtaken meanwhile is left out", async () => {
    const { github, deployments, states } = recording();
    let answerNow = () => {};
    github.intercept = (_, count) =>
      count === 2 ? new Promise((resolve) => (answerNow = () => resolve(undefined))) : undefined;
    deployments.onState(first);
    await github.called(2);
    for (const state of [told(untilBackedUp.slice(0, 2)), told(untilBackedUp), told(held)]) deployments.onState(state);
    answerNow();
    await deployments.end(over(told(rolledBack)));
    expect(states()).toEqual(["queued", "failure"]);
  });

  test("is not recorded twice: where the job runs in that environment, GitHub does it", async () => {
    const { github, deployments, recorded } = recording({ job: "production" });
    deployments.onState(first);
    await deployments.end(over(told(succeeds)));
    expect(github.calls).toEqual([]);
    expect(recorded.lines).toEqual([
      "The job runs in the environment production: GitHub records the deployment itself.",
    ]);
  });

  test("is recorded where the job runs in another environment", async () => {
    const { deployments, states } = recording({ job: "staging" });
    deployments.onState(first);
    await deployments.end(over(told(succeeds)));
    expect(states()).toEqual(["success"]);
  });

  test("that never started is not recorded", async () => {
    const { github, deployments } = recording();
    await deployments.end({ kind: "failed", target: "crm-production", error: new Error("no"), doing: "start" });
    expect(github.calls).toEqual([]);
  });
});

describe("trouble with GitHub", () => {
  test.for([
    ["the permission is missing", notAccessible, "GitHub answered 403: Resource not accessible by integration"],
    [
      "the repository is not there for the token",
      { status: 404, body: { message: "Not Found" } },
      "GitHub answered 404: Not Found",
    ],
  ] as const)("%s: one warning that names the permission, and no more calls", async ([, answer, said]) => {
    const { github, deployments, recorded } = recording();
    github.intercept = () => answer;
    deployments.onState(first);
    await github.called(1);
    deployments.onState(told(untilBackedUp));
    await deployments.end(over(told(succeeds)));
    expect(github.calls).toHaveLength(1);
    expect(recorded.lines).toHaveLength(1);
    expect(recorded.lines[0]).toMatch(/^::warning Intermission: the deployment is not recorded::/);
    expect(recorded.lines[0]).toContain(said);
    expect(recorded.lines[0]).toContain(
      "The job needs the permission deployments: write. The operation goes on regardless.",
    );
  });

  test("passes: the last word is said again", async () => {
    const { github, deployments, recorded, states } = recording();
    github.intercept = (_, count) => (count === 3 ? { status: 502, body: { message: "Bad Gateway" } } : undefined);
    deployments.onState(first);
    await github.called(2);
    await deployments.end(over(told(succeeds)));
    expect({ states: states(), lines: recorded.lines }).toEqual({
      states: ["queued", "success", "success"],
      lines: [],
    });
  });

  test("lasts: one warning, and the step ends", async () => {
    const { github, deployments, recorded } = recording();
    github.intercept = (_, count) => (count > 1 ? { status: 502, body: { message: "Bad Gateway" } } : undefined);
    deployments.onState(first);
    await deployments.end(over(told(succeeds)));
    expect(recorded.lines).toEqual([
      expect.stringMatching(/^::warning Intermission: the deployment is not up to date::GitHub answered 502/),
    ]);
  });

  test("keeps a step that was told to stop no longer than a moment", async () => {
    const interruption = AbortSignal.abort(new Error("SIGINT"));
    const { github, deployments } = recording({ interruption });
    github.intercept = () => new Promise(() => {});
    deployments.onState(first);
    await deployments.end({ kind: "detached", operation: told(untilBackedUp) });
    expect(deployments.id).toBeUndefined();
  });
});

test("a later step carries a deployment on, whatever it does, and records none", async () => {
  const { github, deployments } = recording({
    environment: undefined,
    deploymentId: 4711,
    work: { do: "status", operationId },
  });
  await deployments.end({ kind: "timed-out", operation: told(untilBackedUp), timeoutMs: 1 });
  expect(github.calls.map(({ path }) => path)).toEqual([STATUSES]);
});

test("what a deployment says of every ending fits into what GitHub takes", () => {
  const all = Object.entries(endings).map(([name, { state }]) => [name, deploymentStatus(state)] as const);
  expect(all.map(([name, { state, description }]) => `${name}: ${state}: ${description}`)).toMatchInlineSnapshot(`
    [
      "an upgrade that failed and went back to the snapshot by itself: failure: As it was before: the application says that it cannot start: duplicate column",
      "a held upgrade, taken over and rolled back because somebody decided it: failure: As it was before",
      "an upgrade that is held while it opens: in_progress: Held, needs a person, the page is up: the application did not answer the public",
      "an upgrade without a snapshot that is held: in_progress: Held, needs a person, the page is up: the application says that it cannot start: duplicate column",
      "an upgrade that was cancelled before it began: inactive: Decided before it began: cancel",
      "a first start: success: Done, version 1.9.4, the site is open",
      "a first start that went back: failure: As it was before: the application says that it cannot start: duplicate column",
      "a maintenance that is done: success: Done, version 1.9.4, the site is open",
      "a maintenance that waits: in_progress: Waits for a decision when the work on the one node is done, the page is up",
      "a maintenance that somebody took back: failure: As it was before",
      "a rollback that worked, of an upgrade that visitors had written to: success: Rolled back, version 1.9.4, the site is open",
      "a rollback that failed before it touched the data: failure: As it was before: a container did not end",
      "a rollback that is held while it restores: in_progress: Held, needs a person, the page is up: the restore ended as incompatible-restore",
    ]
  `);
  const problem = { code: "x", message: "🙂".repeat(200) };
  const long = deploymentStatus({ ...told(held), problem }).description;
  expect({ length: long.length <= 140, whole: long.isWellFormed() }).toEqual({ length: true, whole: true });
});

test("the step answers the deployment's id, for a later one to carry on", async () => {
  const github = new FakeGithub();
  const { outputs, exitCode } = await inVirtualTime(() =>
    runAction(fakeApi({ script: succeeds }).fetch, { given, octokit: github.octokits }),
  );
  expect({ exitCode, id: outputs["deployment-id"] }).toEqual({ exitCode: 0, id: "4711" });
  expect(github.sent(STATUSES).at(-1)).toMatchObject({ state: "success" });
});
