const LONGEST = 80;

/**
 * Text of others inside a Mermaid diagram. Its grammar has no escapes that hold everywhere: a colon, a semicolon, `#`, `%%` and the end of the line end a
 * task's name, so whatever is not known to be harmless becomes a blank. Put a word of ours in front: a line may begin with a keyword.
 */
export function mermaidText(text: string): string {
  const harmless = text
    .replace(/[^\p{L}\p{M}\p{N} .,/_()@+-]+/gu, " ")
    .replace(/ +/g, " ")
    .trim();
  return harmless.length > LONGEST ? `${harmless.slice(0, LONGEST).replace(/\p{Cs}$/u, "")}…` : harmless;
}
