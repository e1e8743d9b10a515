/** What `{database.NAME.MEMBER}` and `{loadBalancer.NAME.MEMBER}` stand for once the things exist. */
export type PlaceholderValues = {
  database: Record<string, DatabaseValues>;
  loadBalancer: Record<string, LoadBalancerValues>;
};
export type DatabaseValues = {
  url: string;
  address: string;
  port: string;
  username: string;
  password: string;
  databaseName: string;
};
export type LoadBalancerValues = { url: string; dnsName: string; port: string };

const PLACEHOLDER = /\{(database|loadBalancer)\.([\w.:-]+?)\.(\w+)\}/g;
const MEMBERS = {
  database: ["url", "address", "port", "username", "password", "databaseName"],
  loadBalancer: ["url", "dnsName", "port"],
} as const;

export class UnknownPlaceholder extends Error {
  override name = "UnknownPlaceholder";
}

/** Throws UnknownPlaceholder. */
export function replacePlaceholders(text: string, values: PlaceholderValues): string {
  return text.replace(PLACEHOLDER, (placeholder, kind: keyof PlaceholderValues, name: string, member: string) => {
    const value = (values[kind][name] as Record<string, string> | undefined)?.[member];
    if (value === undefined) throw new UnknownPlaceholder(`${placeholder} stands for nothing`);
    return value;
  });
}

/** Each placeholder in the text that will stand for nothing. */
export function placeholderProblems(
  text: string,
  known: { databases: string[]; loadBalancers: string[] },
): { expected: string; found: string }[] {
  const namesOf = { database: known.databases, loadBalancer: known.loadBalancers };
  return [...text.matchAll(PLACEHOLDER)].flatMap(([placeholder, kind, name, member]) => {
    const names = namesOf[kind as keyof typeof namesOf];
    const members: readonly string[] = MEMBERS[kind as keyof typeof MEMBERS];
    if (names.includes(name!) && members.includes(member!)) return [];
    const choice = names.length > 0 ? `one of ${names.join(", ")}` : `nothing, because there is no ${kind}`;
    return [
      {
        expected: `{${kind}.NAME.MEMBER} with NAME ${choice} and MEMBER one of ${members.join(", ")}`,
        found: placeholder,
      },
    ];
  });
}
