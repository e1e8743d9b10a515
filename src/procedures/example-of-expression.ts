/**
 * A short text that a regular expression of a listener rule matches, made by taking the first alternative and the fewest repetitions. Undefined where
 * the expression is not understood; whoever uses the text makes sure that it matches.
 */
export function exampleOf(expression: string): string | undefined {
  let at = 0;
  const take = (token: RegExp): string | undefined => {
    const found = new RegExp(token.source, "y");
    found.lastIndex = at;
    const [text] = found.exec(expression) ?? [];
    if (text !== undefined) at += text.length;
    return text;
  };

  function alternatives(): string | undefined {
    const first = sequence();
    while (take(/\|/)) sequence();
    return first;
  }

  function sequence(): string | undefined {
    let text: string | undefined = "";
    while (at < expression.length && !/[|)]/.test(expression[at]!)) {
      const before = at;
      const one = atom();
      const times = repetitions();
      text = one === undefined || text === undefined ? undefined : text + one.repeat(times);
      if (at === before) return undefined;
    }
    return text;
  }

  function atom(): string | undefined {
    if (take(/[\^$]|\\b/) !== undefined) return "";
    if (take(/\((?:\?:|\?<\w+>)?/) !== undefined) {
      const inside = alternatives();
      return take(/\)/) === undefined ? undefined : inside;
    }
    const some = take(/\[\^?\]?(?:\\.|[^\]\\])*\]/) ?? take(/\\[dDwWsS]/) ?? take(/\./);
    if (some !== undefined) return CHARACTERS.find((character) => new RegExp(`^${some}$`).test(character));
    return take(/\\./)?.slice(1) ?? take(/[^\\()[\]|*+?{}]/);
  }

  function repetitions(): number {
    const quantifier = take(/[*+?]|\{\d+(?:,\d*)?\}/);
    if (quantifier !== undefined) take(/\?/);
    if (quantifier === undefined || quantifier === "+") return 1;
    return quantifier.startsWith("{") ? Number(/\d+/.exec(quantifier)![0]) : 0;
  }

  const text = alternatives();
  return at === expression.length ? text : undefined;
}

/** What a class may stand for, the likeliest first. */
const CHARACTERS = ["x", "1", "X", "-", "_", ".", "/", " ", "~"];
