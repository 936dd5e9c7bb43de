/* Loaded before libfaketime, which shifts the deadlines of all timers by what it shifts the wall clock, also those of clocks
   that nobody sets (libfaketime 0.9.10): a program whose timers are Swift's would then wait for hours, or not at all. */
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int descriptor, int flags, const struct itimerspec *next, struct itimerspec *last) {
    return (int)syscall(SYS_timerfd_settime, descriptor, flags, next, last);
}

int timerfd_gettime(int descriptor, struct itimerspec *now) {
    return (int)syscall(SYS_timerfd_gettime, descriptor, now);
}
