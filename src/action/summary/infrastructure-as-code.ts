import { codeMustSay } from "../../operations/infrastructure-as-code.ts";
import type { OperationState } from "../../operations/state.ts";
import { code, codeBlock, plain } from "../markdown.ts";

/** What the infrastructure's code must say from now on, to be copied. */
export function infrastructureAsCode(operation: OperationState): string {
  const must = codeMustSay(operation);
  if (!must) return "";
  const lines = [
    ...(must.database
      ? [`- The database is ${code(must.database.identifier)}, at ${code(must.database.address)}`]
      : []),
    ...must.tell.map((line) => `- ${plain(line)}`),
  ];
  return [
    "### For your infrastructure-as-code",
    ...(must.image ? ["The image that it must carry from now on:", codeBlock(must.image)] : []),
    ...(lines.length > 0 ? [lines.join("\n")] : []),
  ].join("\n\n");
}
