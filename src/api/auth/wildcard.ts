/** Whether a text matches a pattern in full: `*` stands for any run of characters but `/`, `**` for any characters. */
export function matchesWildcard(text: string, pattern: string): boolean {
  const source = pattern
    .split(/(\*+)/)
    .map((part) => (part === "*" ? "[^/]*" : /^\*+$/.test(part) ? "[^]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`).test(text);
}
