/* Names of unix sockets, out of addresses that lie in the kernel's memory or in a process's. */
#pragma once

#include "vmlinux/internal.h"
#include <bpf/bpf_helpers.h>

#include "types/unix_name.h"

enum name_place { name_in_kernel, name_in_process };

static __always_inline long copy_bytes(void *to, __u32 size, const void *from, enum name_place place)
{
	return place == name_in_kernel ? bpf_probe_read_kernel(to, size, from) : bpf_probe_read_user(to, size, from);
}

static __always_inline long copy_text(void *to, __u32 size, const void *from, enum name_place place)
{
	return place == name_in_kernel ? bpf_probe_read_kernel_str(to, size, from)
				       : bpf_probe_read_user_str(to, size, from);
}

static __always_inline bool is_below_var_run(const void *path, enum name_place place)
{
	static const char folder[] = "/var/run/";
	char begin[sizeof(folder) - 1] = {};

	if (copy_bytes(begin, sizeof(begin), path, place))
		return false;
	for (int i = 0; i < (int)sizeof(begin); i++)
		if (begin[i] != folder[i])
			return false;
	return true;
}

/*
 * `length`: the address's, with the family's two bytes that lead it. A path ends with its zero, or where the address does;
 * what lies behind is nobody's. False: it has no name.
 */
static __always_inline bool put_name(struct unix_name *name, const void *address, int length, enum name_place place)
{
	const void *path = address + sizeof(__u16);
	__u32 size = length - sizeof(__u16);
	__u8 first = 0;

	name->bits = UNIX_PATH_MOST * 8;
	/* What is compared below is to be what is used. */
	barrier_var(size);
	if (length <= (int)sizeof(__u16) || size > UNIX_PATH_MOST || copy_bytes(&first, sizeof(first), path, place))
		return false;
	if (!first) {
		if (copy_bytes(name->path, size, path, place))
			return false;
		name->path[0] = '@';
		return true;
	}
	if (size > 9 && is_below_var_run(path, place)) {
		path += 4;
		size -= 4;
	}
	if (size < UNIX_PATH_MOST)
		size++;
	barrier_var(size);
	if (size > UNIX_PATH_MOST)
		return false;
	return copy_text(name->path, size, path, place) > 0;
}
