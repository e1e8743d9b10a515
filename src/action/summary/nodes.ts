import type { Node } from "../../operations/operation.ts";
import { code, details, plain, table } from "../markdown.ts";

export function nodes({ before, after }: { before: readonly Node[]; after: readonly Node[] }): string {
  if (before.length === 0 && after.length === 0) return "";
  const row = (when: string) => (node: Node) => [
    when,
    plain(node.service),
    code(node.taskArn.split("/").at(-1) ?? node.taskArn),
    code(node.image),
    plain(node.version ?? ""),
    plain(node.status),
  ];
  const rows = [...before.map(row("before")), ...after.map(row("after"))];
  return details(
    `Nodes: ${before.length} before, ${after.length} after`,
    table(["", "Service", "Task", "Image", "Version", "Status"], rows),
  );
}
