import { checkLine, missedLine } from "../operations/event-line.ts";
import { codeMustSay, imageNow } from "../operations/infrastructure-as-code.ts";
import type { CheckResult } from "../operations/operation.ts";
import { wordsFor } from "../operations/request-words.ts";
import type { OperationState } from "../operations/state.ts";
import type { Answered } from "./answered.ts";
import { asInputs } from "./as-inputs.ts";
import type { Verdict } from "./verdict.ts";
import { waysToDecide } from "./ways-to-decide.ts";
import { isGranted, type Wish } from "./wish.ts";
import { capital, hints, sentence, siteInWords } from "./words.ts";

/** An operation that is over or held: whether it did what was wanted of it, what is true now and what to do next. */
export function judgeOver(
  operation: Answered,
  { wish, operationUrl }: { wish: Wish; operationUrl: string | undefined },
): Verdict {
  const { id, target, status, problem } = operation;
  const ok = isGranted(wish, operation);
  const because = sentence(problem?.message ?? "The operation does not say why");
  switch (status) {
    case "succeeded":
      return {
        ok,
        title: ok ? succeeded(operation) : `${succeeded(operation)}, and was not taken back`,
        message: [runsNow(operation), ...restored(operation), siteInWords(operation)].join(" "),
        next: [
          ...(ok ? [] : [tooLate(wish, id)]),
          ...leftBehind(operation),
          ...different(operation),
          ...inCode(operation),
        ],
      };
    case "rolled-back":
      return {
        ok,
        title: `${target} is as it was before`,
        message: [
          endedBy(operation) ?? `The ${wordsFor(operation.request)} failed: ${because}`,
          dataNow(operation),
          siteInWords(operation),
        ].join(" "),
        next: [
          ...leftBehind(operation),
          ...hints(operation),
          ...different(operation),
          ...inCode(operation),
          ...(ok || endedBy(operation)
            ? []
            : ["Once the cause is gone, run it again: a re-run of the job is a new operation."]),
        ],
      };
    case "refused": {
      const failed = operation.checks.filter((check) => check.outcome === "failed");
      const why = failed.length > 0 ? `${failed.length} of ${operation.checks.length} checks failed.` : because;
      return {
        ok,
        title: `${target} was not touched: the ${operation.request.procedure} was refused`,
        message: `${endedBy(operation) ?? why} ${siteInWords(operation)}`,
        next: [...failed.map(checkLine), ...otherHints(operation, failed)].map(asInputs),
      };
    }
    case "held":
    case "pending":
    case "running":
    case "waiting":
      return {
        ok: false,
        title: `${target} is held and needs a person`,
        message: `${because} ${siteInWords(operation)} The target stays locked until someone decides.`,
        next: [
          ...hints(operation),
          ...waysToDecide(operation, operationUrl),
          ...leftBehind(operation),
          ...different(operation),
        ],
      };
  }
}

function succeeded({ target, request }: OperationState): string {
  switch (request.procedure) {
    case "first-start":
      return `${target} is started`;
    case "upgrade":
      return `${target} is upgraded`;
    case "maintenance":
      return `The maintenance of ${target} is done`;
    case "rollback":
      return `${target} is rolled back`;
  }
}

/** A check's own hint is in its line already. */
const otherHints = (operation: OperationState, failed: readonly CheckResult[]): string[] =>
  hints(operation).filter((hint) => !failed.some(({ name }) => hint.startsWith(`${name}: `)));

const tooLate = (wish: Wish, id: string): string =>
  wish === "stopped"
    ? "It was too late to stop it: the operation went on to its end."
    : `The operation went on to its end. To take it back now, start procedure: rollback with operation-id: ${id}.`;

function runsNow(operation: OperationState): string {
  const { request, verifiedVersion, nodes } = operation;
  const reports = verifiedVersion ? `, which reports version ${verifiedVersion}` : "";
  const count = nodes.after.length === 1 ? "1 node serves" : `${nodes.after.length} nodes serve`;
  const version = verifiedVersion ? `, version ${verifiedVersion}` : "";
  switch (request.procedure) {
    case "first-start":
      return `${capital(count)}${version}.`;
    case "upgrade":
      return `It runs ${request.image}${reports}.`;
    case "maintenance":
      return `Every node was started anew: ${count}${version}.`;
    case "rollback":
      return `It runs ${imageNow(operation) ?? "the old version"} again${reports}.`;
  }
}

/** An operation whose data was never in doubt went back on it; any other on a snapshot. */
function dataNow(operation: OperationState): string {
  const { request, restored: data, pointOfNoReturnAt } = operation;
  if (data) return restored(operation).join(" ");
  switch (request.procedure) {
    case "first-start":
      return "Its services have the counts that they had before.";
    case "maintenance":
      return "The nodes run again on the data as it is: nothing was restored.";
    case "upgrade":
    case "rollback":
      return pointOfNoReturnAt
        ? "The old version runs again on the data from before the upgrade."
        : "What ran before runs again on its data, which no other version has touched.";
  }
}

function restored({ restored: data, discarded }: OperationState): string[] {
  if (!data) return [];
  return [
    `The data is that of the snapshot ${data.snapshot}, restored as ${data.database}.`,
    ...discarded.map(({ from, to }) => `What was written from ${from} to ${to} is thrown away.`),
    ...(data.aside ? [`The data as it was before that is kept as ${data.aside}.`] : []),
  ];
}

const different = ({ restored: data }: OperationState): string[] =>
  (data?.different ?? []).map(({ what, before, now }) => `Not as it was: ${what} was ${before} and is ${now}.`);

function inCode(operation: OperationState): string[] {
  const code = codeMustSay(operation);
  return [
    ...(code?.image
      ? [
          `Your infrastructure-as-code must now carry ${code.image}, or its next run ${operation.request.procedure === "upgrade" && operation.status === "succeeded" ? "goes back" : "undoes this"}.`,
        ]
      : []),
    ...(code?.tell ?? []).map(sentence),
  ];
}

/** A person's decision to go back, which is no failure, and no success of what was asked for either. */
function endedBy(operation: OperationState): string | undefined {
  const { decision } = operation;
  if (!decision || decision.decision === "proceed") return undefined;
  const why = decision.comment ? ` (${decision.comment})` : "";
  return `The ${wordsFor(operation.request)} was ended by the decision of ${decision.by.name}: ${decision.decision}${why}.`;
}

function leftBehind(operation: OperationState): string[] {
  // An API older than this action does not say what was missed.
  const { leftovers, missed = [] } = operation as Partial<OperationState> & Pick<OperationState, "leftovers">;
  return [
    ...leftovers.map(({ what, fix }) => `Left behind: ${what}. ${fix}`),
    ...missed.map((each) => capital(missedLine(each))),
  ];
}
