/** The thread that decodes, with the protocols that it reads. Started by `start-decoder.ts`. */
import { drivers, fallback, protocols } from "../protocols/index.ts";
import { serveDecoding } from "../record/serve-decoding.ts";

declare const self: Worker;

serveDecoding(self, { protocols, fallback, drivers });
