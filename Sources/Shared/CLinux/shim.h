#ifndef PMAN_CLINUX_SHIM_H
#define PMAN_CLINUX_SHIM_H
/* What Swift's Glibc module hides behind _GNU_SOURCE or leaves out. */
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

static inline int linux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void linux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif
