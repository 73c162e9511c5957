import { describe, expect, it } from "vitest";
import { resolveScalar } from "../../../src/manifest/yaml/scalar.ts";

// Measured with kustomize 5.7.1: what an unquoted text is printed as.
const PLAIN: readonly (readonly [string, unknown])[] = [
  ...["y", "n", "yes", "no", "on", "off", "Y", "22:22", "1:30:00", "=", "1.2.3", "-", "0x", "08a", "1e999"].map(
    (text) => [text, text] as const,
  ),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ["0400", 256],
  ["0o400", 256],
  ["010", 8],
  ["08", 8],
  ["0x1F", 31],
  ["0b11", 3],
  ["1_000", 1000],
  ["-12", -12],
  ["+12", 12],
  ["1e3", 1000],
  [".5", 0.5],
  ["1.0", 1],
  ["1.", 1],
  ["-0", 0],
  ["2001-12-14", "2001-12-14T00:00:00Z"],
  ["2001-2-4 1:2:3.50", "2001-02-04T01:02:03.5Z"],
  ["2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"],
  ["2001-02-30", "2001-02-30"],
];

describe("a scalar as Kubernetes reads it", () => {
  it.each(PLAIN)("%j is %j", (text, value) => {
    expect(resolveScalar(text, "PLAIN").value).toEqual(value);
  });

  it("keeps every digit of an integer that a double cannot hold", () => {
    expect(resolveScalar("9007199254740993", "PLAIN")).toMatchObject({ tag: "!!int", digits: "9007199254740993" });
    expect(resolveScalar("18446744073709551615", "PLAIN")).toMatchObject({ digits: "18446744073709551615" });
    expect(resolveScalar("18446744073709551616", "PLAIN").tag).toBe("!!float");
  });

  it("takes quoted text for text, and a written tag for what it says", () => {
    expect(resolveScalar("true", "QUOTE_DOUBLE").value).toBe("true");
    expect(resolveScalar("5", "PLAIN", "tag:yaml.org,2002:str").value).toBe("5");
    expect(resolveScalar("5", "QUOTE_SINGLE", "!!int").value).toBe(5);
    expect(resolveScalar("5", "PLAIN", "!!float")).toMatchObject({ tag: "!!float", value: 5 });
    expect(resolveScalar("aGk=", "PLAIN", "!!binary").value).toBe("hi");
    expect(resolveScalar("x", "PLAIN", "!mine").value).toBe("x");
  });

  it("says why a scalar has no JSON value", () => {
    expect(resolveScalar(".inf", "PLAIN").flaw).toContain("no number");
    expect(resolveScalar("five", "PLAIN", "!!int").flaw).toBe("cannot decode !!str `five` as a !!int");
  });

  it("reads kustomization.yaml with the older rules", () => {
    expect(resolveScalar("yes", "PLAIN", undefined, "configuration").value).toBe(true);
    expect(resolveScalar("n", "PLAIN", undefined, "configuration").value).toBe(false);
    expect(resolveScalar("2001-12-14", "PLAIN", undefined, "configuration").value).toBe("2001-12-14");
  });
});
