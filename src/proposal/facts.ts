import { z } from "zod";
import { markedKey, markerLine } from "./marker.ts";

/** What a proposal's body says to Oakum itself, so that it can be taken up again when nothing else is remembered. */
export type ProposalFacts = {
  readonly key: string;
  readonly incident: string;
  /** The stored report that the proposal rests on. */
  readonly report: string;
  /** The number of the pull request that this one takes back. */
  readonly reverts: number | null;
};

// The facts may hold any sign, also those that end a line for a regular expression (U+2028) though not for JSON.
const HIDDEN = /^<!-- oakum facts (\{.*\}) -->$/s;

const Hidden = z.strictObject({ incident: z.string(), report: z.string(), reverts: z.int().nullable() });

/** The body of a pull request: two lines for Oakum, then what people read. */
export function renderBody({ key, ...hidden }: ProposalFacts, markdown: string): string {
  // Inside a comment no two dashes may meet, and nothing may end it.
  const json = JSON.stringify(hidden).replace(/[<>-]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return `${markerLine(key)}\n<!-- oakum facts ${json} -->\n${markdown}`;
}

/** The facts in a body, or undefined where a person changed those lines or never had them. */
export function parseBody(body: string): ProposalFacts | undefined {
  const key = markedKey(body);
  const json = HIDDEN.exec(body.split(/\r?\n/)[1] ?? "")?.[1];
  if (key === undefined || json === undefined) return undefined;
  const hidden = Hidden.safeParse(parsed(json));
  return hidden.success ? { key, ...hidden.data } : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
