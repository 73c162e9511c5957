import { refused, unready, unschedulable, cannotMount, crashes, misconfigured } from "../build/fates.ts";
