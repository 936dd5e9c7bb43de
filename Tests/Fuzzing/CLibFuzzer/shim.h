#ifndef PMAN_CLIBFUZZER_SHIM_H
#define PMAN_CLIBFUZZER_SHIM_H
#include <stddef.h>
#include <stdint.h>
// https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));
#endif
