/* Where secrets end. Private to seal/.
 *
 * The test of constant time (tests/unit/secrecy_test.c) marks secrets as memory without a value; valgrind follows them, and
 * reports a branch or an address that depends on one. CS_REVEAL says of a result that it may be seen from here on: an
 * encoded commitment, a response. Outside of that test it is nothing. */
#ifndef CS_SEAL_REVEAL_H
#define CS_SEAL_REVEAL_H

#ifdef CS_SECRECY_TEST
#include <valgrind/memcheck.h>
#define CS_REVEAL(bytes, size) ((void)VALGRIND_MAKE_MEM_DEFINED((bytes), (size)))
#else
#define CS_REVEAL(bytes, size) ((void)0)
#endif

#endif
