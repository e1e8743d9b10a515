import { checkLine } from "../operations/event-line.ts";
import { windowInWords } from "../operations/forecast.ts";
import type { ProcedureName } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import { inWords } from "../targets/duration.ts";
import { asInputs } from "./as-inputs.ts";
import { judgeAsked } from "./judge-asked.ts";
import { judgeOver } from "./judge-over.ts";
import type { Doing, Outcome } from "./outcome.ts";
import { waysToDecide } from "./ways-to-decide.ts";
import { capital, hints, sentence, siteInWords, work } from "./words.ts";

/** What is true now, and what to do next. */
export type Verdict = { ok: boolean; title: string; message: string; next: string[] };

export function judge(outcome: Outcome, operationUrl: string | undefined): Verdict {
  switch (outcome.kind) {
    case "over":
      return judgeOver(outcome.operation, { wish: outcome.wish ?? "done", operationUrl });
    case "asked":
      return judgeAsked(outcome.operation, { bypass: outcome.bypass, operationUrl });
    case "left":
      return {
        ok: true,
        title: `${capital(work(outcome.operation))} is ${outcome.operation.status}`,
        message: `It goes on by itself; this step does not wait for it. ${siteInWords(outcome.operation)}`,
        next: whileItGoesOn(outcome.operation, operationUrl),
      };
    case "timed-out":
      return {
        ok: false,
        title: `${capital(work(outcome.operation))} is not over after ${inWords(outcome.timeoutMs)}`,
        message: `This step gave up waiting; the operation goes on by itself. ${asLastSeen(outcome.operation)}`,
        next: whileItGoesOn(outcome.operation, operationUrl),
      };
    case "detached":
      return {
        ok: false,
        title: `This step was stopped, ${work(outcome.operation)} ${outcome.onCancel?.decided ? "goes back" : "was not"}`,
        message: `${outcome.signal ? `The runner sent ${outcome.signal}` : "The step ended before it could report"}; ${goesOn(outcome)} ${asLastSeen(outcome.operation)}`,
        next: whileItGoesOn(outcome.operation, operationUrl),
      };
    case "unknown":
      return {
        ok: false,
        title: `Nobody knows whether ${outcome.target} is being worked on`,
        message: `${outcome.why} The request was sent, and its answer never came: the operation may have been started.`,
        next: [
          `List the target's operations: GET /v1/operations?target=${outcome.target}`,
          `The same request with the idempotency key ${outcome.idempotencyKey} answers the operation if it was started, and starts it if it was not.`,
        ],
      };
    case "not-taken-up":
      return {
        ok: false,
        title: `Nobody knows whether ${work(outcome.operation)} acts on ${outcome.what === "restore" ? "the take-over" : `the decision ${outcome.what}`}`,
        message: `${outcome.why}${outcome.recorded ? "" : " The request was sent: it may be recorded."} ${asLastSeen(outcome.operation)}`,
        next: [
          "Run this step again: it looks first, what is recorded is not recorded twice, and a run that did not start is started.",
          ...whileItGoesOn(outcome.operation, operationUrl),
        ],
      };
    case "planned": {
      const { plan } = outcome;
      const failed = plan.checks.filter((check) => check.outcome === "failed");
      const warned = plan.checks.filter((check) => check.outcome === "warned");
      return {
        ok: plan.ok,
        title: `${plan.target} ${plan.ok ? "can" : "cannot"} be ${participles[plan.request.procedure]}${plan.ok ? "" : " now"}`,
        message: plan.ok
          ? `No check failed${warned.length > 0 ? `, ${warned.length} warned` : ""}. It would make ${count(plan.mutations.length, "change")} and close the site for ${windowInWords(plan.forecast)}. Nothing was changed.`
          : `${failed.length} of ${plan.checks.length} checks failed. Nothing was changed.`,
        next: [...failed, ...warned].map(checkLine).map(asInputs),
      };
    }
    case "failed": {
      const { error, operation, target, doing } = outcome;
      if (doing !== "follow" || !operation)
        return { ok: false, title: didNot[doing](target), message: sentence(error.message), next: [] };
      return {
        ok: false,
        title: `${capital(work(operation))} could not be followed`,
        message: `${error.message}. The operation goes on by itself. ${asLastSeen(operation)}`,
        next: whileItGoesOn(operation, operationUrl),
      };
    }
  }
}

const didNot: Record<Doing, (target: string) => string> = {
  start: (target) => `Intermission did not start on ${target}`,
  decide: (target) => `Nothing was decided on ${target}`,
  restore: (target) => `Nothing was taken over on ${target}`,
  plan: (target) => `There is no plan for ${target}`,
  status: (target) => `The operation on ${target} could not be looked at`,
  follow: (target) => `The operation on ${target} could not be followed`,
};

/** What happens to the operation of a step that was stopped. */
function goesOn({ onCancel, operation }: Extract<Outcome, { kind: "detached" }>): string {
  if (onCancel?.decided) return "as on-cancel asks, rollback was decided, and the operation goes back by itself.";
  const then = operation.status === "held" ? "the operation stays held" : "the operation goes on by itself";
  return onCancel ? `rollback was not decided, because ${sentence(onCancel.why)} ${capital(then)}.` : `${then}.`;
}

const participles: Record<ProcedureName, string> = {
  "first-start": "started",
  upgrade: "upgraded",
  maintenance: "maintained",
  rollback: "rolled back",
};

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;

function asLastSeen(operation: OperationState): string {
  const phase = operation.phases.findLast((phase) => !phase.finishedAt);
  return `As last seen at ${operation.updatedAt} it was ${operation.status}${phase ? ` in phase ${phase.phase}` : ""}. ${siteInWords(operation)}`;
}

const whileItGoesOn = (operation: OperationState, operationUrl: string | undefined) => [
  ...hints(operation),
  `Follow it with procedure: status and operation-id: ${operation.id}${operationUrl ? `, or at ${operationUrl}` : ""}`,
  ...(operation.waitingFor ? waysToDecide(operation, operationUrl) : []),
];
