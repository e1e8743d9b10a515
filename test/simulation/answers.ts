import type { Question } from "../../src/operations/event.ts";
import type { Decision } from "../../src/operations/operation.ts";
import { operator } from "./operator.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";
import { whenAppended } from "./wake-waiters.ts";

/** What people do when they are asked: they decide, or they start `restore`, the break-glass procedure. */
export type Answer = {
  /** What the operation waits for; or `held`, once it is; or `gone`, once nobody runs it any more. */
  when: Question | "held" | "gone";
  what: Decision | "restore";
  afterMs?: number;
  comment?: string;
  /** The begin of the interval whose writes are to be thrown away. */
  discards?: string;
};
export type Decided = Answer & { afterMs: number };

const USUAL_MS = 30_000;

/** Answers what an operation asks while it runs, and says what is to happen once a run has ended without an end of the operation. */
export function answerQuestions(cloud: SimulatedCloud, { id, answers }: { id: string; answers: Answer[] }) {
  const left = [...answers];
  const next = (when: string): Decided | undefined => {
    const index = left.findIndex((answer) => answer.when === when);
    const [answer] = index < 0 ? [] : left.splice(index, 1);
    return answer && { afterMs: USUAL_MS, ...answer };
  };
  whenAppended(cloud, (of, facts) => {
    for (const fact of of === id ? facts : []) {
      const answer = fact.type === "waiting" ? next(fact.for) : undefined;
      if (answer) void cloud.world.clock.sleep(answer.afterMs).then(() => decide(cloud, { id, answer }));
    }
  });
  return { after: (status: string) => next(status) };
}

/** Records a decision as the API does. */
export async function decide(
  { store }: SimulatedCloud,
  { id, answer: { what, comment, discards } }: { id: string; answer: Answer },
): Promise<void> {
  if (what === "restore") return;
  const { length } = await store.events(id);
  await store.append(id, [
    {
      type: "decided",
      key: `decided/${length}`,
      decision: what,
      by: operator,
      comment,
      ...(discards !== undefined && { discards: { from: discards } }),
    },
  ]);
}
