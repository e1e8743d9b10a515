/** A notice as visitors write and read it, the price in euros. */
export type Notice = { text: string; price: number | null };

/** One whose write the application answered; `sentAt` in milliseconds since the epoch. */
export type Acknowledged = Notice & { sentAt: number };

export type Losses = {
  /** Acknowledged, and not there. */
  lost: Notice[];
  /** There, with another price or more than once. */
  changed: { notice: Notice; found: (number | null)[] }[];
};

/** Which of the acknowledged notices are not there exactly once with the price that they had. Others may be there: those whose answer was lost. */
export function compareNotices(acknowledged: readonly Notice[], found: readonly Notice[]): Losses {
  const pricesOf = Map.groupBy(found, ({ text }) => text);
  const losses: Losses = { lost: [], changed: [] };
  for (const notice of acknowledged) {
    const prices = pricesOf.get(notice.text)?.map(({ price }) => price);
    if (!prices) losses.lost.push(notice);
    else if (prices.length !== 1 || cents(prices[0]!) !== cents(notice.price))
      losses.changed.push({ notice, found: prices });
  }
  return losses;
}

/** What was found wrong, for people; undefined where nothing was. */
export function lossesInWords({ lost, changed }: Losses): string | undefined {
  const [firstLost] = lost;
  const [firstChanged] = changed;
  const words = [
    firstLost && `${lost.length} lost, the first is "${firstLost.text}"`,
    firstChanged &&
      `${changed.length} changed: "${firstChanged.notice.text}" cost ${firstChanged.notice.price} and is there as ${firstChanged.found.map(String).join(", ")}`,
  ].filter(Boolean);
  return words.length > 0 ? words.join("; ") : undefined;
}

export const cents = (price: number | null): number | null => (price === null ? null : Math.round(price * 100));
