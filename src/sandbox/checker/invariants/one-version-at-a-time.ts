import { type ContainerLife, nameOf, runsAt } from "../containers.ts";
import type { SnapshotLife } from "../databases.ts";
import { gaveUpBy, isClosedAt, isFresh } from "../interference.ts";
import type { Story } from "../story.ts";
import type { Finding } from "../verdict.ts";

/**
 * 4: containers of two versions never run at the same time. Judged where the later of the two was our doing; what somebody else starts
 * inside the window must be noticed.
 */
export function oneVersionAtATime(story: Story): Finding {
  const { containers, writers, starts, snapshots, moments } = story;
  const nodes = containers.filter(({ application }) => application);
  const together = starts.flatMap((later) =>
    nodes
      .filter(
        (earlier) =>
          earlier.imageDigest !== later.imageDigest && runsAt(earlier, later.started.seq) && !isFresh(earlier, later),
      )
      .map((earlier) => ({
        invariant: 4 as const,
        at: later.started.at,
        message: `expected one version at a time, found ${nameOf(later)} started while ${nameOf(earlier)} ran`,
        events: [earlier.started.seq, later.started.seq],
      })),
  );
  // Until the snapshot is asked for, a task of others is waited for like a node: it may end by itself.
  const since = snapshots.at(-1)?.requested.seq ?? Number.POSITIVE_INFINITY;
  const late = writers.filter(({ started }) => started.seq > since);
  const foreign = [...nodes, ...late].filter(
    (life) =>
      life.foreign && isClosedAt(moments, life.started.at) && !isWaitedFor(story, life) && !isOnItsOwnData(story, life),
  );
  const unnoticed = foreign
    .filter((life) => !gaveUpBy(moments, life.started.at) && !wasNoticedComing(story, life))
    .map((life) => ({
      invariant: 4 as const,
      at: life.started.at,
      message: `expected somebody else's start inside the window to be noticed within 10 s, found no reaction to ${nameOf(life)}`,
      events: [life.started.seq],
    }));
  return {
    violations: [...together, ...unnoticed],
    looked: { nodes: nodes.length, starts: starts.length, foreignStarts: foreign.length },
  };
}

/** ECS shows a task long before its container starts. Whoever goes on after that was told of it. */
const wasNoticedComing = ({ moments }: Story, { launchedAt, started }: ContainerLife): boolean =>
  moments.gaveUp.some((at) => launchedAt <= at && at <= started.at);

/**
 * While the nodes are stopped, one that somebody else starts is waited for like them. What goes on without having waited is found by its end: no
 * snapshot counts that is older (1), and nothing may start beside it.
 */
function isWaitedFor({ snapshots, starts, moments, scenario }: Story, { started }: ContainerLife): boolean {
  const closedAt = moments.windows[0]?.closedAt ?? "";
  const isInside = ({ of, requested }: SnapshotLife) => of === scenario.database && requested.at >= closedAt;
  const asked = snapshots.find(isInside)?.requested.seq;
  const [first] = starts;
  return started.seq < Math.min(asked ?? Number.POSITIVE_INFINITY, first?.started.seq ?? Number.POSITIVE_INFINITY);
}

/** Data that was verified under the version that somebody starts more of: those are the very nodes that it is for. */
const isOnItsOwnData = (story: Story, { imageDigest, generation, started }: ContainerLife): boolean =>
  story.moments.verified.some(({ at, taskArn }) => {
    const leader = story.containers.find((life) => life.taskArn === taskArn && life.application);
    return at < started.at && leader?.generation === generation && leader.imageDigest === imageDigest;
  });
