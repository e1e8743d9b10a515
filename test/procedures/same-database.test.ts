import { describe, expect, it } from "vitest";
import { loginSecrets, namesDatabase } from "../../src/procedures/same-database.ts";

const HOST = "crm.c1a2b3.eu-central-1.rds.amazonaws.com";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm-login-AbCdEf";
const addresses = { hosts: [HOST], secrets: [SECRET] };

const withValue = (value: string) => ({
  containerDefinitions: [{ name: "app", environment: [{ name: "DB_HOST", value }] }],
});
const withSecret = (valueFrom: string, name = "DB_PASSWORD") => ({
  containerDefinitions: [{ name: "app", secrets: [{ name, valueFrom }] }],
});

describe("namesDatabase", () => {
  it.each([
    HOST,
    HOST.toUpperCase(),
    `${HOST}:5432`,
    `${HOST}.`,
    `postgres://crm:secret@${HOST}:5432/crm?sslmode=require`,
    `jdbc:postgresql://${HOST}/crm`,
    `Server=${HOST};Database=crm`,
    `a.example.com,${HOST}`,
  ])("finds the host in %s", (value) => {
    expect(namesDatabase(withValue(value), addresses)).toEqual([
      { container: "app", variable: "DB_HOST", by: "environment", value: HOST },
    ]);
  });

  it.each([
    "localhost",
    "",
    `old-${HOST}`,
    `replica.${HOST}`,
    `${HOST}.example.com`,
    `${HOST}-old`,
    HOST.replace(".", "-"),
  ])("finds nothing in %j", (value) => {
    expect(namesDatabase(withValue(value), addresses)).toEqual([]);
  });

  it("finds the secret whatever part of it is taken", () => {
    for (const valueFrom of [SECRET, `${SECRET}:password::`, `${SECRET}:password:AWSCURRENT:`])
      expect(namesDatabase(withSecret(valueFrom), addresses)).toMatchObject([{ by: "secret", value: SECRET }]);
    expect(namesDatabase(withSecret(`${SECRET}x`), addresses)).toEqual([]);
  });

  it("tells nothing of a connection string but the host", () => {
    const found = namesDatabase(withValue(`postgres://crm:hunter2@${HOST}/crm`), addresses);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it("finds nothing where nothing is known", () => {
    expect(namesDatabase(withValue(HOST), { hosts: [""], secrets: [] })).toEqual([]);
    expect(namesDatabase({}, addresses)).toEqual([]);
  });
});

describe("loginSecrets", () => {
  it.each(["DB_PASSWORD", "DATABASE_URL", "PGPASSWORD", "PG_PASS", "MYSQL_PWD", "SPRING_DATASOURCE_URL", "APP_DSN"])(
    "counts the secret in %s",
    (name) => {
      expect(loginSecrets([withSecret(`${SECRET}:password::`, name)])).toEqual([SECRET]);
    },
  );

  it.each(["DD_API_KEY", "APP_KEY", "PAGER_KEY", "SMTP_PASSWORD"])("does not count the secret in %s", (name) => {
    expect(loginSecrets([withSecret(SECRET, name)])).toEqual([]);
  });

  it("counts what RDS manages, by whatever variable it comes", () => {
    expect(loginSecrets([withSecret(`${SECRET}:username::`, "LOGIN")], [SECRET])).toEqual([SECRET]);
  });

  it("counts parameters of Systems Manager as they are named", () => {
    expect(loginSecrets([withSecret("/crm/db-password")])).toEqual(["/crm/db-password"]);
  });
});
