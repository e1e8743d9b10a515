const BETWEEN_SLASHES = /^\/(.+)\/([imsu]*)$/;

/** A line as the configuration describes it: `/between slashes/` is a regular expression, everything else a text that the line holds. Throws for a wrong expression. */
export function linePattern(written: string): string | RegExp {
  const [, source, flags] = BETWEEN_SLASHES.exec(written) ?? [];
  return source === undefined ? written : new RegExp(source, flags);
}
