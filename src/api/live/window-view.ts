import { secondsFrom } from "../../operations/forecast.ts";
import { isActive } from "../../operations/operation.ts";
import { staysOpen } from "../../operations/request-words.ts";
import type { OperationState } from "../../operations/state.ts";
import type { WindowView } from "./view-schema.ts";

/** The window's clock: closed since when, and open when, by the forecast and by how far it has come. */
export function windowView(state: OperationState, nowMs: number): WindowView {
  const { window, forecast, request } = state;
  const closedSince = window.closingAt;
  const isOver = window.openedAt !== undefined && state.site === "open";
  const forecasts = forecast !== undefined && !state.goingBack && isActive(state.status) && state.status !== "held";
  const after = (seconds: number) => iso(Date.parse(closedSince ?? "") + seconds * 1_000);
  const expectedAt = isOver || !forecasts ? undefined : expectedOpening(state, nowMs);
  return {
    ...(closedSince === undefined &&
      forecasts &&
      !staysOpen(request) &&
      state.status !== "waiting" && { closesAt: iso(Math.max(nowMs, Date.parse(forecast.closesAt))) }),
    ...(closedSince !== undefined && { closedSince }),
    ...(isOver && { openedAt: window.openedAt }),
    ...(expectedAt !== undefined && { expectedAt: iso(expectedAt) }),
    ...(forecast && closedSince && { forecastAt: after(forecast.window.expectedSeconds) }),
    ...(forecast && closedSince && expectedAt !== undefined && { latestAt: after(forecast.window.worstSeconds) }),
    ...(forecast && { expectedSeconds: forecast.window.expectedSeconds }),
    ...(isOver && closedSince && { tookSeconds: (Date.parse(window.openedAt!) - Date.parse(closedSince)) / 1_000 }),
    ...(request.mustOpenBy && { mustOpenBy: iso(Date.parse(request.mustOpenBy)) }),
  };
}

/** What is left of the phase under way, which is nothing once it is overdue, and all that comes after. Undefined while people must decide. */
function expectedOpening({ forecast, phases, status, window }: OperationState, nowMs: number): number | undefined {
  if (!forecast || status === "waiting") return undefined;
  if (window.closingAt === undefined) return Math.max(nowMs, Date.parse(forecast.opensAt));
  const known = phases.filter(({ phase }) => forecast.phases.some((each) => each.phase === phase));
  const last = known.at(-1);
  if (!last) return undefined;
  const whole = secondsFrom(forecast, last.phase);
  const own = forecast.phases.find(({ phase, closed }) => phase === last.phase && closed)?.expectedSeconds ?? 0;
  const spent = last.finishedAt ? own : Math.min(own, (nowMs - Date.parse(last.startedAt)) / 1_000);
  return nowMs + (whole - spent) * 1_000;
}

const iso = (ms: number): string => new Date(ms).toISOString();
