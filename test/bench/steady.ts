import "../../src/commands/small-heap.ts";
import { readFolder } from "../../src/adapters/files.ts";
import { openManifests } from "../../src/manifest/manifests.ts";
import { folderOf } from "./made-repository.ts";

// Renders a made repository in a process that keeps house as `oakum serve` does, then changes a file over and over as a
// bot at work does.
const [folder = ""] = process.argv.slice(2);
const begun = performance.now();
const tree = readFolder(folder);
let manifests = openManifests(tree, null);
let objects = 0;
for (const { id } of manifests.kustomizations) {
  const rendering = manifests.render(id);
  if (!rendering.ok) throw new Error(rendering.refusal.message);
  objects += rendering.objects.length;
}
const milliseconds = performance.now() - begun;
for (let index = 0; index < 20; index += 1) {
  const file = `${folderOf(index)}/services.yaml`;
  const text = Buffer.from(tree.read(file) ?? "").toString();
  manifests = manifests.withFiles(new Map([[file, Buffer.from(text.replace("port: 80", `port: ${81 + index}`))]]));
  const [found] = manifests.findObject({ kind: "Service", namespace: `app-${index}`, name: "api" });
  if (found?.rendered.originOf(["spec", "ports", 0, "port"])?.file !== file) throw new Error(`${file} is not seen`);
  // Time for the collector, as between two looks.
  await new Promise((done) => setTimeout(done, 50));
}
process.stdout.write(JSON.stringify({ milliseconds, objects, megabytes: process.memoryUsage.rss() / 2 ** 20 }));
