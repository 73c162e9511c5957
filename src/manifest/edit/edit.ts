/** One splice: bytes `start` to `end` of a file become `after`. Byte offsets in the file before; line and column are 1-based. */
export type Edit = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly after: string;
};
