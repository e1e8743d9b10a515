/** A step of what is done by hand: why, the commands, and what must be seen before the next. */
export type Step = { title: string; why?: string[]; commands: string[]; goOn?: string };

export type Value = string | number | boolean | readonly (string | number)[] | object;

const PLAIN = /^[\w@%+=:,./-]+$/;
const WIDTH = 118;

/** A word as a POSIX shell reads it back. */
export const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * A line for the AWS CLI. Options are given by its names: `true` is an option without a value, a list its words, an object JSON. Those that are
 * undefined are left out.
 */
export function aws(service: string, operation: string, options: Record<string, Value | undefined> = {}): string {
  const words = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [[`--${name}`, ...wordsOf(value)].join(" ")],
  );
  return broken([`aws ${service} ${operation}`, ...words]);
}

/** The same, to be looked at: one value, as text. */
export const awsText = (
  service: string,
  operation: string,
  query: string,
  options: Record<string, Value | undefined>,
) => aws(service, operation, { ...options, query, output: "text" });

/** Runs a command again and again until it prints this. */
export const until = (said: string, command: string): string => broken([`until_it_says ${quoted(said)}`, command]);

/** A loop over what a command prints, word by word. It is asked before: a call that fails must end the script, not the loop. */
export const each = (name: string, command: string, body: string[]): string =>
  [`${name}s=$(${command})`, `for ${name} in $${name}s; do`, ...body.map(indented), "done"].join("\n");

/** Only where a command prints this. */
export const onlyIf = (said: string, command: string, body: string[]): string =>
  [`if [ "$(${command})" = ${quoted(said)} ]; then`, ...body.map(indented), "fi"].join("\n");

/** Only where a command prints something that is not this. */
export const unless = (said: string, command: string, body: string[]): string =>
  [`if [ "$(${command})" != ${quoted(said)} ]; then`, ...body.map(indented), "fi"].join("\n");

function wordsOf(value: Value): string[] {
  if (value === true) return [];
  if (Array.isArray(value)) return value.map((each) => quoted(String(each)));
  return [typeof value === "object" ? `'${JSON.stringify(value).replaceAll("'", "'\\''")}'` : quoted(String(value))];
}

/** On lines of a width that can be read, broken where one option ends. */
function broken(words: string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const last = word.split("\n")[0]!;
    if (line !== undefined && line.split("\n").at(-1)!.length + 1 + last.length <= WIDTH)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines.join(" \\\n");
}

const indented = (text: string): string => text.replace(/^/gm, "  ");

/** What comes from elsewhere, a log or a person's comment, in one line: it must not end the comment that it stands in. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, " ").trim();
const LONGEST_LINE = 400;

/** Comments that a person reads in a terminal. */
export function comment(text: string): string[] {
  const lines: string[] = [];
  const line = oneLine(text);
  const shown = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line;
  for (const word of shown.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

/** A script for a POSIX shell: it stops at the first command that fails, and every command may be run again. */
export function script(about: string[], preparation: string[], steps: Step[]): string {
  const text = [
    "#!/bin/sh",
    ...about.flatMap((line) => (line === "" ? ["#"] : comment(line))),
    "",
    "set -eu",
    ...preparation,
    LOOKING,
    ...steps.flatMap(({ title, why = [], commands, goOn }, index) => [
      "",
      `# ── ${index + 1}. ${title}`,
      ...why.flatMap(comment),
      `say ${quoted(`${index + 1}. ${title}`)}`,
      ...commands,
      ...(goOn ? comment(`Go on when: ${goOn}`) : []),
    ]),
  ];
  return `${text.join("\n")}\n`;
}

const LOOKING = `
say() { echo "── $*" >&2; }
# Runs a command until it prints what is expected. Interrupt it when that cannot come any more, and find out why.
until_it_says() {
  expected=$1; shift
  while said=$("$@") || true; [ "$said" != "$expected" ]; do
    echo "   waits for: $expected; found: \${said:-nothing}" >&2
    sleep "\${LOOK_EVERY_SECONDS:-5}"
  done
}
# Stops for a person, where one is there.
look() {
  echo "   LOOK: $*" >&2
  if [ -t 0 ]; then printf '   Enter goes on, Ctrl-C ends: ' >&2; read -r _; fi
}`;
