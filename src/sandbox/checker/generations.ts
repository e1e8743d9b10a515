import type { ContainerLife } from "./containers.ts";
import type { Story } from "./story.ts";

/** The data was restored while the operation went on: nobody has used it before. */
export const isRestored = ({ restores }: Pick<Story, "restores">, generation: string): boolean =>
  restores.during.some((restore) => restore.generation === generation);

/** Nodes that the operation started to go on with, one before the others: not those that a maintenance put back before anybody worked. */
export function forwardStarts(story: Story): ContainerLife[] {
  const { starts, scenario } = story;
  const wanted = starts.filter(({ version, generation }) => version === "new" || isRestored(story, generation));
  const { gaveUp, workBeganAt = "9999" } = story.moments;
  const [from = "9999"] = gaveUp;
  if (scenario.procedure !== "maintenance" || workBeganAt < from) return wanted;
  return wanted.filter(({ generation, started }) => started.at < from || isRestored(story, generation));
}

/** By generation, the first node that may have changed the data into what an earlier version, or what ran before, may not have. */
export function touchedGenerations(story: Story): Map<string, ContainerLife> {
  const first = new Map<string, ContainerLife>();
  for (const life of touching(story)) if (!first.has(life.generation)) first.set(life.generation, life);
  for (const { generation, from } of story.restores.ever) {
    const earlier = from && first.get(from.generation);
    if (earlier && touchedAt(story, earlier) <= from.contentAt && !first.has(generation))
      first.set(generation, earlier);
  }
  return first;
}

/** A node that stays in a maintenance has run long before anybody works on it. */
const touchedAt = ({ scenario, moments: { workBeganAt = "" } }: Story, { started }: ContainerLife): string =>
  scenario.procedure === "maintenance" && workBeganAt > started.at ? workBeganAt : started.at;

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
      return forwardStarts(story).filter(({ generation }) => !isRestored(story, generation));
    case "maintenance": {
      const { workBeganAt } = moments;
      return nodes.filter(
        ({ generation, ended }) =>
          workBeganAt !== undefined && !isRestored(story, generation) && (!ended || ended.at >= workBeganAt),
      );
    }
  }
}
