import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, type Interception, networkError, operationId, problem, type Script } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { asksBeforeOpen, goesBack, held, image, opens, succeeds, upgradeRequest } from "./scripts.ts";

type Options = {
  script?: Script;
  afterDecision?: Script;
  takesOver?: boolean;
  intercept?: Interception;
  request?: OperationRequest;
};

/** A step that decides so, ten minutes after the operation was requested. */
function decides(given: Record<string, string>, options: Options = {}) {
  return inVirtualTime(async () => {
    const { request = upgradeRequest, ...rest } = options;
    const api = fakeApi({ script: held, afterDecision: goesBack, ...rest });
    api.requestEarlier("crm-production", request);
    await systemClock.sleep(600_000);
    const startedAt = systemClock.now();
    const inputs = { procedure: "decide", image: "", "operation-id": operationId, ...given };
    const ended = await runAction(api.fetch, { given: inputs });
    const posts = api.calls.filter(({ method }) => method === "POST");
    return { ...ended, posts, tookMs: systemClock.now() - startedAt };
  });
}
const rollback = { decision: "rollback" };

describe("a decision on a held operation", () => {
  test("is followed to what comes of it, not to the state in which it was held", async () => {
    const { exitCode, outputs, lines, posts } = await decides({ ...rollback, comment: "orders are wrong" });
    expect(exitCode, lines.join("\n")).toBe(0);
    expect(posts).toMatchObject([
      { path: `/v1/operations/${operationId}/decisions`, body: { decision: "rollback", comment: "orders are wrong" } },
    ]);
    expect(outputs).toMatchObject({ "operation-id": operationId, status: "rolled-back", site: "open" });
    expect(lines.at(-1)).toContain("::notice crm-production is as it was before::");
  });

  test("tells nothing that happened before it", async () => {
    const { lines } = await decides(rollback);
    expect(lines.join("\n")).not.toContain("preflight");
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/taken-over.log.txt");
  });

  test("ends the step as held again when the operation is held again", async () => {
    const again: Script = [[130, { type: "held", problem: { code: "restore-failed", message: "no room" } }]];
    const { exitCode, outputs, lines } = await decides(rollback, { afterDecision: again });
    expect({ exitCode, status: outputs.status }).toEqual({ exitCode: 1, status: "held" });
    expect(lines.at(-1)).toContain("::error crm-production is held and needs a person::no room.");
  });

  test("that no run acts on is told as that after two minutes", async () => {
    const { exitCode, lines, tookMs } = await decides(rollback, { takesOver: false });
    expect(exitCode).toBe(1);
    expect(tookMs).toBeGreaterThanOrEqual(120_000);
    expect(tookMs).toBeLessThan(150_000);
    expect(lines.at(-1)).toContain(
      "::error Nobody knows whether the upgrade of crm-production acts on the decision rollback::It is recorded, and no run took the held operation over.",
    );
    expect(lines.at(-1)).toContain("Run this step again");
  });

  test("with wait: false ends the step once it is recorded", async () => {
    const { exitCode, lines, tookMs } = await decides({ ...rollback, wait: "false" });
    expect({ exitCode, tookMs }).toEqual({ exitCode: 0, tookMs: 0 });
    expect(lines.at(-1)).toContain("::notice The upgrade of crm-production is running::");
  });
});

describe("what is thrown away", () => {
  test("must be confirmed, and the step says with what", async () => {
    const late: Script = [...succeeds.slice(0, -1).filter(([at]) => at < 433), [433, held.at(-1)![1]]];
    const { exitCode, lines, posts } = await decides(rollback, { script: late });
    expect({ exitCode, posts: posts.length }).toEqual({ exitCode: 1, posts: 1 });
    expect(lines.at(-1)).toContain("::error Nothing was decided on crm-production::It would be lost.");
    expect(lines.at(-1)).toContain('give the input discards-from: "2026-01-15T02:07:10.500Z"');
    const confirmed = await decides({ ...rollback, "discards-from": "2026-01-15T02:07:10.500Z" }, { script: late });
    expect(confirmed.exitCode, confirmed.lines.join("\n")).toBe(0);
  });
});

describe("a decision on an operation that waits", () => {
  test("lets it go on to its end", async () => {
    const { exitCode, outputs, lines } = await decides(
      { decision: "proceed" },
      { script: asksBeforeOpen, afterDecision: opens },
    );
    expect(exitCode, lines.join("\n")).toBe(0);
    expect(outputs).toMatchObject({ status: "succeeded", image });
  });

  test("with wait: decision ends well at the next question", async () => {
    const { exitCode, outputs } = await decides(
      { decision: "proceed", wait: "decision" },
      {
        script: [[1, { type: "waiting", for: "before-window" }]],
        afterDecision: asksBeforeOpen,
      },
    );
    expect({ exitCode, for: outputs["waiting-for"] }).toEqual({ exitCode: 0, for: "before-open" });
  });
});

