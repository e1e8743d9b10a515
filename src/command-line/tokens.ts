import { parseArgs } from "node:util";

/** What stands on a command line, one after another. `index` is that of the word. */
export type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type Shapes = Record<string, { type: "boolean" | "string"; short?: string }>;

/** `parseArgs` takes the next option for the value of one that lacks it. What stands behind is read again then. */
export function tokensOf(args: readonly string[], table: Shapes): Token[] {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, short }]) => [name, { type, ...(short !== undefined && { short }) }]),
  );
  const tokens: Token[] = [];
  let from = 0;
  for (;;) {
    const { tokens: read } = parseArgs({ args: args.slice(from), options, strict: false, tokens: true });
    const placed = read.map((token): Token => ({ ...token, index: token.index + from }));
    const astray = placed.findIndex((token) => token.kind === "option" && lacksItsValue(token));
    if (astray === -1) return [...tokens, ...placed];
    tokens.push(...placed.slice(0, astray + 1));
    from = placed[astray]!.index + 1;
  }
}

/** Whether what was taken for an option's value is rather the next option. `--name=-value` is a value, and so are `-` and `-5`. */
export function lacksItsValue(token: Extract<Token, { kind: "option" }>): boolean {
  return token.inlineValue === false && /^-[^\d]/.test(token.value);
}
