/**
 * `*` matches any number of characters, `?` exactly one; a backslash makes either literal.
 * Rules compare host names, header values and query strings without regard to case, paths with it.
 */
export function wildcardPattern(pattern: string, { ignoreCase }: { ignoreCase: boolean }): RegExp {
  const source = pattern.replace(/\\([*?])|[\s\S]/g, (character, escaped: string | undefined) => {
    if (escaped) return `\\${escaped}`;
    if (character === "*") return "[\\s\\S]*";
    if (character === "?") return "[\\s\\S]";
    return character.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, ignoreCase ? "i" : "");
}

/** Wildcards that are not escaped. */
export const countWildcards = (pattern: string): number => pattern.replace(/\\[*?]/g, "").match(/[*?]/g)?.length ?? 0;
