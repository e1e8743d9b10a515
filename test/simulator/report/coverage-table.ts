import { inColumns } from "../../../src/demo/terminal.ts";
import { type FaultKind, faultKinds, faultLetters, shortly } from "./calls.ts";
import { type CallCoverage, type CoverageReport, inOrder } from "./coverage.ts";

const LISTED = 12;

/** The report for people: which faults hit which call in which phase, and what else happened. */
export function coverageAsText({ calls, combinations, disturbances, crashPoints, endings }: CoverageReport): string {
  const { hit, of } = combinations;
  return [
    ...section("FAULTS", [
      ...table({
        rows: unique(calls.map(shortly)),
        columns: phasesOf(calls.map(({ phase }) => phase)),
        cell: (row, phase) => letters(calls.find((call) => shortly(call) === row && call.phase === phase)),
      }),
      "",
      `${faultKinds.map((kind) => `${faultLetters[kind]} ${kind}`).join(", ")}; all: every one of them; ·: the call was made there and nothing hit it.`,
      `Of ${of} combinations of call, phase and kind ${hit} were hit.`,
      ...neverHit(calls),
    ]),
    ...section(
      "OTHER DISTURBANCES",
      table({
        rows: unique(disturbances.map(({ kind, what }) => labelOf(kind, what))),
        columns: phasesOf(disturbances.map(({ phase }) => phase)),
        cell: (row, phase) =>
          String(
            disturbances.find((each) => labelOf(each.kind, each.what) === row && each.phase === phase)?.times ?? "",
          ),
      }),
    ),
    ...section(
      "KILLED AT",
      table({
        rows: unique(crashPoints.map((point) => `${point.what} ${shortly(point)}`)),
        columns: phasesOf(crashPoints.map(({ phase }) => phase)),
        cell: (row, phase) =>
          String(
            crashPoints.find((point) => `${point.what} ${shortly(point)}` === row && point.phase === phase)?.times ??
              "",
          ),
      }),
    ),
    ...section(
      "ENDINGS",
      table({
        rows: unique(endings.map(({ procedure }) => procedure)),
        columns: unique(endings.map(({ status }) => status)),
        cell: (row, column) =>
          String(endings.find(({ procedure, status }) => procedure === row && status === column)?.runs ?? ""),
      }),
    ),
  ].join("\n");
}

const section = (title: string, lines: string[]): string[] =>
  lines.length > 0 ? [title, ...lines.map((line) => (line ? `  ${line}` : "")), ""] : [];

type Table = { rows: string[]; columns: string[]; cell(row: string, column: string): string };

function table({ rows, columns, cell }: Table): string[] {
  if (rows.length === 0) return [];
  return inColumns(
    [["", ...columns], ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))])],
    " ",
  ).map((line) => line.trimEnd());
}

const labelOf = (kind: string, what: string) => (kind === what ? kind : `${kind}: ${what}`);

function letters(call: CallCoverage | undefined): string {
  if (!call) return "";
  if (call.never.length === 0) return "all";
  return (Object.keys(call.hits) as FaultKind[]).map((kind) => faultLetters[kind]).join("") || "·";
}

function neverHit(calls: CallCoverage[]): string[] {
  const open = calls.filter(({ never }) => never.length > 0).sort((a, b) => b.seen - a.seen);
  if (open.length === 0) return [];
  return [
    "",
    "Never hit, the calls that were made in most histories first:",
    ...inColumns(
      open
        .slice(0, LISTED)
        .map((call) => [
          `  ${shortly(call)}`,
          call.phase,
          call.never.length === faultKinds.length ? "anything" : call.never.join(", "),
        ]),
    ),
    ...(open.length > LISTED ? [`  and ${open.length - LISTED} more, which --json lists`] : []),
  ];
}

const unique = (names: string[]): string[] => [...new Set(names)];
const phasesOf = (phases: string[]): string[] => unique(phases).sort((a, b) => inOrder(a) - inOrder(b));
