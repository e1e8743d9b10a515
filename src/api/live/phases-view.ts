import { isActive } from "../../operations/operation.ts";
import { phaseTitles } from "../../operations/phase-titles.ts";
import type { OperationState } from "../../operations/state.ts";
import type { PhaseView } from "./view-schema.ts";

/** The phases as they went, and those that the forecast has still to come. On the way back no forecast holds, nor where nothing goes on by itself. */
export function phasesView(state: OperationState): PhaseView[] {
  const { phases, forecast, goingBack } = state;
  const expectedOf = (phase: string) => forecast?.phases.find((each) => each.phase === phase)?.expectedSeconds;
  const gone = phases.map(({ phase, startedAt, finishedAt, outcome }): PhaseView => {
    const expectedSeconds = goingBack && startedAt >= goingBack.at ? undefined : expectedOf(phase);
    return {
      phase,
      does: phaseTitles[phase],
      state: outcome ?? (isActive(state.status) && state.status !== "held" ? "under-way" : "stopped"),
      startedAt,
      ...(finishedAt && { tookSeconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000 }),
      ...(expectedSeconds !== undefined && { expectedSeconds }),
    };
  });
  const asForecast =
    isActive(state.status) &&
    state.status !== "held" &&
    !goingBack &&
    !phases.some(({ phase }) => phase === "put-back");
  const toCome = (asForecast ? (forecast?.phases ?? []) : [])
    .filter(({ phase }) => !phases.some((each) => each.phase === phase))
    .map(
      ({ phase, expectedSeconds }): PhaseView => ({
        phase,
        does: phaseTitles[phase],
        state: "to-come",
        expectedSeconds,
      }),
    );
  return [...gone, ...toCome];
}
