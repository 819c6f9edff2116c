/*
 * Points the clocks of a process's vDSO at the stub. What a vDSO looks like is read from our own: the kernel gives every
 * process of one kind the same image. The stub goes behind it, into the rest of its last page, or over the section
 * headers, which nobody reads at run time.
 *
 * It refuses what is not that image.
 */
#define _GNU_SOURCE
#include "clock-vdso.h"
#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "clock-stub.h"

enum { k_most_stub = 1024, k_most_symbols = 64, k_most_auxv = 64 };

static struct {
	Elf64_Ehdr head; /* by which the image is known */
	uint64_t bytes;
	uint64_t stub_at;
	char stub[k_most_stub];
	uint64_t symbols_at;
	uint64_t symbols_bytes;
	Elf64_Sym symbols[k_most_symbols];
} plan;

struct clock_name {
	const char *name;
	const char *entry;
};

static const struct clock_name k_names[] = {
	{ "clock_gettime", clock_stub_gettime },
	{ "gettimeofday", clock_stub_gettimeofday },
#ifdef __x86_64__
	{ "time", clock_stub_time },
#endif
};

static const char *const k_prefixes[] = { "__vdso_", "__kernel_", "" };

/* Which of the clocks that symbol is, or -1. */
static int clock_of(const char *symbol)
{
	for (unsigned i = 0; i < sizeof k_names / sizeof *k_names; i++) {
		for (unsigned j = 0; j < sizeof k_prefixes / sizeof *k_prefixes; j++) {
			size_t length = strlen(k_prefixes[j]);

			if (!strncmp(symbol, k_prefixes[j], length) && !strcmp(symbol + length, k_names[i].name))
				return i;
		}
	}
	return -1;
}

static uint64_t mapped_bytes(uint64_t base)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from = 0, to = 0;
	char line[512];
	uint64_t bytes = 0;

	while (maps && fgets(line, sizeof line, maps))
		if (sscanf(line, "%lx-%lx", &from, &to) == 2 && from == base)
			bytes = to - from;
	if (maps)
		fclose(maps);
	return bytes;
}

/* Whether the vDSO asks the kernel for the time, as it does where the machine's clock cannot be read from user space. */
static int asks_kernel(int (*gettime)(clockid_t, struct timespec *))
{
	struct sock_filter refuse[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof refuse / sizeof *refuse, refuse };
	int status = 0;
	pid_t child = fork();

	if (!child) {
		struct timespec at;

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
			_exit(0);
		_exit(gettime(CLOCK_REALTIME, &at) != 0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static const char *plan_symbols(const char *image, const Elf64_Shdr *sections)
{
	const Elf64_Shdr *table = NULL;
	struct clock_stub_head *head = (struct clock_stub_head *)plan.stub;
	int64_t original[2] = { 0, 0 };

	for (int i = 0; i < plan.head.e_shnum; i++)
		if (sections[i].sh_type == SHT_DYNSYM && sections[i].sh_link < plan.head.e_shnum)
			table = &sections[i];
	if (!table || table->sh_size > sizeof plan.symbols)
		return "vdso";
	plan.symbols_at = table->sh_offset;
	plan.symbols_bytes = table->sh_size;
	memcpy(plan.symbols, image + table->sh_offset, table->sh_size);
	const char *names = image + sections[table->sh_link].sh_offset;

	for (unsigned i = 0; i < table->sh_size / sizeof *plan.symbols; i++) {
		Elf64_Sym *symbol = &plan.symbols[i];
		int clock = clock_of(names + symbol->st_name);

		if (clock < 0 || !symbol->st_value)
			continue;
		if (clock < 2)
			original[clock] = symbol->st_value;
		symbol->st_value = plan.stub_at + (k_names[clock].entry - clock_stub_start);
	}
	if (!original[0])
		return "vdso";
	head->gettime = original[0] - (int64_t)plan.stub_at;
	head->gettimeofday = original[1] - (int64_t)plan.stub_at;
	if (asks_kernel((int (*)(clockid_t, struct timespec *))(image + original[0])))
		head->gettime = clock_stub_direct - clock_stub_start;
	return NULL;
}

const char *vdso_plan(int is_frozen)
{
	const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
	uint64_t stub_bytes = clock_stub_end - clock_stub_start;
	uint64_t end;

	if (!image)
		return "vdso";
	memcpy(&plan.head, image, sizeof plan.head);
	plan.bytes = mapped_bytes((uint64_t)image);
	end = plan.head.e_shoff + plan.head.e_shnum * sizeof(Elf64_Shdr);
	if (plan.head.e_ident[EI_CLASS] != ELFCLASS64 || !plan.head.e_shoff || plan.bytes < end ||
	    stub_bytes > sizeof plan.stub)
		return "vdso";
	const Elf64_Phdr *segments = (const Elf64_Phdr *)(image + plan.head.e_phoff);

	/* Symbols are counted from where the image was linked to lie. */
	for (int i = 0; i < plan.head.e_phnum; i++)
		if (segments[i].p_type == PT_LOAD && segments[i].p_vaddr != segments[i].p_offset)
			return "vdso";
	plan.stub_at = (end + 63) & ~63UL;
	if (plan.stub_at + stub_bytes > plan.bytes)
		plan.stub_at = (plan.head.e_shoff + 63) & ~63UL;
	if (plan.stub_at + stub_bytes > plan.bytes)
		return "room";
	memcpy(plan.stub, clock_stub_start, stub_bytes);
	((struct clock_stub_head *)plan.stub)->is_frozen = is_frozen;
	return plan_symbols(image, (const Elf64_Shdr *)(image + plan.head.e_shoff));
}

uint64_t vdso_base(int pid)
{
	uint64_t entries[2 * k_most_auxv];
	char path[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/auxv", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, entries, sizeof entries);
	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i + 1 < length / 8 && entries[i] != AT_NULL; i += 2)
		if (entries[i] == AT_SYSINFO_EHDR)
			return entries[i + 1];
	return 0;
}

static int put(int memory, uint64_t at, const void *bytes, uint64_t length)
{
	return pwrite(memory, bytes, length, at) == (ssize_t)length ? 0 : -1;
}

const char *vdso_patch(int memory, uint64_t base, int64_t word)
{
	struct clock_stub_head *head = (struct clock_stub_head *)plan.stub;
	Elf64_Ehdr own;

	if (pread(memory, &own, sizeof own, base) != sizeof own)
		return "memory";
	if (memcmp(&own, &plan.head, sizeof own))
		return "vdso";
	head->shift = head->shift_again = word;
	if (put(memory, base + plan.stub_at, plan.stub, clock_stub_end - clock_stub_start) ||
	    put(memory, base + plan.symbols_at, plan.symbols, plan.symbols_bytes))
		return "memory";
	return NULL;
}

int vdso_is_patched(int memory, uint64_t base)
{
	char magic[sizeof ((struct clock_stub_head *)0)->magic];

	return pread(memory, magic, sizeof magic, base + plan.stub_at) == sizeof magic &&
	       !memcmp(magic, plan.stub, sizeof magic);
}

void vdso_set(int memory, uint64_t base, int64_t word)
{
	uint64_t at = base + plan.stub_at;

	if (!put(memory, at + offsetof(struct clock_stub_head, shift), &word, sizeof word))
		put(memory, at + offsetof(struct clock_stub_head, shift_again), &word, sizeof word);
}

int vdso_holds(uint64_t base, uint64_t address)
{
	return base && address >= base && address < base + plan.bytes;
}
