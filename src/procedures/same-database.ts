/** What leads to a target's data, as containers are told of it. */
export type DatabaseAddresses = {
  /** Host names of endpoints: of the instance, of the cluster and its members, of proxies before them. */
  hosts: string[];
  /** ARNs or names of secrets that hold the login, without the key and the version that a `valueFrom` may end in. */
  secrets: string[];
};

/** The part of a task definition that tells its containers where the database is. */
export type TellsContainers = {
  containerDefinitions?: {
    name?: string;
    environment?: { name?: string; value?: string }[];
    secrets?: { name?: string; valueFrom?: string }[];
  }[];
};

/** One place where a task definition leads to a database. `value` is what was recognised: never a whole connection string, which may hold a password. */
export type Naming = { container: string; variable: string; by: "environment" | "secret"; value: string };

/**
 * Where a task definition leads to our database: by a host name in a plain environment value, or by a secret that our services get
 * their login from. Empty where it does not, as far as that can be seen: files of environment and what secrets contain cannot.
 */
export function namesDatabase(definition: TellsContainers, { hosts, secrets }: DatabaseAddresses): Naming[] {
  return (definition.containerDefinitions ?? []).flatMap(({ name: container = "", environment, secrets: given }) => [
    ...(environment ?? []).flatMap(({ name: variable = "", value = "" }) => {
      const host = hosts.find((each) => hasHost(value, each));
      return host === undefined ? [] : [{ container, variable, by: "environment" as const, value: host }];
    }),
    ...(given ?? []).flatMap(({ name: variable = "", valueFrom = "" }) => {
      const secret = secretOf(valueFrom);
      return secrets.includes(secret) ? [{ container, variable, by: "secret" as const, value: secret }] : [];
    }),
  ]);
}

/**
 * The secrets that our services get their login from: those that RDS manages, and those in variables named like a database's. Others,
 * such as the key of a monitoring service, are shared by applications that share no data.
 */
export const loginSecrets = (definitions: TellsContainers[], managed: string[] = []): string[] => [
  ...new Set([
    ...managed,
    ...definitions
      .flatMap(({ containerDefinitions = [] }) => containerDefinitions.flatMap(({ secrets = [] }) => secrets))
      .filter(({ name = "", valueFrom = "" }) => isOfDatabase(name) || managed.includes(secretOf(valueFrom)))
      .map(({ valueFrom = "" }) => secretOf(valueFrom)),
  ]),
];

/** Variables such as DB_PASSWORD, DATABASE_URL, PGPASSWORD, MYSQL_PWD or SPRING_DATASOURCE_URL. */
export const isOfDatabase = (variable: string): boolean =>
  /(^|_)(DB|DATABASE|DATASOURCE|DSN|JDBC|PG[A-Z]*|POSTGRES(QL)?|MYSQL|MARIADB|SQL|RDS|AURORA)(_|$)/i.test(variable);

/** Secrets Manager lets a `valueFrom` end in the key, the stage and the version of a value: `…:secret:NAME-abc123:password::`. */
export const secretOf = (valueFrom: string): string =>
  /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:[^:]+/.exec(valueFrom)?.[0] ?? valueFrom;

/** As a whole name, in a value that is one or contains one, as a connection string does. Names in DNS know no case. */
const hasHost = (value: string, host: string): boolean => host !== "" && hostIn(host).test(value);
const hostIn = (host: string, flags = "i") =>
  new RegExp(`(?<![\\w.-])${host.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-]|\\.[\\w])`, flags);

/** The value with other host names, each in the place of one that it names. */
export const withHosts = (value: string, hosts: Record<string, string>): string =>
  Object.entries(hosts)
    .filter(([from]) => from !== "")
    .reduce((text, [from, to]) => text.replace(hostIn(from, "gi"), () => to), value);

/** Endpoints of RDS, whosever, in a value: what they are all called, in every partition. */
export const rdsHostsIn = (value: string): string[] =>
  [...value.matchAll(/[a-z0-9][a-z0-9.-]*\.rds\.amazonaws\.com(?:\.cn)?/gi)].map(([host]) => host.toLowerCase());
