/**
 * How the kernel lays records into a BPF ring buffer (kernel/bpf/ringbuf.c): 8 bytes of head, the record, and padding to
 * the next 8. A journal holds the same, so both readers share this.
 */

/** Bytes before each record. */
export const RING_HEAD = 8;
/** Reserved and not yet submitted: this record and all after it are not to be read. */
export const RING_BUSY = 0x8000_0000;
/** Given up by its writer: to be passed over. */
export const RING_DISCARDED = 0x4000_0000;

const LENGTH = 0x3fff_ffff;

/** The record's own length, from the first word of its head. */
export const recordLength = (head: number): number => head & LENGTH;

/** What the record takes up in all. */
export const ringLength = (head: number): number => ((head & LENGTH) + RING_HEAD + 7) & ~7;
