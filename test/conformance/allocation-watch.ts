/**
 * Watches how much memory code asks for in one piece, while it runs.
 *
 * Asking is what is watched, since the kernel gives memory only when it is touched and the collector may take it back
 * before anybody measures. The constructors and `Buffer`'s makers are replaced while `during` runs, and put back.
 */

/** What `during` gave, and the largest number of bytes that it asked for in one piece. */
export interface Watched<T> {
  readonly result: T;
  readonly largest: number;
}

const WATCHED = ["ArrayBuffer", "Uint8Array", "Uint16Array", "Uint32Array", "Float64Array", "Array"] as const;
const MAKERS = ["alloc", "allocUnsafe", "allocUnsafeSlow"] as const;

/** Runs `during` synchronously. */
export const watchAllocation = <T>(during: () => T): Watched<T> => {
  let largest = 0;
  const note = (asked: unknown, unit: number): void => {
    if (typeof asked === "number" && asked * unit > largest) largest = asked * unit;
  };
  const world = globalThis as unknown as Record<string, unknown>;
  const makers = Buffer as unknown as Record<string, unknown>;
  const constructors = WATCHED.map((name) => [name, world[name]] as const);
  const originals = MAKERS.map((name) => [name, makers[name]] as const);
  for (const [name, constructor] of constructors) {
    const made = constructor as new (...args: unknown[]) => object;
    const unit = (constructor as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    world[name] = new Proxy(made, {
      construct(target, args: unknown[], self) {
        note(args[0], unit);
        return Reflect.construct(target, args, self) as object;
      },
    });
  }
  for (const [name, maker] of originals) {
    makers[name] = (size: number, ...rest: unknown[]): unknown => {
      note(size, 1);
      return (maker as (...args: unknown[]) => unknown).call(Buffer, size, ...rest);
    };
  }
  try {
    const result = during();
    return { result, largest };
  } finally {
    for (const [name, constructor] of constructors) world[name] = constructor;
    for (const [name, maker] of originals) makers[name] = maker;
  }
};
