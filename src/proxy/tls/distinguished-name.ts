/**
 * What a certificate says of whom it is for besides its alternative names: some clients tell it with their refusal, so a leaf
 * with a fault says the same. As a list of attributes, and as the text by which a recording keeps it.
 *
 * Refuses what it cannot say again as it was (other attributes, several in one, odd signs): then a leaf has a name of its own.
 */

/** In the order in which the certificate has them. */
export type DistinguishedName = readonly (readonly [attribute: Attribute, value: string])[];

/** By the short name that engines give each. */
export const attributeOids = {
  C: "2.5.4.6",
  ST: "2.5.4.8",
  L: "2.5.4.7",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  CN: "2.5.4.3",
  serialNumber: "2.5.4.5",
} as const;

export type Attribute = keyof typeof attributeOids;

/** Of `subject` as `X509Certificate` has it, a line for each attribute. */
export const distinguishedName = (subject: string): DistinguishedName | null =>
  read(subject.split("\n").map((line) => line.replaceAll("\\,", ",")));

/** `O=Shop, CN=shop.example`. */
export const nameText = (name: DistinguishedName): string =>
  name.map(([attribute, value]) => `${attribute}=${value}`).join(", ");

/** The same from that text. */
export const nameFrom = (text: string): DistinguishedName | null => read(text.split(/, (?=[A-Za-z]+=)/));

/** Signs that stand for something in the text or in the sentence around it. */
const odd = /[();+\\"]|, [A-Za-z]+=|[^ -~]/;

const read = (parts: readonly string[]): DistinguishedName | null => {
  const name = parts.map((part) => {
    const [, attribute = "", value = ""] = /^([A-Za-z]+)=(.+)$/.exec(part) ?? [];
    return isAttribute(attribute) && !odd.test(value) ? ([attribute, value] as const) : null;
  });
  return name.every((part) => part !== null) ? name : null;
};

const isAttribute = (text: string): text is Attribute => Object.hasOwn(attributeOids, text);
