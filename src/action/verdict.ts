import { checkLine, missedLine } from "../operations/event-line.ts";
import { windowInWords } from "../operations/forecast.ts";
import type { OperationState } from "../operations/state.ts";
import { inWords } from "../targets/duration.ts";
import { type Outcome, windowMs } from "./outcome.ts";

/** What is true now, and what to do next. */
export type Verdict = { ok: boolean; title: string; message: string; next: string[] };

export function judge(outcome: Outcome, operationUrl: string | undefined): Verdict {
  switch (outcome.kind) {
    case "over":
      return judgeOver(outcome.operation, operationUrl);
    case "left":
      return {
        ok: true,
        title: `${capital(work(outcome.operation))} is ${outcome.operation.status}`,
        message: `It goes on by itself; this step does not wait for it. ${site(outcome.operation)}`,
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
        title: `This step was stopped, ${work(outcome.operation)} was not`,
        message: `${outcome.signal ? `The runner sent ${outcome.signal}` : "The step ended before it could report"}; the operation goes on by itself. ${asLastSeen(outcome.operation)}`,
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
    case "planned": {
      const { plan } = outcome;
      const failed = plan.checks.filter((check) => check.outcome === "failed");
      const warned = plan.checks.filter((check) => check.outcome === "warned");
      return {
        ok: plan.ok,
        title: plan.ok ? `${plan.target} can be upgraded` : `${plan.target} cannot be upgraded now`,
        message: plan.ok
          ? `No check failed${warned.length > 0 ? `, ${warned.length} warned` : ""}. The upgrade would make ${count(plan.mutations.length, "change")} and close the site for ${windowInWords(plan.forecast)}. Nothing was changed.`
          : `${failed.length} of ${plan.checks.length} checks failed. Nothing was changed.`,
        next: [...failed, ...warned].map(checkLine),
      };
    }
    case "failed": {
      const { error, operation, target } = outcome;
      if (!operation)
        return { ok: false, title: `Intermission did not start on ${target}`, message: error.message, next: [] };
      return {
        ok: false,
        title: `${capital(work(operation))} could not be followed`,
        message: `${error.message}. The operation goes on by itself. ${asLastSeen(operation)}`,
        next: whileItGoesOn(operation, operationUrl),
      };
    }
  }
}

function judgeOver(operation: OperationState, operationUrl: string | undefined): Verdict {
  const { target, request, status, problem, leftovers } = operation;
  // An API older than this action does not say.
  const { missed = [] } = operation as Partial<OperationState>;
  const fixes = [
    ...leftovers.map(({ what, fix }) => `Left behind: ${what}. ${fix}`),
    ...missed.map((each) => capital(missedLine(each))),
  ];
  const hint = hints(operation);
  const because = sentence(problem?.message ?? "The operation does not say why");
  switch (status) {
    case "succeeded":
      return {
        ok: true,
        title: `${target} is upgraded`,
        message: `It runs ${request.image}${operation.verifiedVersion ? `, which reports version ${operation.verifiedVersion}` : ""}. ${site(operation)}`,
        next: [...fixes, `Your infrastructure-as-code must now carry ${request.image}, or its next run goes back.`],
      };
    case "rolled-back":
      return {
        ok: false,
        title: `${target} is as it was before`,
        message: `${endedBy(operation) ?? `The upgrade to ${request.image} failed: ${because}`} ${
          operation.pointOfNoReturnAt
            ? "The old version runs again on the data from before the upgrade."
            : "The old version runs on its data, which no other version has touched."
        } ${site(operation)}`,
        next: [
          ...fixes,
          ...hint,
          "Once the cause is gone, run the upgrade again: a re-run of the job is a new operation.",
        ],
      };
    case "refused": {
      const failed = operation.checks.filter((check) => check.outcome === "failed");
      return {
        ok: false,
        title: `${target} was not touched: the upgrade was refused`,
        message:
          failed.length > 0
            ? `${failed.length} of ${operation.checks.length} checks failed. ${site(operation)}`
            : `${because} ${site(operation)}`,
        next: [...failed.map(checkLine), ...hint],
      };
    }
    case "held":
    case "pending":
    case "running":
    case "waiting":
      return {
        ok: false,
        title: `${target} is held and needs a person`,
        message: `${because} ${site(operation)} The target stays locked until someone decides.`,
        next: [...hint, ...(operation.waitingFor ? decide(operation, operationUrl) : []), ...fixes],
      };
  }
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
const work = (operation: OperationState) => `the ${operation.request.procedure} of ${operation.target}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

function endedBy({ decision, request }: OperationState): string | undefined {
  if (!decision || decision.decision === "proceed") return undefined;
  return `The upgrade to ${request.image} was ended by the decision of ${decision.by.name}: ${decision.decision}.`;
}

function site(operation: OperationState): string {
  const closedFor = windowMs(operation);
  switch (operation.site) {
    case "open":
      if (closedFor !== undefined) return `The site is open again; it was closed for ${inWords(closedFor)}.`;
      return operation.window.closingAt ? "The site is open." : "The site was never closed.";
    case "closing":
      return "The site is being closed: some visitors see the maintenance page.";
    case "closed":
      return "The maintenance page is up.";
    case "opening":
      return "The site is being opened: some visitors still see the maintenance page.";
  }
}

function asLastSeen(operation: OperationState): string {
  const phase = operation.phases.findLast((phase) => !phase.finishedAt);
  return `As last seen at ${operation.updatedAt} it was ${operation.status}${phase ? ` in phase ${phase.phase}` : ""}. ${site(operation)}`;
}

const whileItGoesOn = (operation: OperationState, operationUrl: string | undefined) => [
  ...hints(operation),
  `Follow it with procedure: status and operation-id: ${operation.id}${operationUrl ? `, or at ${operationUrl}` : ""}`,
  ...(operation.waitingFor ? decide(operation, operationUrl) : []),
];

/** The API's hints have a line for each thing that is true. */
const hints = ({ problem }: OperationState): string[] => problem?.hint?.split("\n") ?? [];

function decide(operation: OperationState, operationUrl: string | undefined): string[] {
  const url = operationUrl ?? `/v1/operations/${operation.id}`;
  if (operation.waitingFor?.for === "start")
    return [
      `It begins at ${operation.waitingFor.until}. To stop it before, POST ${url}/decisions with the body {"decision":"cancel"}`,
    ];
  const decisions = operation.waitingFor?.for === "approval" ? "proceed, rollback or cancel" : "rollback or proceed";
  return [`Decide with POST ${url}/decisions and the body {"decision":"…","comment":"…"}: ${decisions}`];
}
