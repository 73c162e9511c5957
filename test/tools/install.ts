import { tools } from "./oracle.ts";

const found = tools((line) => process.stderr.write(`${line}\n`));
if (found !== undefined) process.stdout.write(`${found.kubectl}\n${found.helm}\n`);
process.exitCode = found === undefined ? 1 : 0;
