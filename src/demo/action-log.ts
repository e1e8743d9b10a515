import type { Terminal } from "./terminal.ts";
import { readLogLine } from "./workflow-commands.ts";

const MARKS = { notice: "✓", warning: "!", error: "✗" } as const;
const COLOURS = { notice: "green", warning: "yellow", error: "red" } as const;

/** Shows a step's output as it comes, for a terminal: groups as headings, annotations as what they say, secrets masked. */
export function createActionLog(
  { print, paint }: Terminal,
  { hide = [] }: { hide?: string[] } = {},
): {
  line(text: string): void;
} {
  const masks: string[] = [];
  const plain = (text: string) => {
    const masked = masks.reduce((shown, mask) => shown.replaceAll(mask, "***"), text);
    return hide.reduce((shown, part) => shown.replaceAll(part, ""), masked);
  };
  return {
    line(text) {
      const line = readLogLine(text);
      switch (line.kind) {
        case "text":
          return print(coloured(plain(line.text), paint));
        case "group":
          return print(paint(["bold", "cyan"], plain(line.title)));
        case "annotation": {
          print();
          print(paint(["bold", COLOURS[line.level]], `${MARKS[line.level]} ${plain(line.title)}`));
          for (const sentence of plain(line.message).split("\n")) print(`  ${sentence}`);
          return;
        }
        case "mask":
          if (line.value) masks.push(line.value);
          return;
        case "end-group":
        case "hidden":
          return;
      }
    },
  };
}

function coloured(text: string, paint: Terminal["paint"]): string {
  if (/^ *\d+:\d\d {2}✓ \S+ done/.test(text)) return paint("green", text);
  if (/^ *\d+:\d\d {2}✗/.test(text)) return paint("red", text);
  if (/^ *\d+:\d\d {2}(point of no return|the site |closed:|open:|quiet:|held:)/.test(text)) return paint("bold", text);
  return text;
}
