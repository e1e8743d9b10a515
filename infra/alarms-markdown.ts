import { alarmGuide } from "./alarm-guide.ts";

/** Every alarm under a heading that its description leads to. */
export const alarmsAsMarkdown = (): string =>
  Object.entries(alarmGuide)
    .map(([id, { raised, advice }]) => `### alarm-${id}\n\n**${raised}.** ${advice}.\n`)
    .join("\n");
