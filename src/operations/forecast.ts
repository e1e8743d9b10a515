import { z } from "zod";
import { inWords } from "../targets/duration.ts";
import { type Phase, phaseSchema } from "./operation.ts";

const seconds = z.number().int().min(0);

/** One stretch of time and where its number comes from: whoever plans a night on it must know what is only a guess. */
const forecastPartSchema = z.object({
  what: z.string().describe("What takes the time"),
  seconds,
  source: z
    .enum(["measured", "settings", "assumed"])
    .describe("`measured`: seen before; `settings`: configured, in AWS or here; `assumed`: a guess"),
  on: z.string().optional().describe("What it was measured on"),
});
export type ForecastPart = z.output<typeof forecastPartSchema>;

const phaseForecastSchema = z.object({
  phase: phaseSchema,
  closed: z.boolean().describe("Visitors see the page: part of the window"),
  expectedSeconds: seconds,
  worstSeconds: seconds.describe("The sum of the phase's time-outs"),
  parts: z.array(forecastPartSchema),
});
export type PhaseForecast = z.output<typeof phaseForecastSchema>;

/** How long an operation will take, phase by phase, and when the site is closed and opens. */
export const forecastSchema = z
  .object({
    at: z.iso.datetime().describe("When it was made"),
    phases: z.array(phaseForecastSchema),
    window: z
      .object({ expectedSeconds: seconds, worstSeconds: seconds })
      .describe("From traffic closed to traffic open"),
    closesAt: z.iso.datetime().describe("If it begins now, or at `notBefore`"),
    opensAt: z.iso.datetime().describe("By what is expected"),
    opensAtWorst: z.iso.datetime().describe("If every wait takes as long as it may"),
  })
  .meta({ id: "Forecast" });
export type Forecast = z.output<typeof forecastSchema>;

/** What is expected of the window from a phase on. */
export function secondsFrom(forecast: Forecast, phase: Phase): number {
  const from = forecast.phases.findIndex((each) => each.phase === phase);
  return forecast.phases
    .slice(from)
    .reduce((sum, { closed, expectedSeconds }) => sum + (closed ? expectedSeconds : 0), 0);
}

export const sourceInWords = ({ source, on }: Pick<ForecastPart, "source" | "on">): string =>
  on ? `${source} on ${on}` : source;

/** `about 6 min 10 s, at most 3 h 52 min`. */
export const windowInWords = ({ window }: Forecast): string =>
  `about ${inWords(window.expectedSeconds * 1_000)}, at most ${inWords(window.worstSeconds * 1_000)}`;

const ROUND_TO_MS = 5 * 60_000;

/** `02:35 UTC`: never earlier than it will be, and no more exact than a forecast is. */
export const roundedTime = (ms: number): string =>
  `${new Date(Math.ceil(ms / ROUND_TO_MS) * ROUND_TO_MS).toISOString().slice(11, 16)} UTC`;
