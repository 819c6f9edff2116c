/** The launcher as the bundler embeds it: its path, inside the binary or in `dist/native`. */
declare module "*/dist/native/launcher" {
  const path: string;
  export default path;
}
