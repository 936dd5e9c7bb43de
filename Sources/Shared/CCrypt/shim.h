#ifndef PMAN_CCRYPT_SHIM_H
#define PMAN_CCRYPT_SHIM_H
#include <crypt.h>
#endif
