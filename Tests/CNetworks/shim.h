#ifndef PMAN_CNETWORKS_SHIM_H
#define PMAN_CNETWORKS_SHIM_H
/* Network namespaces, which Swift's Glibc module hides behind _GNU_SOURCE. No system header is included, so that none
   of their types becomes this module's. */
extern int setns(int descriptor, int kind);
extern int ioctl(int descriptor, unsigned long request, ...);

/* Moves the calling thread into a network; 0x40000000 is CLONE_NEWNET. */
static inline int network_enter(int descriptor) { return setns(descriptor, 0x40000000); }

/* Brings up the loopback interface of the socket's network, which is down in a new one. */
static inline int network_loopback_up(int any_socket) {
    /* struct ifreq: sixteen bytes of name, then the flags; 0x8914 is SIOCSIFFLAGS, 0x1 IFF_UP. */
    struct { char name[16]; short flags; char rest[22]; } request = {"lo", 0x1, {0}};
    return ioctl(any_socket, 0x8914, &request);
}
#endif
