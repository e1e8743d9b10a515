import { type ContainerLife, isAt, nameOf } from "../containers.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/** 2: on each data generation at most one node of the new version starts before it is verified, and what is claimed verified answered well. */
export function oneLeader(story: Story): Finding {
  const { starts, moments } = story;
  const news = starts.filter(({ version }) => version === "new");
  const violations: Violation[] = [];
  for (const [generation, lives] of Map.groupBy(news, (life) => life.generation)) {
    const nodes = lives.filter(({ oneOff }) => !oneOff);
    violations.push(...commandFaults(generation, lives));
    const verifiedAt = verifiedOn(story, generation);
    const early = nodes.filter(({ started }) => verifiedAt === undefined || started.at < verifiedAt);
    for (const second of early.slice(1))
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
  if (moments.ending.kind === "succeeded" && moments.verified.length === 0)
    violations.push({
      invariant: 2,
      at: moments.ending.at!,
      message: "expected an upgrade that succeeded to have verified its leader, found no such claim",
      events: [],
    });
  const probes = story.requests.bypass.length;
  return { violations, looked: { newStarts: news.length, verified: moments.verified.length, bypassRequests: probes } };
}

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

const leaderOf = ({ starts }: Story, taskArn: string): ContainerLife | undefined =>
  starts.find((life) => life.taskArn === taskArn && life.version === "new");

const verifiedOn = (story: Story, generation: string): string | undefined =>
  story.moments.verified.find(({ taskArn }) => leaderOf(story, taskArn)?.generation === generation)?.at;

function doubtOf(story: Story, { at, taskArn }: { at: string; taskArn: string }) {
  const leader = leaderOf(story, taskArn);
  if (!leader)
    return { message: `expected a node of the new version behind *verified*, found none: ${taskArn}`, events: [] };
  if (leader.started.at > at || (leader.ended && leader.ended.at < at))
    return {
      message: `expected the leader to run when it was called verified, found ${nameOf(leader)} ended or not started`,
      events: [leader.started.seq, leader.ended?.seq ?? leader.started.seq],
    };
  const last = story.requests.bypass.findLast(
    ({ target, startedAt, at: answeredAt }) =>
      isAt(leader, target) && startedAt >= leader.started.at && answeredAt <= at,
  );
  if (last && last.status >= 200 && last.status < 300) return undefined;
  return {
    message: `expected the leader to have answered well through the bypass before it was called verified, found ${last ? `status ${last.status}` : "no request to it"}`,
    events: last ? [last.seq] : [leader.started.seq],
  };
}
