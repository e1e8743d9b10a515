import { presetOf } from "../targets/presets/preset.ts";
import type { Before } from "./before.ts";
import type { Leader } from "./leader.ts";
import type { PhaseRun } from "./operation-run.ts";

const SHOWN_CHARACTERS = 200;

/** Tells what the leader's log says that its answers do not. A log that cannot be read tells nothing, and stops nothing. */
export async function tellTellingLines(op: PhaseRun, before: Before, { taskArn }: Leader): Promise<void> {
  const { container, logs } = before.services[0]!;
  const log = logs[container];
  if (!log) return;
  for (const { line, means } of presetOf(op.target).tellingLines ?? []) {
    const found = await op.step(`log/${line.trim()}`, async () => {
      const lines = await op.aws.logs.lines(log, { taskArn, sinceMs: 0, matching: line }).catch(() => []);
      return lines.map(({ message }) => message.trim().slice(0, SHOWN_CHARACTERS));
    });
    const [first] = found;
    if (first === undefined) continue;
    const more = found.length > 1 ? ` and ${found.length - 1} more of its kind` : "";
    const message = `the leader's log has "${first}"${more}: ${means}`;
    await op.record(`log/${line.trim()}/told`, [{ type: "progress", phase: op.name, message }]);
  }
}
