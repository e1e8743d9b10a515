import { expect, test } from "vitest";
import { type Asked, runCommand } from "../../src/command-line/run-command.ts";

type Command = { kind: "greet"; who: string };
async function ran(asked: Asked<Command>) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand<Command>({
    ...{ args: [], help: "Greets.\n" },
    read: () => asked,
    run: ({ who }) => who.length,
    streams: { print: (line) => void out.push(line), complain: (line) => void err.push(line) },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test("ends as the command does", async () => {
  expect(await ran({ kind: "greet", who: "you" })).toEqual({ code: 3, out: "", err: "" });
});

test("prints the help where it is asked for, and complains with it and 2 where something is wrong", async () => {
  expect(await ran({ kind: "help" })).toEqual({ code: 0, out: "Greets.", err: "" });
  expect(await ran({ kind: "wrong", problems: ["one", "two"] })).toEqual({
    code: 2,
    out: "",
    err: "one\ntwo\n\nGreets.",
  });
});

test("answers problems as JSON where JSON was asked for", async () => {
  const { code, out, err } = await ran({ kind: "wrong", problems: ["one"], json: true });
  expect([code, JSON.parse(out), err]).toEqual([2, { problems: ["one"] }, ""]);
});
