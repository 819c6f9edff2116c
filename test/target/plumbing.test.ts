import { expect, test } from "bun:test";
import { plumbing } from "../../src/target/plumbing.ts";

const isPlumbing = (name: string, env: Readonly<Record<string, string>> = {}): boolean => {
  const { names, beginnings } = plumbing(env);
  return names.includes(name) || beginnings.some((beginning) => name.startsWith(beginning));
};

test("the machine's own sockets are plumbing", () => {
  const all = ["/run/systemd/journal/stdout", "/run/nscd/socket", "/run/dbus/system_bus_socket", "/dev/log"];
  const desktop = ["@/tmp/.X11-unix/X0", "/var/lib/sss/pipes/nss", "/run/avahi-daemon/socket", "/tmp/ssh-x/agent.1"];
  for (const name of [...all, ...desktop]) expect([name, isPlumbing(name)]).toEqual([name, true]);
});

test("services are none", () => {
  const all = ["/run/postgresql/.s.PGSQL.5432", "/run/mysqld/mysqld.sock", "/run/docker.sock", "/tmp/app.sock", "@app"];
  const users = ["/run/user/1000/docker.sock", "/run/user/1000/podman/podman.sock"];
  for (const name of [...all, ...users]) expect([name, isPlumbing(name)]).toEqual([name, false]);
});

test("what the environment names as an agent or a bus is plumbing", () => {
  const env = {
    SSH_AUTH_SOCK: "/var/run/agent.sock",
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/srv/bus,guid=1;unix:abstract=/srv/bus2",
  };
  expect(["/run/agent.sock", "/srv/bus", "@/srv/bus2", "/srv/other"].map((name) => isPlumbing(name, env))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
