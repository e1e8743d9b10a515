/**
 * How large what is shipped may be, in bytes: a twentieth above what it was when the number was written down. Whoever goes beyond it looks at what came in
 * (`esbuild --analyze`), and raises the number knowingly: each hundred kilobytes cost a cold start some ten milliseconds.
 */
export const BYTE_BUDGETS = {
  api: 2_650_000,
  runbook: 2_490_000,
  "execution-ended": 1_180_000,
  announce: 970_000,
  watch: 1_420_000,
  /** What the Action loads at its start: index, shared and toolkit. */
  action: 800_000,
} as const;
export type Bundle = keyof typeof BYTE_BUDGETS;
