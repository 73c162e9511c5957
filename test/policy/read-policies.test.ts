import { describe, expect, test } from "vitest";
import { judge } from "../../src/policy/judge.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { readPolicies } from "../../src/policy/read-policies.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { processorTime } from "../processor-time.ts";
import { changing, patchOf, setting, subject } from "./subjects.ts";

const HEAD = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: tried
  annotations:
    oakum/satisfied: It holds.
spec:
`;

function problems(text: string): readonly string[] {
  const reading = readPolicies(new Map([["tried.yaml", text]]));
  return reading.ok ? [] : reading.problems;
}

function policies(spec: string): readonly Policy[] {
  const reading = readPolicies(new Map([["tried.yaml", HEAD + spec]]));
  if (!reading.ok) throw new Error(reading.problems.join("\n"));
  return reading.policies;
}

const validation = (expression: string) => `  validations:
    - expression: ${JSON.stringify(expression)}
      message: It does not hold.
`;
const says = (expression: string, of = subject()) => judge(policies(validation(expression)), of).findings[0]?.sentence;

describe("a policy file that cannot be used is refused, each problem with file, line and key", () => {
  test("an unknown key", () => {
    const spec = "  validations:\n    - expresion: 'true'\n      expression: 'true'\n      message: No.\n";
    expect(problems(HEAD + spec)).toEqual(["tried.yaml:9: spec.validations[0].expresion: unknown key"]);
  });

  test("an alias of nothing", () => {
    expect(problems(`${HEAD}  validations: *missing\n`)).toEqual([expect.stringMatching(/^tried\.yaml:1: .*missing/)]);
  });

  test("everything at once", () => {
    const text = `${HEAD.replace("    oakum/satisfied: It holds.\n", "    team: shop\n")}  failurePolicy: Ignore
  variables:
    - name: 1st
      expression: "1"
  validations:
    - expression: "true"
`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^tried\.yaml:6: metadata\.annotations: expected the annotation oakum\/satisfied or/),
      expect.stringMatching(/^tried\.yaml:8: spec\.failurePolicy: expected Fail/),
      expect.stringMatching(/^tried\.yaml:10: spec\.variables\[0\]\.name: expected a name of letters/),
      expect.stringMatching(/^tried\.yaml:13: spec\.validations\[0\]: expected a message or a messageExpression/),
    ]);
  });

  test.each([
    ["size(object.spec", /spec\.validations\[0\]: /],
    ["oakum.confidense > 0.5", /No such key: confidense/],
    ["oakum.confidence > 'high'", /confidence|overload|operator/i],
    ["'a sentence'", /must answer a bool, not a string/],
    ["variables.later", /variables\.later is not declared above it/],
    ["params.data.x == '1'", /Unknown variable: params/],
    ["authorizer.path('/').check('get').allowed()", /Unknown variable: authorizer/],
    ["object.name.shout()", /shout/],
  ])("the expression %s", (expression, because) => {
    expect(problems(HEAD + validation(expression))).toEqual([expect.stringMatching(because)]);
  });

  test("a variable that uses one declared below it", () => {
    const spec = `  variables:
    - {name: a, expression: variables.b}
    - {name: b, expression: "1"}
${validation("variables.a == 1")}`;
    expect(problems(HEAD + spec)).toEqual(["tried.yaml:9: spec.variables[0]: variables.b is not declared above it"]);
  });

  test.each([
    ["", /tried\.yaml:1: /],
    ["just words", /tried\.yaml:1: /],
    ["a: [1", /^tried\.yaml:1: /],
    ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", /kind/],
  ])("a file that is no policy: %j", (text, because) => {
    expect(problems(text).join("\n")).toMatch(because);
  });

  test("parameters that are missing, and ones that nobody asks for", () => {
    const asking = `${HEAD}  paramKind: {apiVersion: v1, kind: ConfigMap}\n${validation("true")}`;
    const params = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\n";
    expect(problems(asking)).toEqual([
      expect.stringMatching(/spec\.paramKind: expected one more document, a ConfigMap of v1/),
    ]);
    expect(problems(asking + params)).toEqual([]);
    expect(problems(HEAD + validation("true") + params)).toEqual([expect.stringMatching(/need a spec\.paramKind/)]);
  });

  test("two policies of one name", () => {
    const text = HEAD + validation("true");
    const reading = readPolicies(
      new Map([
        ["a.yaml", text],
        ["b.yaml", text],
      ]),
    );
    expect(reading).toEqual({ ok: false, problems: ["Two policies are named tried; give each a name of its own."] });
  });
});

describe("what an expression can ask", () => {
  const before: KubernetesObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "checkout", namespace: "shop" },
    spec: {
      replicas: 3,
      weight: 0.5,
      template: {
        spec: {
          containers: [{ name: "app", ports: [{ containerPort: 81 }], resources: { limits: { memory: "1Gi" } } }],
        },
      },
    },
  };
  const after = { ...before, spec: { ...(before["spec"] as object), replicas: 4 } };
  const changed = subject({ objects: changing(before, after) });
  const perObject = (expression: string, of = changed, more = "") => {
    const rules = `  matchConstraints:
    resourceRules:
      - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]${more}}
