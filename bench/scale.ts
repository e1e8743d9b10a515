import { parseArgs } from "node:util";
import { type Scale, scaleOf } from "../test/load/scale.ts";

/*
 * How long the window of each of many targets is that are upgraded at once in one account, against a lone one, under AWS's account-wide rate limits:
 *   npm run bench:scale [-- --targets 1,10,100] [--json]
 */
const { values } = parseArgs({
  options: {
    "at-once": { type: "string" },
    shape: { type: "string", default: "own-clusters" },
    "health-check-seconds": { type: "string", default: "5" },
    targets: { type: "string", default: "1,3,7,10,20,50" },
    json: { type: "boolean", default: false },
  },
});
const scales: Scale[] = [];
for (const targets of values.targets.split(",").map(Number)) {
  const began = performance.now();
  const scale = await scaleOf(targets, {
    shape: values.shape === "one-cluster" ? "one-cluster" : "own-clusters",
    healthCheckSeconds: Number(values["health-check-seconds"]),
    ...(values["at-once"] && { windowsAtOnce: Number(values["at-once"]) }),
  });
  scales.push(scale);
  if (!values.json) console.error(`${targets} targets: ${((performance.now() - began) / 1_000).toFixed(0)} s here`);
}

if (values.json) console.log(JSON.stringify(scales, null, 2));
else {
  const lone = scales.find(({ targets }) => targets === 1)?.windowSeconds.median;
  const against = (seconds: number) => (lone === undefined ? seconds : `${seconds} (${(seconds / lone).toFixed(2)} ×)`);
  console.table(
    scales.map(({ targets, endings, windowSeconds, calls, throttled, lastEndedAfterSeconds }) => ({
      targets,
      endings: Object.entries(endings)
        .map(([status, count]) => `${count} ${status}`)
        .join(", "),
      "window, median (s)": against(windowSeconds.median),
      "window, longest (s)": against(windowSeconds.longest),
      "last one done after (s)": lastEndedAfterSeconds,
      "calls each": Math.round(calls / targets),
      "of them throttled": Math.round(throttled / targets),
    })),
  );
}
