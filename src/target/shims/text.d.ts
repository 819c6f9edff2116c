/** Programs of other runtimes, as the bundler embeds them: their text. */
declare module "*.cjs" {
  const text: string;
  export default text;
}
