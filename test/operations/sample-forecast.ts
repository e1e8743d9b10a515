import type { Forecast } from "../../src/operations/forecast.ts";

/** A forecast as a plan carries it: one phase before the window, one inside it. */
export const sampleForecast: Forecast = {
  at: "2026-01-15T02:00:00.000Z",
  phases: [
    {
      phase: "preflight",
      closed: false,
      expectedSeconds: 10,
      worstSeconds: 10,
      parts: [{ what: "every check", seconds: 10, source: "assumed" }],
    },
    {
      phase: "close",
      closed: true,
      expectedSeconds: 65,
      worstSeconds: 120,
      parts: [{ what: "this phase before", seconds: 65, source: "measured", on: "3 operations" }],
    },
  ],
  window: { expectedSeconds: 65, worstSeconds: 120 },
  closesAt: "2026-01-15T02:00:10.000Z",
  opensAt: "2026-01-15T02:01:15.000Z",
  opensAtWorst: "2026-01-15T02:02:10.000Z",
};
