import { isMap, isScalar, isSeq, type Node, parseDocument, YAMLMap } from "yaml";
import { read } from "../procedures/read.ts";
import { parseConfiguration } from "../targets/configuration.ts";
import { didYouMean } from "../targets/did-you-mean.ts";
import type { Resources } from "../targets/resources-schema.ts";
import { discoverResources } from "./discover-resources.ts";
import { mapOf } from "./entry.ts";
import { withMember } from "./file-text.ts";
import { InitError, type InitProblem, problemOfError } from "./init-problem.ts";
import type { InitWorld } from "./init-world.ts";
import { resourceEntries } from "./resource-entries.ts";

/** One line of difference: `- ` is in the file and was not found, `+ ` was found and is not in the file. */
export type Difference = { target: string; member: keyof Resources; added: string[]; removed: string[] };

/**
 * The text of the file with the `resources` of its targets (or of one) as they are found now, and everything else as it was. Writes nothing.
 * Throws an InitError that names every problem, and a ConfigurationError where the file cannot be used.
 */
export async function refresh(
  world: InitWorld,
  { out, target: only }: { out: string; target?: string },
): Promise<{ text: string; differences: Difference[]; targets: string[] }> {
  const text = world.readFile(out);
  if (text === undefined)
    throw new InitError([
      { about: out, expected: "a file to renew", found: "none", next: "Write it first, with --cluster and --service" },
    ]);
  const { targets, deployment } = parseConfiguration(text, out);
  const problems: InitProblem[] = [];
  if (only !== undefined && !targets.has(only)) problems.push(noTarget(only, [...targets.keys()]));
  const account = await read(world.account);
  if (!account.ok) problems.push(problemOfError("who asks", account.error));
  else if (deployment && deployment.account !== account.value)
    problems.push({
      about: "deployment.account",
      expected: `credentials of ${deployment.account}, as the file says`,
      found: account.value,
      next: "Use the credentials of that account, by --profile for instance",
    });
  if (problems.length) throw new InitError(problems);

  const chosen = [...targets.values()].filter(({ name }) => only === undefined || name === only);
  const found = await Promise.all(
    chosen.map(async (target) => ({
      target,
      resources: await discoverResources({ aws: world.aws, target, nowMs: world.nowMs }).catch((error: unknown) => {
        if (!(error instanceof InitError)) throw error;
        problems.push(...error.problems.map((each) => ({ ...each, about: `targets.${target.name}: ${each.about}` })));
        return undefined;
      }),
    })),
  );
  if (problems.length) throw new InitError(problems);

  let changed = text;
  const differences: Difference[] = [];
  for (const { target, resources } of found) {
    if (!resources) continue;
    const of = differencesOf(target.name, target.resources, resources);
    if (!of.length && target.resources) continue;
    differences.push(...of);
    changed = withMember(changed, ["targets", target.name, "resources"], renewed(changed, target.name, resources));
  }
  return { text: changed, differences, targets: chosen.map(({ name }) => name) };
}

const noTarget = (name: string, names: string[]): InitProblem => {
  const meant = didYouMean(name, names);
  return {
    about: `--target ${name}`,
    expected: "a target of the file",
    found: names.join(", "),
    next: meant ? `Did you mean --target ${meant}?` : "Name one of these",
  };
};

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());

export function differencesOf(target: string, before: Resources | undefined, now: Resources): Difference[] {
  const members = new Set([...Object.keys(before ?? {}), ...Object.keys(now)]) as Set<keyof Resources>;
  return [...members].flatMap((member) => {
    const [was, is] = [listOf(before?.[member]), listOf(now[member])];
    const added = is.filter((each) => !was.includes(each));
    const removed = was.filter((each) => !is.includes(each));
    return added.length || removed.length ? [{ target, member, added, removed }] : [];
  });
}

/** What stays keeps its place and its comments. */
function renewed(text: string, target: string, resources: Resources): Node {
  const present = parseDocument(text, { merge: true }).getIn(["targets", target, "resources"], true);
  const fresh = mapOf(resourceEntries(resources));
  if (!isMap(present)) return fresh;
  const kept = new YAMLMap();
  for (const item of present.items) {
    const name = isScalar(item.key) ? String(item.key.value) : "";
    const now = fresh.get(name, true) as Node | undefined;
    if (now === undefined) continue;
    if (isSeq(item.value) && isSeq(now)) {
      const wanted = listOf(resources[name as keyof Resources]);
      const old = item.value.items.filter((each) => isScalar(each) && wanted.includes(String(each.value)));
      const known = old.map((each) => (isScalar(each) ? String(each.value) : ""));
      item.value.items = [...old, ...now.items.filter((each) => isScalar(each) && !known.includes(String(each.value)))];
    } else if (!(isScalar(item.value) && isScalar(now) && item.value.value === now.value)) item.value = now;
    kept.items.push(item);
  }
  for (const item of fresh.items) if (isScalar(item.key) && !kept.has(item.key.value)) kept.items.push(item);
  return kept;
}
