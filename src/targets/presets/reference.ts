import { stringify } from "yaml";
import { usualProbes } from "../probes-schema.ts";
import { type PresetData, presets } from "./preset.ts";

/** What every preset fills in, as it would be written in intermission.yml. */
export const presetsAsMarkdown = (): string =>
  [
    "## Presets\n",
    `What \`app\` fills in, as it could be written with \`app: generic\`. With any of them ${usualProbes.consecutive} answers in a row count and one may take`,
    `${usualProbes.attemptTimeoutSeconds} s, unless the target says otherwise; what it says itself takes the place of the member of that name. [Probes](probes.md) has more applications.\n`,
    ...Object.entries(presets as Record<string, PresetData>).map(([name, preset]) => {
      const { probes, leaderEnvironment, skipSameVersionUpgrade } = preset;
      const filledIn = { probes, ...(Object.keys(leaderEnvironment).length ? { leaderEnvironment } : {}) };
      const variables = Object.entries(skipSameVersionUpgrade ?? {}).map(([name, value]) => `\`${name}=${value}\``);
      const skips = variables.length
        ? `\nWhere \`followers.skipSameVersionUpgrade\` is \`true\`, every node but the leader has ${variables.join(" and ")}; the leader has none of it, whatever the task definition says.\n`
        : "";
      return `### ${name}\n\n\`\`\`yaml\n${stringify(filledIn, { lineWidth: 120, collectionStyle: "any" })}\`\`\`\n${skips}`;
    }),
  ].join("\n");
