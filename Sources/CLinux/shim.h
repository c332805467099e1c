// Calls of Linux that take a variable number of arguments, which Swift cannot make.
#ifndef RECONCILE_CLINUX_SHIM_H
#define RECONCILE_CLINUX_SHIM_H

#include <sys/prctl.h>

/// No core file, and /proc/PID/mem is nobody's but root's (prctl(2)); 0, or -1 with errno.
static inline int linux_keep_memory_private(void) { return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); }

#endif
