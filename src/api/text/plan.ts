import { checkLine } from "../../operations/event-line.ts";
import type { Plan } from "../../operations/plan.ts";
import { columns } from "./columns.ts";

/** A plan as a person wants to read it: the checks, then every mutation, phase by phase, with how it is undone. */
export function planAsText({ target, request, checks, mutations, ok }: Plan): string {
  const phases = Map.groupBy(mutations, ({ phase }) => phase);
  const lines = [
    `${request.procedure} of ${target} to ${request.image}`,
    "",
    "Checks",
    ...checks.map((check) => `  ${checkLine(check)}`),
    "",
    "Changes, in order",
    ...[...phases].flatMap(([phase, of]) => [
      `  ${phase}`,
      ...columns(of.map(({ service, operation, summary }) => [`    ${service} ${operation}`, summary])).flatMap(
        (line, at) => [line, `      undone by: ${of[at]?.inverse}`],
      ),
    ]),
    "",
    ok ? "It would be carried out." : "It would be refused: a check failed.",
  ];
  return `${lines.join("\n")}\n`;
}
