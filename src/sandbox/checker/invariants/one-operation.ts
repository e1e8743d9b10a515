import { type JudgedOperation, momentsOf } from "../moments.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/** Where a target's resources live; elsewhere an operation keeps its own records. */
const SERVICES = ["ECS", "Elastic Load Balancing v2", "RDS", "Application Auto Scaling"];
const READING = /^(Describe|List|Get)/;

/** 9: one active operation a target, and nothing changes the target outside of one. */
export function oneOperation(story: Story): Finding {
  const { operation, otherOperations = [], moments, calls } = story;
  const everywhere = [operation, ...otherOperations].map(activityOf);
  const active = everywhere.filter(({ target }) => target === moments.target);
  const violations: Violation[] = [];
  for (const [index, one] of active.entries())
    for (const other of active.slice(index + 1))
      if (one.from < other.to && other.from < one.to)
        violations.push({
          invariant: 9,
          at: [one.from, other.from].toSorted()[1]!,
          message: `expected one active operation on ${moments.target} at a time, found ${one.id} (${span(one)}) and ${other.id} (${span(other)})`,
          events: [],
        });
  const changes = calls.filter(({ service, operation: name }) => SERVICES.includes(service) && !READING.test(name));
  const stray = changes.filter(({ at }) => !everywhere.some(({ from, to }) => from <= at && at <= to));
  for (const { seq, at, service, operation: name } of stray)
    violations.push({
      invariant: 9,
      at,
      message: `expected no change outside of an active operation, found ${service} ${name}`,
      events: [seq],
    });
  return { violations, looked: { operations: active.length, changes: changes.length } };
}

/** After every time that a log can name. */
const STILL = "9999";

/** A held operation is active until somebody ends it. */
function activityOf(operation: JudgedOperation) {
  const { requestedAt, target, ending } = momentsOf(operation);
  const over = ending.kind !== "held" && ending.at !== undefined;
  return { id: operation.id, target, from: requestedAt, to: over ? ending.at! : STILL };
}

const span = ({ from, to }: { from: string; to: string }) => `${from} to ${to === STILL ? "now" : to}`;
