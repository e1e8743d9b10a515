import { type Command, readCommand } from "../../src/demo/command-line.ts";

/** Throws what is wrong with it. */
export function commandOf(...args: string[]): Command {
  const asked = readCommand(args);
  if (asked.kind === "demo") return asked;
  throw new Error(asked.kind === "wrong" ? asked.problems.join("\n") : "it asks for the help");
}
