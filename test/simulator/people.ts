import type { AnsweredOperation } from "../../src/api/schemas.ts";
import type { OperationFact } from "../../src/operations/event.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import type { OperatorApi } from "./operator-api.ts";

/** How long somebody looks before deciding. */
const THINKS_MS = 30_000;
/** So often people try what they like; then the cloud is healed, and they try everything that is offered, one after another. */
const ROUNDS = { asTheyLike: 2, oneAfterAnother: 6 };

export type Decided = { id: string; round: number; decision: string };

/**
 * Answers whatever an operation asks, and every hold: at first as the scenario has it, and once the cloud is healed with everything that is offered in turn. Resolves with
 * the operation when it is over, or with what it is stuck at.
 */
export function createPeople(
  cloud: SimulatedCloud,
  {
    api,
    choices,
    healsAtOnce = false,
    heal,
    onAsked,
    onDecision,
  }: {
    api: OperatorApi;
    choices: number[];
    healsAtOnce?: boolean;
    heal: () => Promise<void>;
    onAsked: (operation: AnsweredOperation) => Promise<void>;
    onDecision: (decided: Decided) => void;
  },
) {
  const { clock } = cloud.world;
  let wake = () => {};
  let isHealed = false;
  const asTheyLike = healsAtOnce ? 0 : ROUNDS.asTheyLike;

  /** The operation as soon as somebody is asked, it is held, or it is over; undefined after so long. */
  async function settled(id: string, patienceMs: number): Promise<AnsweredOperation | undefined> {
    const until = clock.now() + patienceMs;
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const operation = await api.operation(id);
      const isAsked = operation.status === "held" || (operation.status === "waiting" && operation.decisions.length > 0);
      if (operation.finishedAt || isAsked) return operation;
      const late = new AbortController();
      const patience = clock.sleep(Math.max(1, until - clock.now()), late.signal).catch(() => {});
      await Promise.race([changed, patience]);
      late.abort();
      if (clock.now() >= until) return undefined;
    }
  }

  return {
    /** The operation's log has grown. */
    hear(facts: OperationFact[]): void {
      if (facts.some(({ type }) => ["waiting", "held", "finished"].includes(type))) wake();
    },
    async follow(id: string, patienceMs: number): Promise<{ stuck?: string }> {
      for (let round = 0; ; round += 1) {
        const operation = await settled(id, patienceMs);
        if (!operation) return { stuck: `${id} neither ended nor was held within ${patienceMs / 60_000} min` };
        if (operation.finishedAt) return {};
        await onAsked(operation);
        const { decisions, problem } = operation;
        const nth = round < asTheyLike ? (choices[round % Math.max(1, choices.length)] ?? 0) : round;
        if (round >= asTheyLike + ROUNDS.oneAfterAnother || decisions.length === 0)
          return {
            stuck: `${id} is ${operation.status} (${problem?.code}: ${problem?.message}), and ${decisions.length ? "no decision led out of it" : "no decision is offered"}`,
          };
        // A question is no trouble: who repairs everything at the first trouble has not heard of any yet.
        if (!isHealed && round >= asTheyLike && !(healsAtOnce && operation.status === "waiting")) {
          isHealed = true;
          await heal();
        }
        await clock.sleep(THINKS_MS);
        const { decision, discards, data } = decisions[nth % decisions.length]!;
        onDecision({ id, round, decision });
        await api.post(`/v1/operations/${id}/decisions`, {
          decision,
          ...(discards && { discards: { from: discards.from } }),
          ...(data && { data }),
        });
        // What was asked before is not asked again within a moment.
        await clock.sleep(2_000);
      }
    },
  };
}
