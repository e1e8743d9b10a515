import { windowInWords } from "../../operations/forecast.ts";
import type { Mutation, OperationRequest, Phase, ProcedureName } from "../../operations/operation.ts";
import { phaseTitles } from "../../operations/phase-titles.ts";
import type { Plan, Wait } from "../../operations/plan.ts";
import { inWords } from "../../targets/duration.ts";
import { checksAsText, countsInWords } from "./checks.ts";
import { forecastAsText } from "./forecast.ts";
import { parametersAsText } from "./parameters.ts";
import { hanging } from "./wrap.ts";

/** A plan to read at night and to paste into a change ticket: verdict, checks, forecast, every change with its inverse, what stays. */
export function planAsText(plan: Plan): string {
  const { target, request, checks, forecast, irreversible, page, ok } = plan;
  const facts: Facts = [
    ["plan", `${request.procedure} of ${target}, made ${forecast.at.slice(0, 16)}Z`],
    ...asked(request),
    ["not before", request.notBefore],
    ["open by", request.mustOpenBy],
    ["comment", request.comment],
    ["approval", plan.approvers && `to go on is decided by ${plan.approvers}`],
    ["verdict", ok ? "it would be carried out" : "it would be REFUSED: a check failed"],
    ["checks", countsInWords(checks)],
    ["window", windowInWords(forecast)],
    ["page", page],
  ];
  const lines = [
    ...facts.flatMap(([name, fact]) => (fact === undefined ? [] : hanging(name, fact, 12))),
    ...section("CHECKS", checksAsText(checks)),
    ...section(
      "FORECAST",
      forecastAsText(forecast).map((line) => `  ${line}`),
    ),
    ...(ok ? section("CHANGES, in order", changes(plan)) : []),
    ...(ok
      ? section(
          "WHAT CANNOT BE TAKEN BACK",
          irreversible.flatMap((each) => hanging("  - ", each)),
        )
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

type Facts = [string, string | undefined][];

/** What only this procedure is asked. */
function asked(request: OperationRequest): Facts {
  switch (request.procedure) {
    case "upgrade":
      return [
        ["image", request.image],
        ["version", request.expectedVersion],
        ["on failure", request.onFailure],
      ];
    case "first-start":
      return [
        ["database", request.database],
        [
          "counts",
          request.counts &&
            Object.entries(request.counts)
              .map((each) => each.join(" "))
              .join(", "),
        ],
        ["even if", request.evenIf.length > 0 ? request.evenIf.join(", ") : undefined],
        ["pause", request.pause ? "waits for a decision once the first node is verified" : undefined],
        ["on failure", request.onFailure],
      ];
    case "maintenance":
      return [
        ["traffic", request.traffic],
        ["work", `within ${request.within}, otherwise ${request.otherwise}`],
        ["on failure", request.onFailure],
      ];
    case "rollback":
      return [
        ["of", request.of],
        ["restore", request.restore],
        ["discards", request.discards && `what was written since ${request.discards.from}`],
      ];
  }
}

const section = (title: string, lines: string[]) => ["", title, ...lines];

/** From where on the data may be changed. */
const POINT_OF_NO_RETURN: Record<ProcedureName, Phase> = {
  "first-start": "migrate",
  upgrade: "migrate",
  maintenance: "work",
  rollback: "restore",
};

function changes({ request: { procedure }, mutations, waits, forecast }: Plan): string[] {
  let number = 0;
  const change = (mutation: Mutation) => {
    number += 1;
    return changeAsText(mutation, number);
  };
  return forecast.phases.flatMap(({ phase, closed }) => {
    const of = mutations.filter((mutation) => mutation.phase === phase);
    const waited = waits.filter((wait) => wait.phase === phase);
    if (of.length + waited.length === 0) return [];
    return [
      ...(phase === POINT_OF_NO_RETURN[procedure] ? ["  ══ point of no return"] : []),
      `  ${phase}: ${phaseTitles[phase]} (site ${closed ? "closed" : "open"})`,
      ...of.flatMap(change),
      ...waited.flatMap(waitAsText),
      ...undone(phase),
    ];
  });
}

function changeAsText({ service, operation, summary, parameters, inverse }: Mutation, number: number): string[] {
  return [
    ...hanging(`  ${String(number).padStart(3)}  `, `${service} ${operation}: ${summary}`),
    ...parametersAsText(parameters, " ".repeat(9)),
    ...hanging(`${" ".repeat(7)}undo: `, inverse),
  ];
}

const waitAsText = ({ until, atMostSeconds }: Wait): string[] =>
  hanging("    …  ", `until ${until}, at most ${inWords(atMostSeconds * 1_000)}`);

/** What these phases change back is listed above, as the inverse of what it undoes. */
function undone(phase: Phase): string[] {
  switch (phase) {
    case "open":
      return ["    ↩  the closing rules are deleted, before that is waited for"];
    case "finish":
      return ["    ↩  what the window changed is undone as said above; revisions, counts and the snapshot stay"];
    default:
      return [];
  }
}
