import type { ProfileRun } from "../runners/run-profile.ts";
import { type Strand, strandsOf, type WindowPhase, windowPhases } from "./strands.ts";

/**
 * A phase of the window, in seconds. `cloud`: what AWS and the application needed. `waited`: from the end of the phase before, as the log has it,
 * to the first call of this one; what was true already and nobody had seen, or acted on. `drawn`: what this phase took beyond `cloud`, since its
 * calls were made one after another, or let AWS take longer than it must.
 */
export type PhaseTimes = { phase: WindowPhase; cloud: number; waited: number; drawn: number };

export type CriticalPath = {
  /** From the first address that answered with the page to the last one that answered with the application again. */
  windowSeconds: number;
  /** The lower bound: the sum of what AWS and the application needed in each phase. */
  criticalSeconds: number;
  phases: PhaseTimes[];
};

/**
 * How short the window of this run could have been.
 *
 * An upgrade that loses nothing is a chain, and the safety rules are its links (the nine invariants of the design): no node is stopped before the page
 * is up at every address, or visitors would meet errors; no snapshot is asked for before the last container has ended, or it would lack writes; no
 * container of the new version starts before the snapshot is available, or there would be no way back; no follower starts before the migration is
 * done, or two nodes would migrate; and the page stays until all nodes serve.
 *
 * For each link the cloud's own log has the moment when AWS took the call, and the moment when what the call was made for was true. The time
 * between the two is nobody's to save: had every call been made at the very instant when the one before had come true, had all calls of a phase
 * been made at once, had calls taken no time, and had nothing been verified, the window would still have been their sum. That sum is the bound.
 *
 * Of several things that one phase does at a time (services, nodes, listeners, addresses) the longest counts. Closing counts from the first
 * address that shows the page to the last: before that the site is open. Draining counts as long as requests in flight are promised to get, not as
 * long as the target group happened to say. A container's end counts from when DescribeTasks shows it, since nobody can act on what AWS does not tell.
 *
 * Nothing of this comes from the runbook's own records: it is computed in the same way for everybody who is compared.
 */
export function criticalPath(run: ProfileRun): CriticalPath {
  const all = strandsOf(run);
  const present = windowPhases.filter((phase) => all[phase].length > 0);
  const phases: PhaseTimes[] = [];
  let reachedMs = Number.NaN;
  let openMs = Number.NaN;
  for (const [index, phase] of present.entries()) {
    const next = present[index + 1];
    const isFirst = index === 0;
    const strands = next && !isFirst ? endedBy(all[phase], firstAsked(all[next])) : all[phase];
    // The window begins where the first address shows the page, not where that was asked for.
    const beganMs = isFirst ? Math.min(...strands.map(({ doneMs }) => doneMs)) : firstAsked(strands);
    const doneMs = Math.max(...strands.map(({ doneMs }) => doneMs));
    const neededMs = Math.max(...strands.map(({ neededMs }) => neededMs));
    const soonestMs = Math.min(...strands.map(({ neededMs }) => neededMs));
    const cloudMs = Math.min(isFirst ? neededMs - soonestMs : neededMs, doneMs - beganMs);
    const waitedMs = isFirst ? 0 : beganMs - reachedMs;
    if (isFirst) openMs = beganMs;
    phases.push({
      phase,
      cloud: cloudMs / 1_000,
      waited: waitedMs / 1_000,
      drawn: (doneMs - beganMs - cloudMs) / 1_000,
    });
    reachedMs = doneMs;
  }
  return {
    windowSeconds: (reachedMs - openMs) / 1_000,
    criticalSeconds: phases.reduce((sum, { cloud }) => sum + cloud, 0),
    phases,
  };
}

/** What a runbook does not wait for was not needed of it: each ends when the next phase begins at the latest. */
const endedBy = (strands: readonly Strand[], ms: number): Strand[] =>
  strands.map((strand) => {
    const early = Math.max(0, strand.doneMs - ms);
    return { ...strand, doneMs: strand.doneMs - early, neededMs: Math.max(0, strand.neededMs - early) };
  });

const firstAsked = (strands: readonly Strand[]): number => Math.min(...strands.map(({ askedMs }) => askedMs));
