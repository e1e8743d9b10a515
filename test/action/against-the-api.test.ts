// The API extends zod, which only schemas that are made later have; the action's imports make some of the same schemas.
import "@hono/zod-openapi";
import { describe, expect, test } from "vitest";
import type { ActionsCore } from "../../src/action/deps.ts";
import { run } from "../../src/action/main.ts";
import { systemClock } from "../../src/clock.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import { createWorld, releaseClaims, token } from "../api/world.ts";
import { recordingCore } from "./recording-core.ts";
import { inputs, workflowRun } from "./run-action.ts";
import { mutation } from "./scripts.ts";

type World = Awaited<ReturnType<typeof createWorld>>;

/** The action against the API itself, in this process, with tokens that the API verifies. */
async function ask(world: World, given: Record<string, string>, claims: object = releaseClaims) {
  const { core, recorded } = recordingCore({ getIDToken: (audience) => token(claims, { aud: audience }) });
  const exitCode = await run(inputs({ target: "crm", image: "crm:2.0.0", ...given }), depsOf(world, core));
  return { exitCode, ...recorded };
}

function depsOf({ app }: World, core: ActionsCore) {
  const fetch: typeof globalThis.fetch = async (input, init) =>
    app.request(input instanceof Request ? input : new URL(input), init, {});
  const interruption = new AbortController().signal;
  return { core, clock: systemClock, random: () => 1, fetch, run: workflowRun, interruption };
}

test("an operation is started, followed live to its end, and its receipt is had", async () => {
  const world = await createWorld({
    starter: {
      start: (id) => finishSoon(id),
      wake: async () => {},
    },
  });
  async function finishSoon(id: string) {
    await world.store.append(id, [
      { key: "1", type: "started" },
      { key: "2", type: "phase-started", phase: "stop" },
      { key: "3", type: "mutation", mutation },
    ]);
    setTimeout(() => {
      void world.store.append(id, [
        { key: "4", type: "phase-finished", phase: "stop", outcome: "done" },
        { key: "5", type: "finished", status: "succeeded" },
      ]);
    }, 300);
  }
  const { exitCode, outputs, lines } = await ask(world, {});
  expect(exitCode, lines.join("\n")).toBe(0);
  expect(JSON.parse(outputs.receipt ?? "")).toMatchObject({ operation: outputs["operation-id"], outcome: "succeeded" });
  expect(lines).toContainEqual(expect.stringContaining("ecs UpdateService: sets the desired count"));
  expect(lines).toContainEqual(expect.stringContaining("✓ stop done"));
});

test("a second operation is refused with who holds the target, in which run", async () => {
  const world = await createWorld();
  const first = await ask(world, { wait: "false" });
  expect(first.exitCode).toBe(0);
  const second = await ask(world, { wait: "false", "idempotency-key": "another" });
  expect(second.exitCode).toBe(1);
  expect(second.lines.at(-1)).toContain("crm is taken: acme/crm (octocat) holds it since ");
  expect(second.lines.at(-1)).toContain(first.outputs["operation-id"]);
  expect(second.lines.at(-1)).toContain("see https://github.com/acme/crm/actions/runs/77");
});

test("the same request of the same attempt is the same operation", async () => {
  const world = await createWorld();
  const first = await ask(world, { wait: "false" });
  const again = await ask(world, { wait: "false" });
  expect(again.outputs["operation-id"]).toBe(first.outputs["operation-id"]);
});

test("a plan is had by who may plan only", async () => {
  const world = await createWorld();
  const { exitCode, outputs } = await ask(world, { procedure: "plan" }, { ...releaseClaims, repository_id: "2" });
  expect({ exitCode, ok: outputs["plan-ok"] }).toEqual({ exitCode: 0, ok: "true" });
});

test("a ref that the target does not allow is named", async () => {
  const world = await createWorld();
  const { exitCode, lines } = await ask(world, {}, { ...releaseClaims, ref: "refs/heads/main" });
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toMatch(/403: .*refs\/heads\/main/);
});

describe("an operation that waits or is held", () => {
  async function upgradeThat(facts: readonly object[], whenTakenOver: readonly object[] = []) {
    const world: World = await createWorld({
      starter: {
        start: async (id, epoch) => {
          await world.store.append(id, (epoch === 1 ? facts : whenTakenOver) as OperationFact[]);
        },
        wake: async () => {},
      },
    });
    const started = await ask(world, { wait: "false" });
    return { world, id: started.outputs["operation-id"]! };
  }
  const closed = [
    { key: "1", type: "started" },
    { key: "2", type: "closing-started" },
    { key: "3", type: "closed" },
  ];
  const held = [...closed, { key: "4", type: "held", problem: { code: "timed-out", message: "no answer" } }];
  const goesBack = [
    { key: "e2/1", type: "opened" },
    { key: "e2/2", type: "finished", status: "rolled-back" },
  ];
  const decide = (id: string, decision: string) => ({ procedure: "decide", image: "", "operation-id": id, decision });

  test("is decided, taken over and followed to its end, and the same step again says the same", async () => {
    const { world, id } = await upgradeThat(held, goesBack);
    const first = await ask(world, decide(id, "rollback"));
    expect(first.exitCode, first.lines.join("\n")).toBe(0);
    expect(first.outputs.status).toBe("rolled-back");
    expect(first.lines).toContainEqual(expect.stringContaining("another run takes over (epoch 2)"));
    const again = await ask(world, decide(id, "rollback"));
    expect({ exitCode: again.exitCode, status: again.outputs.status }).toEqual({ exitCode: 0, status: "rolled-back" });
    const decisions = (await world.store.events(id)).filter(({ type }) => type === "decided");
    expect(decisions).toHaveLength(1);
  });

  test("is not decided by who may not, who learns why", async () => {
    const { world, id } = await upgradeThat(held);
    const { exitCode, lines } = await ask(world, decide(id, "rollback"), { ...releaseClaims, repository_id: "3" });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain("::error Nothing was decided on crm::");
    expect(lines.at(-1)).toContain("expected a rule that allows decide");
  });

  test("is not decided where nothing would act on it, and the step says what can be decided", async () => {
    const { world, id } = await upgradeThat(held);
    const { lines } = await ask(world, decide(id, "proceed"));
    expect(lines.at(-1)).toContain('nothing would act on "proceed". What can be decided now: "rollback" (tries again:');
  });

  test("gives the way past the page to a step that waits for its question, masked before it is said", async () => {
    const { world, id } = await upgradeThat([...closed, { key: "4", type: "waiting", for: "before-open" }]);
    await world.store.keep(id, "prepared", { bypassSecret: "s3cret-way-past" });
    const { outputs, lines } = await ask(world, {
      procedure: "status",
      image: "",
      "operation-id": id,
      wait: "decision",
    });
    expect(outputs["bypass-header"]).toBe("x-intermission-bypass: s3cret-way-past");
    expect(outputs["live-url"]).toMatch(new RegExp(`^https://.*/live/${id}\\?key=`));
    expect(lines.filter((line) => line.includes("s3cret-way-past"))).toEqual(["::add-mask::s3cret-way-past"]);
  });

  test("is no maintenance that maintenance-end could end", async () => {
    const { world, id } = await upgradeThat(held);
    const { lines } = await ask(world, { procedure: "maintenance-end", image: "" });
    expect(lines.at(-1)).toContain(
      `expected an active maintenance on crm, found none: the active operation is ${id}, upgrade to crm:2.0.0 (held)`,
    );
  });
});
