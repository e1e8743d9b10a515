/** `2026-01-15 02:00:06 UTC`. Text that is no time stays as it is. */
export function timeInWords(iso: string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? iso : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `2026-01-15, 02:00:06 to 02:07:12 UTC`, or both dates where there are two. */
export function spanInWords(from: string, to: string): string {
  const [begin, end] = [timeInWords(from), timeInWords(to)];
  return begin.slice(0, 10) === end.slice(0, 10)
    ? `${begin.slice(0, 10)}, ${begin.slice(11, 19)} to ${end.slice(11)}`
    : `${begin} to ${end}`;
}
