/** The same read, asked once for each key: for what never changes. What fails is asked again; of more than `most` keys the one asked longest ago is forgotten. */
export function rememberedOnce<Result>(
  read: (key: string) => Promise<Result>,
  { most }: { most: number },
): (key: string) => Promise<Result> {
  const known = new Map<string, Promise<Result>>();
  return (key) => {
    const found = known.get(key) ?? read(key);
    known.delete(key);
    known.set(key, found);
    found.catch(() => known.get(key) === found && known.delete(key));
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return found;
  };
}
