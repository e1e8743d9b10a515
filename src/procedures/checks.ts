import type { CheckResult } from "../operations/operation.ts";
import type { Check, CheckInput } from "./checks/check.ts";
import { dataChecks } from "./checks/data.ts";
import { requestChecks } from "./checks/request.ts";
import { serviceChecks } from "./checks/services.ts";
import { siteChecks } from "./checks/site.ts";

/** Everything that must be true before the site is touched. All run; none stops the others. */
export const checks: Check[] = [...requestChecks, ...serviceChecks, ...siteChecks, ...dataChecks];

export const runChecks = (input: CheckInput): CheckResult[] =>
  checks.map(({ name, looked, expected, find }) => {
    const { outcome = "passed", found, fix } = find(input);
    return { name, outcome, looked: looked(input), expected, found, ...(fix ? { fix } : {}) };
  });
