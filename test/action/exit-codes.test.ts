import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readInputs } from "../../src/action/inputs.ts";
import type { Outcome } from "../../src/action/outcome.ts";
import { judge } from "../../src/action/verdict.ts";
import { wishOf } from "../../src/action/wish.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { endings } from "../operations/endings.ts";
import { workflowRun } from "./run-action.ts";
import { maintenanceRequest } from "./scripts.ts";

type Status = OperationState["status"];
const upgrade: OperationRequest = { procedure: "upgrade", image: "crm:2.0.0", snapshot: "required" };
const rollback: OperationRequest = { procedure: "rollback", of: "op-20260114-020000-77ab01" };
const anything = Object.values(endings)[0]!.state;

/** The exit code of a step whose operation ended so. */
function exitCode(
  given: Record<string, string>,
  { request = upgrade, status, restores = false }: { request?: OperationRequest; status: Status; restores?: boolean },
): 0 | 1 {
  const env = Object.fromEntries(
    Object.entries({ "api-url": "https://api.example.com", target: "crm-production", ...given }).map(
      ([name, value]) => [`INPUT_${name.toUpperCase()}`, value],
    ),
  );
  const read = readInputs(env, workflowRun);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const goingBack = restores ? { at: anything.requestedAt, why: "it is taken back", snapshot: "s-1" } : undefined;
  const operation: OperationState = { ...anything, request, status, goingBack };
  const outcome: Outcome = { kind: "over", operation, wish: wishOf(read.inputs.work, operation) };
  return judge(outcome, undefined).ok ? 0 : 1;
}

const settled: Status[] = ["succeeded", "rolled-back", "refused", "held"];
const id = { "operation-id": "op-20260115-020000-3f9a2c" };
/** The exit codes for succeeded, rolled-back, refused and held, as docs/action.md has them. */
const table: [string, Record<string, string>, OperationRequest, string][] = [
  ["upgrade", { procedure: "upgrade", image: "crm:2.0.0" }, upgrade, "0111"],
  [
    "first-start",
    { procedure: "first-start" },
    { ...upgrade, procedure: "first-start", evenIf: [], pause: false },
    "0111",
  ],
  ["rollback", { procedure: "rollback", ...id }, rollback, "0111"],
  ["maintenance-begin", { procedure: "maintenance-begin" }, maintenanceRequest, "0111"],
  ["maintenance-end", { procedure: "maintenance-end" }, maintenanceRequest, "0111"],
  ["maintenance-end with rollback", { procedure: "maintenance-end", decision: "rollback" }, maintenanceRequest, "1001"],
  ["decide proceed", { procedure: "decide", decision: "proceed", ...id }, upgrade, "0111"],
  ["decide rollback", { procedure: "decide", decision: "rollback", ...id }, upgrade, "1001"],
  ["decide cancel", { procedure: "decide", decision: "cancel", ...id }, upgrade, "1001"],
  ["restore", { procedure: "restore", ...id }, upgrade, "1001"],
  ["status", { procedure: "status", ...id }, upgrade, "0111"],
];

describe("the exit code says whether what the step asked for is true at the end", () => {
  test.for(table)("%s", ([, given, request, expected]) => {
    expect(settled.map((status) => exitCode(given, { request, status })).join("")).toBe(expected);
  });

  test.for(table)("docs/action.md has the row of %s", ([name, , , expected]) => {
    expect(readFileSync("docs/action.md", "utf8")).toContain(`\n| ${name} | ${expected.split("").join(" | ")} |\n`);
  });

  test("a rollback that already restores is asked to go on with that, and has done so when it succeeded", () => {
    for (const given of [
      { procedure: "decide", decision: "rollback", ...id },
      { procedure: "restore", ...id },
    ]) {
      const codes = settled.map((status) => exitCode(given, { request: rollback, status, restores: true }));
      expect(codes.join("")).toBe("0111");
    }
  });

  test("a rollback that has not restored anything yet is asked to leave things as they are", () => {
    const given = { procedure: "decide", decision: "rollback", ...id };
    expect(settled.map((status) => exitCode(given, { request: rollback, status })).join("")).toBe("1001");
  });
});
