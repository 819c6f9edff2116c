/* One process's vDSO, with the stub in it: clock-vdso.c. */
#pragma once
#include <stdint.h>

/* Finds, in our own vDSO, where the stub fits; null, or what stands in the way. `word` as in clock-stub.h. */
const char *vdso_plan(int is_frozen);

/* Where that task's vDSO is; 0 if it has none. */
uint64_t vdso_base(int pid);

/* Puts the stub into a process that has not run a step, through its memory; null, or what stands in the way. */
const char *vdso_patch(int memory, uint64_t base, int64_t word);

int vdso_is_patched(int memory, uint64_t base);

/* May be called while the process runs. */
void vdso_set(int memory, uint64_t base, int64_t word);

/* Whether an instruction's address is in the vDSO. */
int vdso_holds(uint64_t base, uint64_t address);