`;
    return judge(policies(rules + validation(expression)), of).findings[0]?.sentence;
  };

  test("an object is asked about only where its name is one of those that are meant", () => {
    expect(perObject("false", changed, ", resourceNames: [checkout]")).toBe("It does not hold.");
    expect(perObject("false", changed, ", resourceNames: [cart]")).toBe("It holds.");
  });

  test.each([
    "object.spec.replicas == 4 && oldObject.spec.replicas == 3",
    "request.operation == 'UPDATE' && request.name == 'checkout' && request.namespace == 'shop'",
    "request.kind.group == 'apps' && request.kind.kind == 'Deployment'",
    "namespaceObject == null",
    "object.spec.template.spec.containers.all(c, quantity(c.resources.limits.memory).isGreaterThan(quantity('512Mi')))",
    "object.spec.?paused.orValue(false) == false && !has(object.spec.paused)",
    "object.metadata.name.find('[a-c]h') == 'ch' && object.metadata.name.findAll('c').size() == 2",
    "[3, 1, 2].max() == 3 && ['b', 'a'].min() == 'a' && [1, 2].isSorted() && ['a'].indexOf('b') == -1",
    "object.spec.replicas % 3 == 1 && object.spec.weight * 2.0 == 1.0",
    "object.spec.template.spec.containers[0].ports.all(p, p.containerPort % 2 == 1)",
    "![2, 1].isSorted() && [1].isSorted()",
    "'a.b'.replace('.', '-') == 'a-b' && 'ab'.charAt(1) == 'b'",
  ])("%s", (expression) => {
    expect(perObject(expression)).toBe("It holds.");
  });

  test("kinds are asked about by the plural that the API has", () => {
    const kinds = ["Endpoints", "NetworkPolicy", "Ingress", "Gateway", "ConfigMap"];
    const rules = `  matchConstraints:
    resourceRules:
      - {apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: [endpoints, networkpolicies, ingresses, gateways, configmaps]}
`;
    for (const kind of kinds) {
      const made = { apiVersion: "v1", kind, metadata: { name: "a", namespace: "shop" } };
      expect(judge(policies(rules + validation("false")), subject({ objects: changing(null, made) })).allowed).toBe(
        false,
      );
    }
  });

  test("an object that does not match is not asked about", () => {
    const service: KubernetesObject = { apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "shop" } };
    expect(perObject("false", subject({ objects: changing(null, service) }))).toBe("It holds.");
    expect(perObject("false", subject({ objects: changing(before, null) }))).toBe("It holds.");
    expect(perObject("false", subject({ objects: changing(null, after) }))).toBe("It does not hold.");
  });

  test("a change inside a list item or a whole object is told field by field", () => {
    const patch = patchOf([
      [["spec", "template"], { a: [{ name: "x", v: 1 }], c: ["y"] }, { a: [{ name: "x", v: 2 }], b: {} }],
    ]);
    const paths = "oakum.changes.map(c, c.path + '=' + c.field).join(' ')";
    const expected = "spec.template.a[x].name=name spec.template.a[x].v=v spec.template.c[0]=c spec.template.b=b";
    expect(says(`${paths} == '${expected}'`, subject({ patch }))).toBe("It holds.");
  });

  test("a condition decides whether a policy is asked at all", () => {
    const spec = `  matchConditions: [{name: only-new, expression: "!oakum.intent.restores"}]\n${validation("false")}`;
    expect(judge(policies(spec), subject()).allowed).toBe(true);
    expect(judge(policies(spec), subject({ intent: setting("set-image") })).allowed).toBe(false);
  });

  test("a variable is worked out only where it is asked for", () => {
    const spec = `  variables: [{name: broken, expression: object.spec.nothing}]\n${validation("object == null || variables.broken")}`;
    expect(judge(policies(spec), subject()).allowed).toBe(true);
  });
});

describe("what cannot be answered is no permission", () => {
  test("a field that is not there", () => {
    expect(says("object.spec.replicas > 1")).toMatch(/^It cannot be answered, which is no permission: No such/);
  });

  test("an answer that is neither true nor false", () => {
    expect(says("dyn(oakum.risk)")).toMatch(/expected true or false, found string/);
  });

  test("a pattern that is none", () => {
    expect(says("oakum.risk.matches('(')")).toMatch(/cannot be answered/);
  });

  test("a message that fails gives way to the text", () => {
    const spec = `  validations:
    - {expression: "false", message: Plain., messageExpression: "string(object.spec.nothing)"}
`;
    expect(judge(policies(spec), subject()).findings[0]?.sentence).toBe("Plain.");
  });
});

test("a pattern that takes exponential time elsewhere is answered at once", () => {
  const files = new Map([[`${"a".repeat(5_000)}!`, null]]);
  const spent = processorTime();
  expect(says("oakum.files.exists(f, f.matches('^(a+)+$'))", subject({ patch: { ...patchOf([]), files } }))).toBe(
    "It does not hold.",
  );
  expect(spent()).toBeLessThan(1_000);
});

test("a call of matches that cannot be bounded is refused: a comment hides which word is the call", () => {
  const spec = validation("oakum.risk. // matches\n matches('^(a+)+$')");
  expect(problems(HEAD + spec)).toEqual([expect.stringMatching(/a call of matches could not be bounded/)]);
});

test("a call of matches on the word matches is bounded too", () => {
  expect(says("('matches' + oakum.risk).matches('^matches.ow$') && 'b'.matches ( 'b' )")).toBe("It holds.");
});
