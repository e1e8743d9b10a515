import { type Forecast, roundedTime, sourceInWords } from "../../operations/forecast.ts";
import { inWords } from "../../targets/duration.ts";
import { table } from "./wrap.ts";

const WIDTHS = [12, 6, 12, 12, 68];
const seconds = (of: number) => (of < 60 ? `${of} s` : inWords(of * 1_000));

/** The forecast as a table of phases: how long, how long at most, and where each number comes from. */
export function forecastAsText(forecast: Forecast): string[] {
  const { phases, window, closesAt, opensAt } = forecast;
  const rows = phases.map(({ phase, closed, expectedSeconds, worstSeconds, parts }) => [
    phase,
    closed ? "closed" : "open",
    seconds(expectedSeconds),
    seconds(worstSeconds),
    parts
      .filter((part) => part.seconds > 0)
      .map((part) => `${part.what}: ${seconds(part.seconds)} (${sourceInWords(part)})`)
      .join("; ") || "nothing to do",
  ]);
  return [
    ...table(
      [
        ["phase", "site", "expected", "at most", "why"],
        ...rows,
        ["WINDOW", "closed", seconds(window.expectedSeconds), seconds(window.worstSeconds), ""],
      ],
      WIDTHS,
    ),
    `closes at about ${time(closesAt)}, open again at about ${roundedTime(Date.parse(opensAt))}`,
  ];
}

const time = (at: string) => `${at.slice(11, 16)} UTC`;
