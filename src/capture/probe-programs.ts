/** Whether this kernel loads each of our programs: each is really loaded, alone, and let go. Nothing is attached. */
import { BpfObject, type Refusal } from "./bpf-object.ts";
import { mapsOfMode, type Program, programs } from "./programs.ts";

/** Loads one program and its maps; what the kernel refused, or `null`. */
export function loadAlone(wanted: Program): Refusal | null {
  using object = new BpfObject();
  for (const program of programs) object.choose(program.name, program.name === wanted.name);
  for (const mode of ["tap", "redirect"] as const) {
    if (!wanted.modes.includes(mode)) for (const name of mapsOfMode[mode]) object.omitMap(name);
  }
  return object.load();
}
