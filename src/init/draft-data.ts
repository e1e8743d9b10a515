import { nameOfDatabase } from "../procedures/database.ts";
import { type Entry, UNDECIDED } from "./entry.ts";
import { type Found, isFound } from "./found.ts";

/** What an upgrade may change for good: the database, and files that nodes share. */
export const draftData = (found: Found): Entry[] => [database(found), ...storage(found)];

function database({ database: choice }: Found): Entry {
  const meaning = "What is snapshotted before the migration, and restored if it fails.";
  if (!isFound(choice))
    return {
      key: "database",
      value: UNDECIDED,
      above: [
        `DECIDE. ${meaning} Not found: ${choice.because}.`,
        ...choice.choices.map((each) => `- ${each.replaceAll("`", "")}`),
        "`none` means that there is nothing to restore: a failed migration is then yours to mend.",
      ],
    };
  const { value, because } = choice;
  if (value === "none") return { key: "database", value, above: [`Found: ${because}.`] };
  return {
    key: "database",
    value: { [value.kind]: value.identifier },
    above: [
      `Found: ${because}. ${meaning}`,
      `It is ${value.engine} ${value.engineVersion}${value.kmsKey ? ", encrypted: its restores need the key in `resources.databaseKey`" : ", not encrypted"}${value.backupWindow ? `; automated backups ${value.backupWindow} UTC, in which no snapshot can be taken` : ""}.`,
      ...(value.replicas.length
        ? [
            `RISKY: it has read replicas, which follow the migration, and which a restore of ${nameOfDatabase(value)} does not bring back.`,
          ]
        : []),
    ],
  };
}

const storage = ({ sharedVolumes }: Found): Entry[] =>
  sharedVolumes.length
    ? [
        {
          key: "storage",
          value: UNDECIDED,
          above: [
            `DECIDE what going back means for files that no snapshot of the database holds. Found: ${sharedVolumes.join("; ")}.`,
            "- unaffected: an upgrade changes no file that the old version needs",
            "- app-restores: the application puts its files back by itself",
            "- mine: you back them up before each upgrade, and put them back after a restore; nothing here does",
          ],
        },
      ]
    : [];
