/**
 * Whether a text matches a pattern of IAM in full: `*` stands for any run of characters, `?` for one. A mismatch falls back to the last `*`
 * only, so the time is at worst the product of the two lengths, whatever the pattern.
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === "*") {
      star = inPattern;
      inPattern += 1;
      afterStar = at;
    } else if (wanted === "?" || (wanted !== undefined && wanted === text[at])) {
      at += 1;
      inPattern += 1;
    } else if (star >= 0) {
      afterStar += 1;
      at = afterStar;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === "*") inPattern += 1;
  return inPattern === pattern.length;
}