describe("a decision that is repeated", () => {
  test("is repeated while the question stands", async () => {
    const { exitCode, posts } = await decides(rollback, {
      intercept: (() => {
        let failed = 0;
        return ({ method }) => {
          failed += method === "POST" ? 1 : 0;
          return method === "POST" && failed < 3 ? problem(503, { code: "engine-unavailable" }) : undefined;
        };
      })(),
    });
    expect({ exitCode, posts: posts.length }).toEqual({ exitCode: 0, posts: 3 });
  });

  test("is not sent again once another question is asked: nobody has answered that one", async () => {
    const asksTwice: Script = [
      [590, { type: "waiting", for: "before-window" }],
      [601, { type: "waited" }],
      [602, { type: "waiting", for: "before-open" }],
    ];
    let cut = 0;
    const { posts, outputs, exitCode } = await decides(
      { decision: "proceed", wait: "decision" },
      {
        script: asksTwice,
        intercept: ({ method }) => {
          if (method !== "POST") return undefined;
          cut += 1;
          if (cut <= 2) throw networkError("ECONNREFUSED");
          return undefined;
        },
      },
    );
    expect({ posts: posts.length, exitCode, for: outputs["waiting-for"] }).toEqual({
      ...{ posts: 2, exitCode: 0, for: "before-open" },
    });
  });

  test("about an operation that is over decides nothing, and says how it ended", async () => {
    const done = await decides({ decision: "proceed" }, { script: succeeds });
    expect({ exitCode: done.exitCode, posts: done.posts }).toEqual({ exitCode: 0, posts: [] });
    const tooLate = await decides(rollback, { script: succeeds });
    expect({ exitCode: tooLate.exitCode, posts: tooLate.posts }).toEqual({ exitCode: 1, posts: [] });
    expect(tooLate.lines.at(-1)).toContain("crm-production is upgraded, and was not taken back::");
    expect(tooLate.lines.at(-1)).toContain(`start procedure: rollback with operation-id: ${operationId}`);
  });

  test("whose answer never came is told as that", async () => {
    const { exitCode, lines } = await decides(rollback, {
      intercept: ({ method }) => (method === "POST" ? problem(504, { title: "Gateway Timeout" }) : undefined),
    });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain("acts on the decision rollback::");
    expect(lines.at(-1)).toContain("The request was sent: it may be recorded.");
  });
});

describe("rollback of an operation that goes back already", () => {
  test("is followed without a decision", async () => {
    const goingBack: Script = [
      ...held.filter(([, { type }]) => type !== "held"),
      [590, { type: "going-back", why: "the leader said: duplicate column", snapshot: "crm-db-3f9a2c" }],
      [700, { type: "opened" }],
      [701, { type: "finished", status: "rolled-back" }],
    ];
    const { exitCode, posts, lines } = await decides(rollback, { script: goingBack });
    expect({ exitCode, posts }).toEqual({ exitCode: 0, posts: [] });
    expect(lines[1]).toContain("goes back already");
  });
});

describe("a decision that nothing would act on", () => {
  test("is refused with what the API says", async () => {
    const { exitCode, lines } = await decides({ decision: "cancel" });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain("::error Nothing was decided on crm-production::");
    expect(lines.at(-1)).toContain("409: Nothing would act on this");
  });

  test("is not sent for an operation of another target", async () => {
    const { posts, lines } = await decides({ ...rollback, target: "wiki" });
    expect(posts).toEqual([]);
    expect(lines.at(-1)).toContain("works on crm-production, expected one of wiki");
  });
});

describe("restore", () => {
  const restores = (given: Record<string, string> = {}, options: Options = {}) =>
    decides({ procedure: "restore", ...given }, options);

  test("takes the operation over and follows it to where it was before", async () => {
    const { exitCode, posts, lines } = await restores({ comment: "its run is dead" });
    expect(exitCode, lines.join("\n")).toBe(0);
    expect(posts).toMatchObject([
      { path: `/v1/operations/${operationId}/restore`, body: { comment: "its run is dead" } },
    ]);
  });

  test("of a run that is dead without a word is followed too", async () => {
    const silent = held.filter(([, { type }]) => type !== "held");
    expect((await restores({}, { script: silent })).exitCode).toBe(0);
  });

  test("that opened the site instead has not done what was asked for", async () => {
    const { exitCode, lines } = await restores({}, { afterDecision: opens });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain("crm-production is upgraded, and was not taken back");
  });
});
