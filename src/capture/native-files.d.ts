/** The kernel's programs and the library that loads them, as the bundler embeds them: paths to read, never to open as libraries. */
declare module "*/dist/native/reprise.bpf.o" {
  const path: string;
  export default path;
}
declare module "*/dist/native/steer.bpf.o" {
  const path: string;
  export default path;
}
declare module "*/dist/native/libbpf.so" {
  const path: string;
  export default path;
}
declare module "*/dist/native/attribution.bpf.o" {
  const path: string;
  export default path;
}
declare module "*/dist/native/unix.bpf.o" {
  const path: string;
  export default path;
}
