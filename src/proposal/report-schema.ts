import { z } from "zod";
import { CATEGORIES } from "../diagnosis/category.ts";
import { Intent } from "../diagnosis/intent.ts";

const Category = z.enum(CATEGORIES);
const Probability = z.number().min(0).max(1);
const Byte = z.int().min(0);
const Path = z
  .array(z.union([z.string(), z.int().min(0)]))
  .describe("map keys, and list items as [name=x] by their merge key or as an index");
const Ref = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
});

const Signal = z.strictObject({ source: z.string(), object: Ref.nullable(), reason: z.string(), text: z.string() });

const Hypothesis = z.strictObject({
  category: Category,
  sentence: z.string(),
  confidence: Probability,
  cites: z.array(z.string()).describe("ids of facts"),
  wrongIf: z.string().describe("what one would have to see for this to be wrong"),
});

const Fact = z.strictObject({
  id: z.string(),
  verdict: z.enum(["FOUND", "ABSENT", "UNKNOWN"]),
  kind: z.string(),
  text: z.string(),
  source: z.string(),
  at: z.string().nullable(),
});

const Change = z
  .strictObject({ object: Ref, path: Path, from: z.json().optional(), to: z.json().optional() })
  .describe("one field of one live object; `from` or `to` left out where the field is not there");

const Edit = z
  .strictObject({
    file: z.string(),
    start: Byte,
    end: Byte,
    line: z.int().min(1),
    column: z.int().min(1),
    before: z.string(),
    after: z.string(),
  })
  .describe(
    "`start` and `end` are byte offsets in the file before; created: 0, 0; deleted: the whole file to an empty text",
  );

const Operations = z.strictObject({
  file: z.string(),
  document: z.int().min(0),
  rfc6902: z.array(
    z.union([
      z.strictObject({ op: z.enum(["test", "add", "replace"]), path: z.string(), value: z.json() }),
      z.strictObject({ op: z.literal("remove"), path: z.string() }),
    ]),
  ),
});

const Proof = z.strictObject({
  proven: z.boolean(),
  because: z.string(),
  rendered: z.array(
    z.strictObject({
      kustomization: z.string(),
      changed: z.array(z.strictObject({ object: Ref, path: Path, followsFrom: z.string().optional() })),
      buildsAgain: z.literal(true).optional(),
    }),
  ),
  counterfactual: z
    .strictObject({ silent: z.union([z.boolean(), z.literal("unknown")]), because: z.string() })
    .describe("whether the rule falls silent in the world after the change; unknown where only running can tell"),
});

const Incident = z.strictObject({
  root: Ref,
  signals: z.array(Signal),
  cause: z.strictObject({ rule: z.string(), category: Category, sentence: z.string() }).nullable(),
  hypotheses: z.array(Hypothesis),
  confidence: Probability.describe("the probability that root and category are right"),
  facts: z.array(Fact),
  intent: Intent.nullable(),
  changes: z.array(Change),
  edits: z.array(Edit),
  operations: z.array(Operations),
  patch: z.string().nullable().describe("a unified diff that `git apply` takes"),
  proof: Proof,
  causedBy: z
    .union([
      z.strictObject({ commit: z.string(), author: z.string(), at: z.string(), subject: z.string() }),
      z.literal("unknown"),
    ])
    .nullable(),
  policy: z.array(z.strictObject({ check: z.string(), satisfied: z.boolean(), sentence: z.string() })),
  risk: z.enum(["low", "medium", "high"]),
  decision: z.enum(["propose", "issue", "none"]),
  because: z.string().describe("one sentence a person can act on"),
});

/** What `oakum diagnose --output json` prints: `Report`, as a schema that others can check it against. */
export const ReportSchema = z.strictObject({
  version: z.literal(1),
  incidents: z.array(Incident).describe("roots of firing alerts first, then of failures by number of dependants"),
  healthy: z.boolean(),
  unknown: z.array(z.string()).describe("what could not be read, and why it matters"),
});

/** The same as a JSON Schema (draft 2020-12). */
export function reportJsonSchema(): object {
  return z.toJSONSchema(ReportSchema, { reused: "ref" });
}
