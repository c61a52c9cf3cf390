/* What the unit tests share: temporary files, and agreements and holdings made from text.
 *
 * A helper that cannot do its work fails the test that called it. Tests run in the folder of the sources. */
#ifndef CS_TEST_SUPPORT_H
#define CS_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "assess/assess.h"
#include "ledger/ledger.h"

/* Fails with the error's words unless a call succeeded. */
void must(cs_status status, const cs_error *error);

/* Group fixtures: a folder for temporary files, removed with everything in it. */
int scratch_open(void **state);
int scratch_close(void **state);

/* A path in that folder where nothing is yet; valid until the group ends. */
const char *scratch_path(const char *name);

/* Writes a file into that folder and returns its path, which is valid until the group ends. */
const char *scratch_file(const char *name, const char *text);
const char *scratch_bytes(const char *name, const void *bytes, size_t length);

/* The same key pair for the same `seed`. */
cs_verifier make_key(const char *name, cs_signature_type type, unsigned char seed, unsigned char secret[CS_SECRET_KEY]);

/* The root of a tree, as RFC 6962 defines it. */
cs_hash naive_root(const cs_hash *leaves, size_t count);

/* "2021-02-05" as a date. */
cs_date day(const char *text);

/* An agreement from a file, or from its text. */
cs_treaty *read_treaty(const char *path);
cs_treaty *make_treaty(const char *yaml);
/* The error with which the text of an agreement is refused. */
cs_error refuse_treaty(const char *yaml);

/* Holdings from the text of a CSV file; `more` is a second file, or NULL. */
cs_holdings *make_holdings(const cs_treaty *treaty, const char *csv, const char *more);
cs_error refuse_holdings(const cs_treaty *treaty, const char *csv);

/* What is known on the day `at`. */
cs_assessment *assess_at(const cs_treaty *treaty, const cs_holdings *holdings, const char *at);

/* The only finding of this day, party and rule; fails where there is none, or more than one. */
cs_finding find(const cs_assessment *assessment, const char *date, const char *party, const char *rule);
/* How many findings there are of this day, party and rule; NULL stands for any. */
size_t count_findings(const cs_assessment *assessment, const char *date, const char *party, const char *rule);

/* Fails unless the only finding of this day, party and rule has this verdict. */
#define assert_verdict(assessment, date, party, rule, expected)                                                        \
  assert_string_equal(cs_verdict_word(find((assessment), (date), (party), (rule)).verdict), (expected))

#endif
