/*
 * Everything of ours that runs in the kernel, on the app's cgroup alone. User space chooses which programs to load: the
 * watch always; with it the tap, the tap and the redirect of connections, or (in replay) the whole redirect. All are of
 * types that every kernel from 5.15 loads, and all hang on descriptors that die with the process.
 */
#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "programs/watch.h"
#include "programs/tap.h"
#include "programs/redirect_hooks.h"
#include "types/act.h"
#include "types/detour.h"
#include "types/go_process.h"
#include "types/program_begin.h"
#include "types/unix_name.h"
#include "types/unix_settings.h"

/* The helpers that the tap and the watch rest on are for GPL programs only. */
char _license[] SEC("license") = "GPL";

/* Types that no map and no variable of this object holds, kept in the object's BTF for ffi/structs.ts. */
const struct record_head *unused_record_head __attribute__((unused));
const struct listener_event *unused_listener_event __attribute__((unused));
const struct act *unused_act __attribute__((unused));
const struct go_process *unused_go_process __attribute__((unused));
const struct program_begin *unused_program_begin __attribute__((unused));
const struct unix_name *unused_unix_name __attribute__((unused));
const struct endpoint *unused_endpoint __attribute__((unused));
const struct detour *unused_detour __attribute__((unused));
const enum direction *unused_direction __attribute__((unused));
const enum listener_change *unused_listener_change __attribute__((unused));
const enum actor_kind *unused_actor_kind __attribute__((unused));
const enum drop_cause *unused_drop_cause __attribute__((unused));
