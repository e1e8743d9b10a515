/** How many windows the request limits of an account permit at once, by default: so many are each hardly longer than a lone one (docs/scale.md). */
export const WINDOWS_AT_ONCE = 10;
