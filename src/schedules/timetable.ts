/** The first moment after another at which something is due, both in milliseconds since the epoch; undefined where none is left. */
export type Timetable = (afterMs: number) => number | undefined;

/** A schedule expression that AWS would refuse. */
export class InvalidExpression extends Error {
  override name = "InvalidExpression";
}
