import type { MeasuredLever } from "../measure/measure-levers.ts";
import type { Table } from "./tables.ts";

export const leverTable = (measured: readonly MeasuredLever[]): Table => ({
  title: "The window as visitors saw it, in seconds: without each lever, and with it",
  head: ["lever", "profile", "without", "with", "saved"],
  rows: measured.map(({ lever, profile, withoutSeconds, withSeconds }) => [
    lever,
    profile,
    ...[withoutSeconds, withSeconds, withoutSeconds - withSeconds].map((seconds) => seconds.toFixed(1)),
  ]),
});
