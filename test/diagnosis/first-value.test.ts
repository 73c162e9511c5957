import { expect, test } from "vitest";
import { firstValue } from "../../src/diagnosis/first-value.ts";

test("a text says what its first document says", () => {
  expect(firstValue("resources: &all [a.yaml]\ncomponents: *all\n---\nkind: Other\n")).toEqual({
    resources: ["a.yaml"],
    components: ["a.yaml"],
  });
});

test.each([
  ["an alias of nothing", "resources:\n- *missing\n"],
  ["aliases without end", "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"],
  ["what does not parse", "resources: [a.yaml"],
  ["nothing", ""],
])("nothing is read of %s", (_, text) => {
  expect(firstValue(text)).toBeUndefined();
});
