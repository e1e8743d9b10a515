import { describe, expect, test } from "vitest";
import { type SavedState, tellTheTruth } from "../../src/action/after-main.ts";
import type { Octokits } from "../../src/action/octokit.ts";
import { systemClock } from "../../src/clock.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, operationId, problem, type Script } from "./fake-api.ts";
import { FakeGithub } from "./fake-github.ts";
import { recordingCore } from "./recording-core.ts";
import { inputs, workflowRun } from "./run-action.ts";
import { held, image, succeeds } from "./scripts.ts";

type Options = {
  octokit?: Octokits;
  afterSeconds?: number;
  script?: Script;
  down?: boolean;
  given?: Record<string, string>;
};

function postStep(saved: Partial<SavedState>, options: Options = {}) {
  const { afterSeconds = 0, script = succeeds, down = false, given } = options;
  return inVirtualTime(async () => {
    const { core, recorded } = recordingCore();
    const api = fakeApi({ script, intercept: () => (down ? problem(503, { title: "Away" }) : undefined) });
    api.requestEarlier("crm-production", { procedure: "upgrade", image, snapshot: "required" });
    await systemClock.sleep(afterSeconds * 1_000);
    const deps = {
      core,
      clock: systemClock,
      random: () => 1,
      fetch: api.fetch,
      run: workflowRun,
      ...(options.octokit && { octokit: options.octokit }),
      interruption: new AbortController().signal,
    };
    await tellTheTruth(
      { reported: false, startRequested: false, following: false, cancelled: false, ...saved },
      { inputs: inputs(given), deps },
    );
    return { ...recorded, calls: api.calls };
  });
}

test("the post step adds nothing to a main step that reported", async () => {
  const { calls, summary } = await postStep({ reported: true, startRequested: true, operationId });
  expect({ calls, summary }).toEqual({ calls: [], summary: "" });
});

test("the post step says that nothing was started when nothing was asked for", async () => {
  const { calls, lines } = await postStep({});
  expect({ calls, lines }).toEqual({ calls: [], lines: ["No operation was started."] });
});

test("the post step tells of an operation that goes on without its killed step", async () => {
  const { lines, summary } = await postStep({ startRequested: true, operationId }, { afterSeconds: 100 });
  expect(lines.at(-1)).toContain("::warning This step was stopped, the upgrade of crm-production was not::");
  expect(lines.at(-1)).toContain("running in phase back-up. The maintenance page is up.");
  expect(summary).toContain("### Timeline");
});

test("the post step tells of an operation that has succeeded since", async () => {
  const { lines } = await postStep({ startRequested: true, operationId }, { afterSeconds: 600 });
  expect(lines.at(-1)).toContain("::notice crm-production is upgraded::");
});

test("the post step tells of an operation that is held", async () => {
  const { lines } = await postStep({ startRequested: true, operationId }, { afterSeconds: 600, script: held });
  expect(lines.at(-1)).toContain("::warning crm-production is held and needs a person::");
});

test("the post step does not guess when the API is away", async () => {
  const { lines, summary } = await postStep({ startRequested: true, operationId }, { down: true });
  expect(lines.at(-1)).toContain(`::warning The step was killed; operation ${operationId} was not::`);
  expect(lines.at(-1)).toContain("What became of it is not known here");
  expect(summary).toContain(`/v1/operations/${operationId}`);
});

test("the post step does not ask again for an operation whose request got no answer: that could start it", async () => {
  const { calls, lines } = await postStep({ startRequested: true });
  expect(calls).toEqual([]);
  expect(lines.at(-1)).toContain("The operation may have been started.");
});

describe("the post step of a cancelled job with on-cancel: rollback", () => {
  const killed = { startRequested: true, operationId, following: true, cancelled: true };
  const given = { "on-cancel": "rollback" };
  const decisions = (calls: { path: string }[]) => calls.filter(({ path }) => path.endsWith("/decisions"));

  test("decides what the main step was killed before", async () => {
    const { calls, lines } = await postStep(killed, { afterSeconds: 100, given });
    expect(decisions(calls)).toHaveLength(1);
    expect(lines.at(-1)).toContain("::warning This step was stopped, the upgrade of crm-production goes back::");
  });

  test("decides about a held operation too", async () => {
    const { calls } = await postStep(killed, { afterSeconds: 600, script: held, given });
    expect(decisions(calls)).toHaveLength(1);
  });

  test("says why it did not", async () => {
    const { calls, lines } = await postStep(killed, { afterSeconds: 431, given });
    expect(decisions(calls)).toEqual([]);
    expect(lines.at(-1)).toContain("rollback was not decided, because nothing would act on it now.");
  });

  test.for([
    ["was killed without being cancelled", { ...killed, cancelled: false }, given],
    ["had not started or decided anything itself", { ...killed, following: false }, given],
    ["reported", { ...killed, reported: true }, given],
    ["detaches", killed, {}],
  ] as const)("decides nothing when the main step %s", async ([, saved, inputs]) => {
    const { calls } = await postStep(saved, { afterSeconds: 100, given: inputs });
    expect(decisions(calls)).toEqual([]);
  });
});

test("the post step ends the deployment that the main step had recorded, and records none itself", async () => {
  const github = new FakeGithub();
  const options = {
    octokit: github.octokits,
    afterSeconds: 600,
    given: { environment: "production", "github-token": "t" },
  };
  await postStep({ startRequested: true, operationId, deploymentId: 4711 }, options);
  expect(github.calls.map(({ path, body }) => [path, body.state])).toEqual([
    ["/repos/octo/crm/deployments/4711/statuses", "success"],
  ]);
  await postStep({ startRequested: true, operationId }, options);
  expect(github.calls).toHaveLength(1);
});
