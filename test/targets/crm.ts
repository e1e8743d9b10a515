import { parseConfiguration } from "../../src/targets/configuration.ts";

/** intermission.yml with one target, `crm`, and what else is to be said of it, as it is written: `approval: { ask: before-open }`. */
export const crmText = (...keys: string[]): string => `
targets:
  crm:
    app: nocobase
    url: https://crm.example.com
    cluster: crm
    services: [{ name: crm-web, container: app }]
    database: { instance: crm-db }
${keys.map((key) => `    ${key}\n`).join("")}`;

export const crm = (...keys: string[]) => parseConfiguration(crmText(...keys), "intermission.yml");
