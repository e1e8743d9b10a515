import { listenersOf } from "../cloud-state.ts";
import { foreignRuleChanges, isClosedAt, isExcused } from "../interference.ts";
import { reachesNode } from "../requests.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";
import { fullCountFaults } from "./full-count.ts";

/** The page is up at every address, but where users are served meanwhile, and the person who is called reads what is wrong and what to do. */
export function heldFaults(story: Story): Fault[] {
  const { moments, scenario, requests } = story;
  const { at = "", problem } = moments.ending;
  const faults: Fault[] = [];
  if (!problem?.message || !problem.hint)
    faults.push({ message: "expected a held operation to say what is wrong and what to do, found no such problem" });
  if (scenario.traffic === "open" && !isClosedAt(moments, at)) return faults;
  // Before the site was closed nothing may be stopped: what was found serves on, and whoever takes it over finds it so.
  if (moments.windows.length === 0) return [...faults, ...fullCountFaults(story, scenario.digests.old)];
  const after = requests.public.filter(({ startedAt }) => startedAt > at);
  for (const { arn } of scenario.listeners)
    if (!after.some(({ listenerArn }) => listenerArn === arn))
      faults.push({ message: `expected public requests at ${arn} after it was held, found none to judge by` });
  const changes = foreignRuleChanges(story);
  const passed = after.filter((request) => reachesNode(request, scenario) && !isExcused(request, changes));
  if (passed[0])
    faults.push({
      message: `expected the page for every public request of a held operation, found ${passed.length} of ${after.length} at a node`,
      at: passed[0].startedAt,
      events: passed.map(({ seq }) => seq),
    });
  return [...faults, ...missingPages(story)];
}

function missingPages({ before, after, scenario }: Story): Fault[] {
  const known = new Set(listenersOf(before).flatMap(({ rules }) => rules.map(({ RuleArn }) => RuleArn)));
  return listenersOf(after)
    .filter(({ arn }) => scenario.listeners.some((listener) => listener.arn === arn))
    .flatMap(({ inForce }) => Object.entries(inForce))
    .filter(
      ([, rules]) =>
        !rules.some(
          ({ RuleArn, Actions }) =>
            !known.has(RuleArn) && Actions.some(({ FixedResponseConfig }) => FixedResponseConfig?.StatusCode === "503"),
        ),
    )
    .map(([address]) => ({ message: `expected a closing rule in force at ${address}, found none` }));
}
