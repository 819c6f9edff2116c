/** Starts the thread that decodes; `record` is handed this, since it may not know the protocols. */

/** In a compiled binary a worker lies below `/$bunfs/root/` as it does below src/; every other module has the main file's address. */
const isCompiled = import.meta.path.startsWith("/$bunfs/");

/** A thread that runs `decode-worker.ts` and does not keep the process alive. */
export const startDecoder = (): Worker => {
  const worker = new Worker(new URL(isCompiled ? "./cli/decode-worker.ts" : "./decode-worker.ts", import.meta.url));
  worker.unref();
  return worker;
};
