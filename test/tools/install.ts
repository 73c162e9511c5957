import { buildCluster } from "./cluster-tools.ts";
import { unpackMetricsServers } from "./metrics-tools.ts";
import { tools } from "./oracle.ts";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (process.argv[2] === "cluster") {
  process.exitCode = (await buildCluster(say)) ? 0 : 1;
} else if (process.argv[2] === "metrics") {
  process.exitCode = unpackMetricsServers(say) ? 0 : 1;
} else {
  const found = tools(say);
  if (found !== undefined) process.stdout.write(`${found.kubectl}\n${found.helm}\n`);
  process.exitCode = found === undefined ? 1 : 0;
}
