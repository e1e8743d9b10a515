import { type WindowPhase, windowPhases } from "../analysis/strands.ts";
import type { MeasuredProfile } from "../measure/measured.ts";
import { runnerTitles } from "./tables.ts";

type Part = { className: string; seconds: number; says: string };
type Bar = { title: string; parts: Part[]; seconds: number };

const LEFT = 190;
const WIDTH = 900;
const BAR = { height: 15, gap: 4 };
const HEAD = 92;

const PHASE_TITLES: Record<WindowPhase, string> = {
  close: "close",
  stop: "stop the nodes",
  "back-up": "snapshot",
  migrate: "migrate",
  "scale-out": "start the nodes",
  open: "open",
};

/**
 * Stacked bars of where the window goes, as an SVG that needs nothing else: a colour a phase for what AWS and the application needed, and grey
 * for what was added. It follows the reader's choice of light and dark.
 */
export function windowChart(profiles: readonly MeasuredProfile[]): string {
  const groups = profiles.map((profile) => ({ profile, bars: barsOf(profile) }));
  let y = HEAD;
  const drawn = groups.map(({ profile, bars }) => {
    const top = y;
    const longest = Math.max(...bars.map(({ seconds }) => seconds));
    const scale = (seconds: number) => (seconds / longest) * (WIDTH - LEFT - 90);
    y += 24 + bars.length * (BAR.height + BAR.gap) + 16;
    return [
      `<text class="profile" x="16" y="${top + 12}">${profile.profile}</text>`,
      ...bars.map((bar, index) => drawBar(bar, top + 22 + index * (BAR.height + BAR.gap), scale)),
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="title">
<title id="title">The window by phase: what AWS and the application needed, and what was added</title>
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${y}"/>
<text class="heading" x="16" y="28">How long the site is closed, and why</text>
<text x="16" y="48">Minutes and seconds from the first visitor's 503 to the last, in virtual time; each profile on a scale of its own</text>
${legend(66)}
${drawn.join("\n")}
</svg>
`;
}

function barsOf({ runners, criticalSeconds }: MeasuredProfile): Bar[] {
  const ours = runners.find(({ runner }) => runner === "ours");
  const needed = (ours?.phases ?? []).map(({ phase, neededSeconds }) => ({
    className: phase,
    seconds: neededSeconds,
    says: `${PHASE_TITLES[phase]}: ${neededSeconds.toFixed(1)} s needed`,
  }));
  return [
    { title: "critical path", parts: needed, seconds: criticalSeconds },
    ...runners
      .filter(({ failures, runs }) => failures.length < runs)
      .map(({ runner, phases, windowSeconds }) => ({
        title: runnerTitles[runner],
        seconds: windowSeconds.mean,
        parts: phases.flatMap(({ phase, neededSeconds, addedSeconds }): Part[] => [
          {
            className: "added",
            seconds: addedSeconds,
            says: `${PHASE_TITLES[phase]}: ${addedSeconds.toFixed(1)} s added`,
          },
          {
            className: phase,
            seconds: neededSeconds,
            says: `${PHASE_TITLES[phase]}: ${neededSeconds.toFixed(1)} s needed`,
          },
        ]),
      })),
  ];
}

function drawBar({ title, parts, seconds }: Bar, y: number, scale: (seconds: number) => number): string {
  let x = LEFT;
  const drawn = parts.map(({ className, seconds: length, says }) => {
    const width = Math.max(0, scale(length));
    const rect = `<rect class="${className}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}"><title>${says}</title></rect>`;
    x += width;
    return rect;
  });
  const middle = y + BAR.height - 3;
  return [
    `<text class="name" x="${LEFT - 10}" y="${middle}">${title}</text>`,
    ...drawn,
    `<text class="value" x="${(x + 8).toFixed(1)}" y="${middle}">${inMinutes(seconds)}</text>`,
  ].join("\n");
}

function legend(y: number): string {
  const entries = [...windowPhases.map((phase) => [phase, PHASE_TITLES[phase]]), ["added", "added by the runbook"]];
  let x = 16;
  return entries
    .map(([className, title]) => {
      const at = x;
      x += 30 + title!.length * 6.4;
      return `<rect class="${className}" x="${at}" y="${y}" width="11" height="11"/><text x="${at + 16}" y="${y + 10}">${title}</text>`;
    })
    .join("\n");
}

const inMinutes = (seconds: number): string => {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #454c54; }
.heading { font-size: 18px; font-weight: 600; fill: #1c2126; }
.profile { font-weight: 600; fill: #1c2126; }
.name { text-anchor: end; }
.value { fill: #1c2126; font-variant-numeric: tabular-nums; }
.ground { fill: #fff; }
.close { fill: #7b61c4; }
.stop { fill: #c4618f; }
.back-up { fill: #2f7fb8; }
.migrate { fill: #d08a1d; }
.scale-out { fill: #2f9a72; }
.open { fill: #9a6a4f; }
.added { fill: #b9c0c7; }
@media (prefers-color-scheme: dark) {
  text { fill: #aab3bc; }
  .heading, .profile, .value { fill: #e8ecf0; }
  .ground { fill: #14181c; }
  .close { fill: #a48cf0; }
  .stop { fill: #e58ab4; }
  .back-up { fill: #5aa9e0; }
  .migrate { fill: #e6a845; }
  .scale-out { fill: #4fc398; }
  .open { fill: #c2937a; }
  .added { fill: #4a535c; }
}
`;
