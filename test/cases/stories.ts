import type { Story } from "./build/story.ts";
import { IMAGES } from "./stories/images.ts";
import { REFUSED, SCHEDULING, STORAGE } from "./stories/placement.ts";
import { INIT, MEANS, PROBES, TOLD } from "./stories/programs.ts";
import { REFERENCES } from "./stories/references.ts";
import { NETWORK, SERVICES } from "./stories/services.ts";

/** Every story. To add one, write it beside those of its kind. */
export const STORIES: readonly Story[] = [
  ...[IMAGES, REFERENCES, TOLD, PROBES, MEANS, INIT, SERVICES, NETWORK, SCHEDULING, REFUSED, STORAGE],
].flat();
