import { familiesOf, nameOfStarter } from "../procedures/writers/writer.ts";
import type { Entry } from "./entry.ts";
import type { Found } from "./found.ts";

/** Who else is on the database, and what an upgrade does about it. */
export function draftUsers({ neighbours, writers, unread }: Found): Entry[] {
  const others = neighbours.filter(({ own }) => !own);
  const starters = [writers?.rules, writers?.schedules].flatMap((part) => (part?.ok ? part.value : []));
  const tasks = writers?.tasks.ok ? writers.tasks.value : [];
  const unknown = starters.filter(({ runs }) => runs.every(({ relation }) => relation === "unknown"));
  const found = [
    ...starters.map(
      (starter) =>
        `${nameOfStarter(starter)}, which runs ${familiesOf(starter)}${starter.timing ? ` by ${starter.timing.expression}` : ""}${unknown.includes(starter) ? " (its login comes from where it cannot be read)" : ""}`,
    ),
    ...tasks.map(({ family, group, startedBy }) => `a standalone task of ${family} (${startedBy ?? group})`),
  ];
  const notes = unread.map((what) => `Not found out: ${what}.`);
  const services = others.length
    ? [
        `DECIDE: ${others.map(({ service, family }) => `${service} (${family})`).join(", ")}, of another application, leads to the same database. Set it to 0 for each window, or say under otherWriters \`families: { FAMILY: ignore }\` where it may write while the data is migrated.`,
      ]
    : [];
  if (!found.length) return notes.length || services.length ? [{ above: [...services, ...notes] }] : [];
  return [
    {
      key: "otherWriters",
      value: "refuse",
      above: [
        ...services,
        `DECIDE. Found on the same database, besides the services: ${found.join("; ")}.`,
        "- refuse: no upgrade begins while there are any",
        "- pause: rules and schedules are disabled until the end, and running tasks are waited for with the site still open. Then run `npm run init -- --refresh`: the permissions name them",
        "- ignore: they go on, also while the data is migrated. RISKY: they may write in the old way what the new version then reads",
        ...notes,
      ],
    },
  ];
}
