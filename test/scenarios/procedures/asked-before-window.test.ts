import { describe, expect } from "vitest";
import { judgedProcedure } from "../../simulation/judged-procedure.ts";
import { NEW_IMAGE } from "../../simulation/noticeboard-cloud.ts";
import type { ProcedureRun } from "../../simulation/run-procedure.ts";
import { virtually } from "../shapes/virtually.ts";

const request = { procedure: "upgrade", image: NEW_IMAGE, snapshot: "required" } as const;
const asked = (answers: ProcedureRun["answers"], by: "target" | "request" = "target") =>
  judgedProcedure({
    cloud: {
      migrationMs: 5_000,
      target: [by === "target" ? "approval: { ask: before-window, within: 10m }" : "approval: { within: 10m }"],
    },
    run: { request: by === "target" ? request : { ...request, approval: "before-window" }, answers },
  });

describe("an upgrade that asks before its window", () => {
  virtually("waits with the site open, looks at everything again once somebody proceeds, and goes on", async () => {
    const { state, events, violations } = await asked([{ when: "before-window", what: "proceed", afterMs: 120_000 }]);
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    const waited = events.findIndex(({ type }) => type === "waiting");
    const proceeded = events.findIndex(({ type }) => type === "decided");
    expect(events.slice(waited, proceeded)).toHaveLength(1);
    expect(events.slice(proceeded).some(({ type }) => type === "check")).toBe(true);
    expect(events.findIndex(({ type }) => type === "closing-started")).toBeGreaterThan(proceeded);
  });

  virtually("touches nothing where nobody decides in time", async () => {
    const { state, violations } = await asked([]);
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "refused", mutations: [], problem: { code: "not-decided" } });
  });

  virtually("touches nothing where somebody cancels, also where only the request asked", async () => {
    const answers = [{ when: "before-window", what: "cancel", comment: "not tonight" } as const];
    const { state, violations } = await asked(answers, "request");
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "refused", mutations: [], problem: { code: "cancelled" } });
    expect(state.problem?.message).toContain("not tonight");
  });
});
