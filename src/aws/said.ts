/** What an answer of AWS must hold to mean anything. Throws where it is not there: to go on with a guess could take a wrong thing for done. */
export function said<Value>(value: Value | null | undefined, what: string): Value {
  if (value === undefined || value === null) throw new Error(`expected AWS to say ${what}, found nothing`);
  return value;
}

/** The same of a number that AWS writes as text. */
export function saidNumber(text: string | null | undefined, what: string): number {
  const number = Number(said(text, what) || Number.NaN);
  if (Number.isNaN(number)) throw new Error(`expected AWS to say ${what} as a number, found ${JSON.stringify(text)}`);
  return number;
}

/** The same of a text, which says something. */
export function saidText(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`expected AWS to say ${what}, found ${value === undefined ? "nothing" : JSON.stringify(value)}`);
}
