// The API extends zod, which only schemas that are made later have; the action's imports make some of the same schemas.
import "@hono/zod-openapi";
import { expect, test } from "vitest";
import type { ActionsCore } from "../../src/action/deps.ts";
import { run } from "../../src/action/main.ts";
import { systemClock } from "../../src/clock.ts";
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
