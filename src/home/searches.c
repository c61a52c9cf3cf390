/* Which declared facilities were visited. */
#include <string.h>

#include "home/visits.h"

/* The facilities of a party; they lie in an arena of their own. */
typedef struct facilities {
  cs_arena arena;
  const char **at;
  size_t count;
} facilities;

/* The declaration of the latest day that was known; NULL where there is none. */
static const cs_declaration *newest(const cs_holdings *h, size_t party, cs_date at)
{
  for (size_t i = h->count; i-- > 0;)
    if (h->declarations[i].party == party && cs_declaration_is_known(&h->declarations[i], at))
      return &h->declarations[i];
  return NULL;
}

static cs_status read_facilities(cs_home *home, const cs_holdings *h, const cs_declaration *d, facilities *out,
                                 cs_error *error)
{
  cs_home_entries entries = {.store = home->store, .end = UINT64_MAX};
  cs_entry_source source = cs_home_entry_source(&entries);
  cs_text bytes = {0};
  cs_statement s = {0};
  cs_error fault;
  bool found = false;
  cs_status status = cs_store_ledger(home->store, h->files[d->file], &entries.ledger, error);
  if (status == CS_OK)
    status = source.read(source.context, d->totals_line, &bytes, &found, error);
  if (status == CS_OK && found && cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, &s, &fault) == CS_OK)
    status = cs_declared_facilities(&s, &out->arena, &out->at, &out->count, error);
  cs_statement_free(&s);
  cs_text_free(&bytes);
  return status;
}

/* Whether the place that was chosen was opened, and the inspectors reported on it. Another place in its stead is one that
 * the inspected party chose: what is there tells nothing. */
static bool took_place(const cs_visit *v)
{
  return v->side[CS_INSPECTING].report >= 0 && cs_visit_opened(v);
}

/* A place that the newest declaration does not name any more is none of those that are asked about. */
static cs_status note_visit(const cs_visit *v, const facilities *places, cs_date at, cs_holdings *h, cs_error *error)
{
  bool held = took_place(v);
  size_t i = 0;
  while (held && i < places->count && strcmp(places->at[i], v->facility) != 0)
    i++;
  cs_searched searched = {.date = v->date,
                          .party = (uint32_t)v->side[CS_INSPECTED].party,
                          .facility = held ? (uint32_t)i : CS_NOWHERE,
                          .inspection = (uint32_t)v->kind,
                          .drawn = !v->designated && v->weights == NULL,
                          .differs = v->side[CS_INSPECTING].differences + v->side[CS_INSPECTED].differences > 0};
  bool counts = held ? v->date <= at && i < places->count : v->date < at; /* on its day it may still take place */
  return counts ? cs_holdings_search(h, &searched, error) : CS_OK;
}

cs_status cs_home_note_searches(cs_home *home, cs_date at, const cs_visit_list *visits, cs_holdings *holdings,
                                cs_error *error)
{
  cs_status status = CS_OK;
  for (size_t party = 0; party < home->treaty->parties.count && status == CS_OK; party++) {
    facilities places = {0};
    const cs_declaration *d = newest(holdings, party, at);
    if (d != NULL)
      status = read_facilities(home, holdings, d, &places, error);
    if (status == CS_OK)
      status = cs_holdings_set_facilities(holdings, party, (int64_t)places.count, error);
    for (size_t i = 0; i < visits->count && status == CS_OK; i++)
      if (visits->at[i].side[CS_INSPECTED].party == party)
        status = note_visit(&visits->at[i], &places, at, holdings, error);
    cs_arena_free(&places.arena);
  }
  return status;
}
