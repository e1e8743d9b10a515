import { inOrder } from "../report/coverage.ts";
import type { CallSeen } from "../result.ts";

/**
 * A call that stands for `stands` calls. `one`: itself alone. The others stand for all calls of that operation in that phase: what comes between
 * the second and the last is the second again.
 */
export type CallClass = {
  call: CallSeen;
  which: "one" | "first" | "second" | "last";
  stands: number;
  /** Its number among all calls of its kind, whatever the phase. */
  nthOfAll: number;
};

const READ = /^(Describe|List|Get|Query|BatchGet|Scan)/;
/** What the runbook writes down about itself. It does so all the time, and each record in the same way. */
export const RECORDS = "DynamoDB";

/** Whether nothing ever comes of a call but its answer. */
export const isRead = ({ operation }: Pick<CallSeen, "operation">): boolean => READ.test(operation);

/** Whether a call changes something that is operated, and so is like no other. */
export const isMutation = ({ service, operation }: Pick<CallSeen, "service" | "operation">): boolean =>
  service !== RECORDS && !isRead({ operation });

/**
 * The calls that are worth a fault each. Every change is. Of reads and of the runbook's own records, which are polled, three in each phase: the
 * first, with which something begins; the second, which is a look like any other; and the last, which sees what was waited for.
 */
export function classesOf(calls: readonly CallSeen[]): CallClass[] {
  const places = new Map<string, Numbered[]>();
  const counts = new Map<string, number>();
  for (const call of calls) {
    const kind = `${call.service}|${call.operation}`;
    const nthOfAll = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, nthOfAll);
    const place = `${call.phase}|${kind}`;
    places.set(place, [...(places.get(place) ?? []), { call, nthOfAll }]);
  }
  return [...places.values()].flatMap(classesOfEqual).sort((a, b) => inOrder(a.call.phase) - inOrder(b.call.phase));
}

type Numbered = Pick<CallClass, "call" | "nthOfAll">;

function classesOfEqual(calls: Numbered[]): CallClass[] {
  const [first, second, ...more] = calls;
  const last = more.at(-1);
  if (!first || !second || isMutation(first.call)) return calls.map((each) => ({ ...each, which: "one", stands: 1 }));
  return [
    { ...first, which: "first", stands: 1 },
    { ...second, which: last ? "second" : "last", stands: Math.max(1, more.length) },
    ...(last ? [{ ...last, which: "last" as const, stands: 1 }] : []),
  ];
}
