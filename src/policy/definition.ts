import { z } from "zod";

/** The annotation with the sentence that a policy says where it is satisfied. */
export const SATISFIED = "oakum/satisfied";

/** The annotation with an expression of that sentence, for one that tells a figure. */
export const SATISFIED_EXPRESSION = "oakum/satisfied-expression";

const Name = z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "expected a lower-case name with hyphens");
const Variable = z.string().regex(/^[A-Za-z_]\w*$/, "expected a name of letters, digits and underscores");
const Expression = z.string().min(1, "expected a CEL expression");
const Sentence = z.string().min(1, "expected a sentence");
const Annotations = z.record(z.string(), z.string());

const Rule = z.strictObject({
  apiGroups: z.array(z.string()).min(1),
  apiVersions: z.array(z.string()).min(1),
  operations: z.array(z.enum(["*", "CREATE", "UPDATE", "DELETE"])).min(1),
  resources: z.array(z.string()).min(1),
  resourceNames: z.array(z.string()).optional(),
  scope: z.enum(["*", "Namespaced", "Cluster"]).optional(),
});

const Validation = z
  .strictObject({
    expression: Expression,
    message: Sentence.optional(),
    messageExpression: Expression.optional(),
    reason: z.string().optional(),
  })
  .refine(({ message, messageExpression }) => message !== undefined || messageExpression !== undefined, {
    message: "expected a message or a messageExpression: what is said where it does not hold",
  });

const Metadata = z
  .strictObject({ name: Name, labels: Annotations.optional(), annotations: Annotations.default({}) })
  .refine(({ annotations }) => SATISFIED in annotations !== SATISFIED_EXPRESSION in annotations, {
    message: `expected the annotation ${SATISFIED} or ${SATISFIED_EXPRESSION}: what is said where it holds`,
    path: ["annotations"],
  });

/**
 * The part of Kubernetes' ValidatingAdmissionPolicy that Oakum knows. Without `matchConstraints` a policy is asked once
 * about the whole change; with them, once about each changed object that matches.
 */
export const Definition = z.strictObject({
  apiVersion: z.enum(["admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1beta1"]),
  kind: z.literal("ValidatingAdmissionPolicy"),
  metadata: Metadata,
  spec: z.strictObject({
    failurePolicy: z
      .literal("Fail", { error: "expected Fail: a check that cannot be answered is no permission" })
      .optional(),
    paramKind: z.strictObject({ apiVersion: z.string(), kind: z.string() }).optional(),
    matchConstraints: z
      .strictObject({
        resourceRules: z.array(Rule).min(1),
        excludeResourceRules: z.array(Rule).optional(),
        matchPolicy: z.enum(["Equivalent", "Exact"]).optional(),
      })
      .optional(),
    matchConditions: z.array(z.strictObject({ name: Name, expression: Expression })).default([]),
    variables: z.array(z.strictObject({ name: Variable, expression: Expression })).default([]),
    validations: z.array(Validation).min(1),
  }),
});

/** A policy as its file says it. */
export type Definition = z.infer<typeof Definition>;

/** Which objects a policy is asked about. */
export type ResourceRule = z.infer<typeof Rule>;
