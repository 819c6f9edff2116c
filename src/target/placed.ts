/**
 * What the app, and it alone, finds in place of the host's files and directories. Data; `native.ts` hands it to the
 * launcher, whose place.c puts it there.
 */

/** A file that the app sees with this content; left out where the host has none, unless its folder is placed too. */
export interface PlacedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A directory of which the app sees a copy, so that files which the host lacks can be placed in it, by the same path. */
export interface PlacedFolder {
  readonly folder: string;
}

export type Placed = PlacedFile | PlacedFolder;
