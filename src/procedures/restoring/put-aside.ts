import type { Database } from "../../aws/rds-shapes.ts";
import type { PhaseRun } from "../operation-run.ts";
import type { Planned } from "../planned.ts";
import { changeDatabase } from "./change-database.ts";
import type { Change, Restoration } from "./mutations.ts";
import { settled } from "./states.ts";

/** Nobody reaches the present data any more; where the restored database takes its name, it has another one. */
export async function putAside(op: PhaseRun, { fence, renames, places }: Restoration): Promise<void> {
  const { of, resourceId } = fence.parameters;
  const find = () => op.aws.rds.databaseWithId({ kind: of.kind, resourceId });
  const found = await op.step(`where ${of.identifier} is`, async () => (await find())?.identifier ?? null);
  const group = op.target.restore.fence!;
  // It is renamed behind its fence only, so one that has its new name already is fenced.
  if (found !== places.aside?.identifier) {
    await changeDatabase(op, fence);
    await op.poll(
      isBehind(of, group),
      settled(op, { find, of, missing: (database) => unfenced(database, group), failure: { code: "fence-failed" } }),
      { timeoutMs: op.target.timeouts.restore },
    );
  }
  const [own, ...members] = renames;
  if (own) await rename(op, [own]);
  await rename(op, members, { mayBeGone: true });
}

export const isBehind = ({ identifier }: { identifier: string }, group: string) => `${identifier} is behind ${group}`;
export const isNamed = ({ identifier }: { identifier: string }, to: string) => `${identifier} is ${to}`;

/** The members of a cluster at once, after the cluster itself. */
async function rename(op: PhaseRun, renames: Planned<Change>[], { mayBeGone = false } = {}): Promise<void> {
  const coming: Planned<Change>[] = [];
  for (const each of renames) {
    const { of, resourceId, to } = each.parameters;
    const name = await op.step(
      `the name of ${of.identifier}`,
      async () => (await op.aws.rds.databaseWithId({ kind: of.kind, resourceId }))?.identifier ?? null,
    );
    if (name === null && mayBeGone) continue;
    if (name !== to) await changeDatabase(op, each);
    coming.push(each);
  }
  for (const { parameters } of coming) {
    const { of, resourceId, to = of.identifier } = parameters;
    const find = () => op.aws.rds.databaseWithId({ kind: of.kind, resourceId });
    const missing = ({ identifier }: Database) => (identifier === to ? undefined : `still has the name ${identifier}`);
    await op.poll(isNamed(of, to), settled(op, { find, of, missing, failure: { code: "rename-failed" } }), {
      timeoutMs: op.target.timeouts.restore,
    });
  }
}

function unfenced({ securityGroups }: Database, fence: string): string | undefined {
  const wrong = securityGroups.filter(({ id, status }) => id !== fence || status !== "active");
  return wrong.length === 0 && securityGroups.length > 0
    ? undefined
    : `security groups: ${securityGroups.map(({ id, status }) => `${id} (${status})`).join(", ")}`;
}
