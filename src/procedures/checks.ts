import type { CheckResult } from "../operations/operation.ts";
import type { Target } from "../targets/schema.ts";
import { applicationChecks } from "./checks/application.ts";
import { capacityChecks } from "./checks/capacity.ts";
import { type Check, type CheckInput, type Finding, fail } from "./checks/check.ts";
import { dataChecks } from "./checks/data.ts";
import { doorChecks } from "./checks/doors.ts";
import { firstStartChecks } from "./checks/first-start.ts";
import { leaderChecks } from "./checks/leader.ts";
import { nocobaseChecks } from "./checks/nocobase.ts";
import { nodeChecks } from "./checks/nodes.ts";
import { oneNodeChecks } from "./checks/one-node.ts";
import { permissionChecks } from "./checks/permissions.ts";
import { readinessChecks } from "./checks/readiness.ts";
import { requestChecks } from "./checks/request.ts";
import { restoringChecks } from "./checks/restoring.ts";
import { revisionChecks } from "./checks/revisions.ts";
import { rollbackChecks } from "./checks/rollback.ts";
import { scalingChecks } from "./checks/scaling.ts";
import { serviceChecks } from "./checks/services.ts";
import { siteChecks } from "./checks/site.ts";
import { timeChecks } from "./checks/times.ts";
import { wayInChecks } from "./checks/ways-in.ts";
import { writerChecks } from "./checks/writers.ts";

/** Everything that must be true before the site is touched. All run; none stops the others. */
const checks: Check[] = [
  ...requestChecks,
  ...firstStartChecks,
  ...rollbackChecks,
  ...serviceChecks,
  ...permissionChecks,
  ...nodeChecks,
  ...oneNodeChecks,
  ...revisionChecks,
  ...capacityChecks,
  ...leaderChecks,
  ...readinessChecks,
  ...siteChecks,
  ...wayInChecks,
  ...doorChecks,
  ...dataChecks,
  ...restoringChecks,
  ...scalingChecks,
  ...writerChecks,
  ...timeChecks,
  ...applicationChecks,
];

/** What an application demands beyond that. */
const checksOfApplications: Record<Target["app"], Check[]> = {
  nocobase: nocobaseChecks,
  sonarqube: [],
  nextcloud: [],
  generic: [],
};

const checksFor = ({ target, request: { procedure } }: CheckInput): Check[] =>
  [...checks, ...checksOfApplications[target.app]].filter(
    ({ concerns, ofImage, of }) =>
      (concerns?.(target) ?? true) && (procedure === "upgrade" || !ofImage) && (of?.includes(procedure) ?? true),
  );

/** One that throws has found out nothing, and says so beside all others. */
export const runChecks = (
  input: CheckInput,
  { of = () => true }: { of?: (check: Check) => boolean } = {},
): CheckResult[] =>
  checksFor(input)
    .filter(of)
    .map((check) => runCheck(check, input));

export function runCheck({ name, looked, expected, find, onlyWarns }: Check, input: CheckInput): CheckResult {
  const attempt = <Value>(run: () => Value, otherwise: (error: unknown) => Value): Value => {
    try {
      return run();
    } catch (error) {
      return otherwise(error);
    }
  };
  const { outcome: judged = "passed", found, fix } = attempt(() => find(input), failedItself);
  const outcome = judged === "failed" && onlyWarns?.includes(input.request.procedure) ? "warned" : judged;
  return {
    name,
    outcome,
    looked: attempt(() => looked(input), String),
    expected,
    found,
    ...(fix ? { fix } : {}),
  };
}

const failedItself = (error: unknown): Finding =>
  fail(
    `the check itself failed: ${String(error)}`,
    "Nothing says that the target is wrong, and nothing that it is right: report this",
  );
