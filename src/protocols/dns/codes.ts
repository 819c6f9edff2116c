/** Numbers of the DNS and the words that zone files use for them; what has no word is written as RFC 3597 does. */

const typeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  TLSA: 52,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  CAA: 257,
};

const classNumbers: Readonly<Record<string, number>> = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 };

const rcodeNumbers: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADCOOKIE: 23,
};

interface Words {
  /** The word for a number. */
  word(code: number): string;
  /** The number for a word, or undefined where it is none. */
  code(word: string): number | undefined;
}

const words = (table: Readonly<Record<string, number>>, prefix: string, most: number): Words => {
  const names = new Map(Object.entries(table).map(([word, code]) => [code, word]));
  const numbers = new Map(Object.entries(table));
  return {
    word: (code) => names.get(code) ?? `${prefix}${code}`,
    code(word) {
      const upper = word.toUpperCase();
      const known = numbers.get(upper);
      if (known !== undefined) return known;
      const digits = upper.startsWith(prefix) ? upper.slice(prefix.length) : "";
      return /^\d{1,5}$/.test(digits) && Number(digits) <= most ? Number(digits) : undefined;
    },
  };
};

export const types: Words = words(typeNumbers, "TYPE", 0xffff);
export const classes: Words = words(classNumbers, "CLASS", 0xffff);
export const rcodes: Words = words(rcodeNumbers, "RCODE", 0xfff);
