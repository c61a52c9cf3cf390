#include "statement/statement.h"
#include "fuzz.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term:\n"
  "  entry-into-force: 2020-01-01\n"
  "  duration: 10 years\n"
  "  article: Article 1\n"
  "  extension: {at-most: 5 years, article: Article 2}\n"
  "  withdrawal: {notice: 3 months, article: Article 3}\n"
  "items: {missile: {name: missiles, states: {deployed: {}, stored: {}}}}\n"
  "counts: {missiles: {name: missiles, article: Article 4, sum: [{item: missile, states: [deployed, stored]}]}}\n"
  "limits: {ceiling: {count: missiles, at-most: 100, article: Article 5}}\n"
  "exchanges:\n"
  "  data:\n"
  "    name: data\n"
  "    counts: [missiles]\n"
  "    article: Article 6\n"
  "    schedule: [{first: 2020-07-01, every: 6 months, due: 30 days after, article: Article 6}]\n"
  "notifications: {move: {group: Moves, event: a move, due: 5 days after, article: Article 7}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static cs_treaty *pact;
  cs_statement statement;
  cs_admission admission;
  cs_error error;
  if (pact == NULL)
    need(cs_treaty_parse(cs_slice_of(PACT), "pact", &pact, &error) == CS_OK);
  if (cs_statement_parse((cs_slice){(const char *)bytes, length}, "entry", &statement, &error) != CS_OK)
    return 0;
  char time[CS_TIME_TEXT];
  need(cs_slice_is(cs_slice_of(cs_statement_text(&statement, "time")), cs_time_format(statement.time, time)));
  cs_statement_admit(&statement, pact, 0, "entry", &admission, &error);
  cs_statement_free(&statement);
  return 0;
}
