import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, operationId, type Script } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { asksBeforeOpen, succeeds, upgradeRequest } from "./scripts.ts";

const upgrade = (script: Script, given: Record<string, string>) => {
  const api = fakeApi({ script, live: `/live/${operationId}?key=abc.DEF-1_2` });
  return inVirtualTime(async () => ({ ...(await runAction(api.fetch, { given })), calls: api.calls }));
};
const bypassAsked = (calls: { path: string }[]) => calls.filter(({ path }) => path.endsWith("/bypass")).length;

describe("wait: decision", () => {
  test("ends the step well at a question, with all that further steps need to look at the new version", async () => {
    const { exitCode, outputs, lines, summary } = await upgrade(asksBeforeOpen, {
      ...{ wait: "decision", approval: "before-open" },
    });
    expect(exitCode, lines.join("\n")).toBe(0);
    expect(outputs).toMatchObject({
      ...{ status: "waiting", "waiting-for": "before-open", site: "closed" },
      "bypass-header": "x-intermission-bypass: s3cret-way-past",
    });
    expect(lines.at(-1)).toContain("::notice The upgrade of crm-production waits for a decision::");
    expect(lines.at(-1)).toContain(`run a step of procedure: decide with operation-id: ${operationId}`);
    expect(lines.at(-1)).toContain("decision: proceed, which starts the other nodes and opens the site");
    expect(summary).not.toContain("s3cret");
    expect(lines.filter((line) => line.startsWith("::notice"))).toHaveLength(2);
  });

  test("asks for no way past a page that is not there yet", async () => {
    const { outputs, calls } = await upgrade([[1, { type: "waiting", for: "before-window" }]], { wait: "decision" });
    expect({ asked: bypassAsked(calls), for: outputs["waiting-for"] }).toEqual({ asked: 0, for: "before-window" });
  });

  test("does not take the time before not-before for a question", async () => {
    const { outputs, exitCode } = await upgrade(
      [
        [1, { type: "waiting", for: "start", until: "2026-01-15T02:30:00.000Z" }],
        [1_800, { type: "waited" }],
        [1_801, { type: "waiting", for: "before-window" }],
      ],
      { wait: "decision", "not-before": "2026-01-15T02:30:00Z" },
    );
    expect({ exitCode, for: outputs["waiting-for"] }).toEqual({ exitCode: 0, for: "before-window" });
  });

  test("goes to the end where nothing is asked", async () => {
    const { outputs, exitCode } = await upgrade(succeeds, { wait: "decision" });
    expect({ exitCode, status: outputs.status }).toEqual({ exitCode: 0, status: "succeeded" });
  });

  test("lets another job have the way past the page by a look", async () => {
    const { outputs, exitCode } = await inVirtualTime(async () => {
      const api = fakeApi({ script: asksBeforeOpen });
      api.requestEarlier("crm-production", upgradeRequest);
      await systemClock.sleep(500_000);
      const given = { procedure: "status", image: "", "operation-id": operationId, wait: "decision" };
      return runAction(api.fetch, { given });
    });
    expect({ exitCode, header: outputs["bypass-header"] }).toEqual({
      ...{ exitCode: 0, header: "x-intermission-bypass: s3cret-way-past" },
    });
  });
});

test("wait: true stays through a question, and says that it is asked", async () => {
  const { exitCode, lines, calls } = await upgrade(
    [...asksBeforeOpen, [500, { type: "decided", decision: "proceed", by }]],
    {
      timeout: "10m",
    },
  );
  expect({ exitCode, asked: bypassAsked(calls) }).toEqual({ exitCode: 1, asked: 0 });
  expect(lines).toContainEqual(expect.stringContaining("::notice Intermission waits for a decision::"));
  expect(lines.at(-1)).toContain("is not over after 10 min 00 s");
});

test("a question of the past is told as a line, and is no notice any more", async () => {
  const { lines } = await inVirtualTime(async () => {
    const api = fakeApi({
      script: [
        [1, { type: "waiting", for: "before-window" }],
        [10, { type: "decided", decision: "proceed", by }],
        ...asksBeforeOpen.filter(([at]) => at > 10),
      ],
    });
    api.requestEarlier("crm-production", upgradeRequest);
    await systemClock.sleep(500_000);
    return runAction(api.fetch, {
      given: { procedure: "status", image: "", "operation-id": operationId, timeout: "1m" },
    });
  });
  const notices = lines.filter((line) => line.startsWith("::notice Intermission waits for a decision"));
  expect(notices).toEqual([expect.stringContaining("before the site opens")]);
});

const by = { kind: "iam" as const, id: "arn:aws:iam::1:role/operator", name: "operator/ada", details: {} };

describe("the live page", () => {
  test("is the first thing that is said, in the log and beside it, and an output", async () => {
    const { lines, outputs } = await upgrade(succeeds, {});
    const url = `https://intermission.example.com/live/${operationId}?key=abc.DEF-1_2`;
    expect(lines.slice(1, 3)).toEqual([
      `Live page: ${url}`,
      `::notice Live page of the upgrade of crm-production::${url}`,
    ]);
    expect(outputs["live-url"]).toBe(url);
  });

  test.for(["https://evil.example.com/", "//evil.example.com/live/x", "/live/x\n::warning::y", "/v1/operations/x"])(
    "is not linked to where the API says something else: %s",
    async (live) => {
      const api = fakeApi({ script: succeeds, live });
      const { lines, outputs } = await inVirtualTime(() => runAction(api.fetch));
      expect(outputs["live-url"]).toBe("");
      expect(lines.join("\n")).not.toContain("Live page");
    },
  );
});
