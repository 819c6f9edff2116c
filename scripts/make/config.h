/* What elfutils' configure would find out with clang and glibc 2.17. */
#define PACKAGE_NAME "elfutils"
#define PACKAGE_VERSION "0"
#define VERSION "0"
#define HAVE_VISIBILITY 1
#define HAVE_GCC_STRUCT 1
#define HAVE_BUILTIN_OVERFLOW 1
#define HAVE_DECL_MEMRCHR 1
#define HAVE_DECL_RAWMEMCHR 1
#define HAVE_DECL_POWEROF2 1
#define HAVE_DECL_MEMPCPY 1
#define HAVE_FALLTHROUGH 1
#define HAVE_ERROR_H 1
#define HAVE_ERR_H 1
#define HAVE_PROCESS_VM_READV 1
#define HAVE_STRERROR_R 1
#define STRERROR_R_CHAR_P 1
#include <eu-config.h>
