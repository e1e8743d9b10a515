import type { ContainerLife } from "./containers.ts";
import type { Story } from "./story.ts";

/** The data was restored while the operation went on: nobody has used it before. */
export const isRestored = ({ restores }: Pick<Story, "restores">, generation: string): boolean =>
  restores.during.some((restore) => restore.generation === generation);

/**
 * Nodes that the operation started to go on with, one before the others: not those that it put back where nothing of its own had run on
 * the data as found.
 */
export function forwardStarts(story: Story): ContainerLife[] {
  const { starts, scenario } = story;
  const wanted = starts.filter(({ version, generation }) => version === "new" || isRestored(story, generation));
  if (scenario.procedure === "upgrade" || scenario.procedure === "rollback") return wanted;
  const gaveUp = story.moments.gaveUp[0] ?? "9999";
  const begun = new Set(wanted.filter(({ started }) => started.at < gaveUp).map(({ generation }) => generation));
  return wanted.filter(({ generation }) => begun.has(generation) || isRestored(story, generation));
}

/** By generation, the first node that may have changed the data into what an earlier version, or what ran before, may not have. */
export function touchedGenerations(story: Story): Map<string, ContainerLife> {
  const first = new Map<string, ContainerLife>();
  for (const life of touching(story)) if (!first.has(life.generation)) first.set(life.generation, life);
  for (const { generation, from } of story.restores.ever) {
    const earlier = from && first.get(from.generation);
    if (earlier && earlier.started.at <= from.contentAt && !first.has(generation)) first.set(generation, earlier);
  }
  return first;
}

function touching(story: Story): ContainerLife[] {
  const { containers, moments, scenario } = story;
  const nodes = containers.filter(({ application }) => application);
  switch (scenario.procedure) {
    case "upgrade":
      return nodes.filter(({ version, started }) => version === "new" && started.at >= moments.requestedAt);
    case "rollback":
      return nodes.filter(
        ({ imageDigest, version }) => version === "old" && scenario.digests.old.includes(imageDigest),
      );
    case "first-start":
    case "maintenance":
      return forwardStarts(story).filter(({ generation }) => !isRestored(story, generation));
  }
}
