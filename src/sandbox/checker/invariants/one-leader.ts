import { type ContainerLife, isAt, nameOf } from "../containers.ts";
import { forwardStarts, isRestored } from "../generations.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/** 2: on each data generation at most one node starts before it is verified, and what is claimed verified answered well. */
export function oneLeader(story: Story): Finding {
  const { moments, scenario } = story;
  const news = forwardStarts(story).filter(
    ({ generation }) => !isServedMeanwhile(story) || isRestored(story, generation),
  );
  const violations: Violation[] = [];
  for (const [generation, lives] of Map.groupBy(news, (life) => life.generation)) {
    const nodes = lives.filter(({ oneOff }) => !oneOff);
    violations.push(...commandFaults(generation, lives));
    const verifiedAt = verifiedOn(story, generation);
    const early = nodes.filter(({ started }) => verifiedAt === undefined || started.at < verifiedAt);
    for (const [index, second] of early.slice(1).entries())
      if (!wasWorkedOn(story, { first: early[index]!, second }))
        violations.push({
          invariant: 2,
          at: second.started.at,
          message: `expected one node to start on the data ${generation} before it was verified (${verifiedAt ?? "never"}), found a further one: ${nameOf(second)}`,
          events: [early[0]!.started.seq, second.started.seq],
        });
  }
  for (const { at, taskArn } of moments.verified) {
    const fault = doubtOf(story, { at, taskArn });
    if (fault) violations.push({ invariant: 2, at, ...fault });
  }
  const { kind, at = "" } = moments.ending;
  if (kind === "succeeded" && moments.verified.length === 0 && !isServedMeanwhile(story))
    violations.push({
      invariant: 2,
      at,
      message: `expected the ${scenario.procedure} that succeeded to have verified its leader, found no such claim`,
      events: [],
    });
  if (kind === "rolled-back")
    for (const life of unverifiedOnRestored(story, news))
      violations.push({
        invariant: 2,
        at,
        message: `expected a node on the restored data ${life.generation} to have been verified, found no such claim of one`,
        events: [life.started.seq],
      });
  const probes = story.requests.bypass.length;
  return { violations, looked: { newStarts: news.length, verified: moments.verified.length, bypassRequests: probes } };
}

/**
 * In a maintenance the one node may have been ended by the work on it. Whoever proceeds after that says that the work is done, and another node of
 * the same version shows what has come of it.
 */
const wasWorkedOn = (
  { scenario, moments }: Story,
  { first, second }: { first: ContainerLife; second: ContainerLife },
): boolean =>
  scenario.procedure === "maintenance" &&
  first.ended !== undefined &&
  moments.proceeded.some((at) => at >= first.ended!.at && at <= second.started.at);

/** A migrate command counts for itself: at most one on a generation, which must have ended with 0 before a node starts on it. */
function commandFaults(generation: string, lives: ContainerLife[]): Violation[] {
  const [command, ...further] = lives.filter(({ oneOff }) => oneOff);
  if (!command) return [];
  const early = lives.filter(
    ({ oneOff, started }) =>
      !oneOff &&
      (command.ended?.exitCode !== 0 || command.ended.seq > started.seq || command.started.seq > started.seq),
  );
  return [
    ...further.map((second) => ({
      message: `expected one migrate command on the data ${generation}, found a further one: ${nameOf(second)}`,
      life: second,
    })),
    ...early.map((life) => ({
      message: `expected the migrate command to have ended with 0 before a node starts on the data ${generation}, found ${command.ended ? `exit code ${command.ended.exitCode}` : "it running"} and ${nameOf(life)}`,
      life,
    })),
  ].map(({ message, life }) => ({
    invariant: 2,
    at: life.started.at,
    message,
    events: [command.started.seq, life.started.seq],
  }));
}

/** The first node on each restored generation that nobody ever called verified. */
const unverifiedOnRestored = (story: Story, starts: ContainerLife[]): ContainerLife[] =>
  [...Map.groupBy(starts, ({ generation }) => generation)].flatMap(([generation, [first]]) =>
    first && isRestored(story, generation) && verifiedOn(story, generation) === undefined ? [first] : [],
  );

/** Where users are served meanwhile the one node that stays may be one that ran before. */
function leaderOf(story: Story, taskArn: string): ContainerLife | undefined {
  const lives = isServedMeanwhile(story)
    ? story.containers.filter(({ application }) => application)
    : forwardStarts(story);
  return lives.findLast((life) => life.taskArn === taskArn);
}

const isServedMeanwhile = ({ scenario }: Story) => scenario.traffic === "open";

const verifiedOn = (story: Story, generation: string): string | undefined =>
  story.moments.verified.find(({ taskArn }) => leaderOf(story, taskArn)?.generation === generation)?.at;

function doubtOf(story: Story, { at, taskArn }: { at: string; taskArn: string }) {
  const leader = leaderOf(story, taskArn);
  if (!leader) return { message: `expected a node of its own behind *verified*, found none: ${taskArn}`, events: [] };
  if (leader.started.at > at || (leader.ended && leader.ended.at < at))
    return {
      message: `expected the leader to run when it was called verified, found ${nameOf(leader)} ended or not started`,
      events: [leader.started.seq, leader.ended?.seq ?? leader.started.seq],
    };
  const asked = isServedMeanwhile(story)
    ? [...story.requests.bypass, ...story.requests.public].toSorted((a, b) => a.seq - b.seq)
    : story.requests.bypass;
  const last = asked.findLast(
    ({ target, startedAt, at: answeredAt }) =>
      isAt(leader, target) && startedAt >= leader.started.at && answeredAt <= at,
  );
  if (last && last.status >= 200 && last.status < 300) return undefined;
  return {
    message: `expected the leader to have answered well through the bypass before it was called verified, found ${last ? `status ${last.status}` : "no request to it"}`,
    events: last ? [last.seq] : [leader.started.seq],
  };
}
