#include "record.h"

#include "treaty/treaty.h"

enum { PARTIES = 2, DAYS = 50, FACILITIES = 100, BYTES_A_ROW = 60 };

/* xorshift64* (Marsaglia; Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled"). */
static uint64_t draw(uint64_t *state)
{
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static const uint64_t SEED = 20101008;

static const char *party_of(const cs_treaty *treaty, size_t n)
{
  return treaty->parties.at[n % PARTIES].rule.id;
}

/* The day of entry into force, then the first days of quarters: some of them are days of exchange. */
static cs_date nth_day(const cs_treaty *treaty, size_t n)
{
  static const char second[] = "2011-03-01";
  cs_date date = CS_DATE_NONE;
  cs_date_parse(second, sizeof second - 1, &date);
  return n == 0 ? treaty->term.start : cs_date_add_months(date, 3 * ((int32_t)n - 1));
}

/* ---- Holdings ---------------------------------------------------------------------------- */

/* Most holdings are of none or one, so that totals fall on both sides of the limits of New START. */
static unsigned draw_number(const cs_item *item, const cs_state *state, uint64_t *random)
{
  unsigned percent = (unsigned)(draw(random) >> 32) % 100;
  bool warheads = item->states.count == 1;
  if (state->part_of.id != NULL)
    return 0;
  return warheads ? percent < 90 ? 2 : 5 : percent < 40;
}

/* The holdings of one party on one day: the states of every item, each at many facilities and of some types. */
static void write_declaration(FILE *out, const cs_treaty *treaty, cs_date date, size_t party, size_t rows,
                              uint64_t *random)
{
  char day[CS_DATE_TEXT];
  cs_date_format(date, day);
  size_t cell = 0;
  for (size_t i = 0; i < treaty->items.count; i++) {
    const cs_item *item = &treaty->items.at[i];
    for (size_t k = 0; k < item->states.count; k++, cell++) {
      size_t first = rows * cell / treaty->cells, last = rows * (cell + 1) / treaty->cells;
      for (size_t n = 0; n < last - first; n++)
        fprintf(out, "%s,%s,%s,T%02zu,F%02zu,%s,%u\n", day, party_of(treaty, party), item->rule.id, n / FACILITIES,
                n % FACILITIES, item->states.at[k].rule.id, draw_number(item, &item->states.at[k], random));
    }
  }
}

static void itemised_head(FILE *out)
{
  fputs("date,party,item,type,facility,state,count\n", out);
}

void record_itemised(FILE *out, const cs_treaty *treaty, size_t rows)
{
  uint64_t random = SEED;
  itemised_head(out);
  for (size_t n = 0; n < DAYS; n++)
    for (size_t party = 0; party < PARTIES; party++)
      write_declaration(out, treaty, nth_day(treaty, n), party, rows / DAYS / PARTIES, &random);
}

void record_one_day(FILE *out, const cs_treaty *treaty, size_t rows)
{
  uint64_t random = SEED;
  itemised_head(out);
  write_declaration(out, treaty, treaty->term.start, 0, rows, &random);
}

void record_many_days(FILE *out, const cs_treaty *treaty, size_t rows)
{
  uint64_t random = SEED;
  itemised_head(out);
  for (size_t n = 0; n < rows; n++)
    write_declaration(out, treaty, treaty->term.start + (cs_date)(n / PARTIES), n % PARTIES, 1, &random);
}

/* ---- Totals ------------------------------------------------------------------------------ */

static void wide_head(FILE *out, const cs_treaty *treaty)
{
  fputs("date,party", out);
  for (size_t i = 0; i < treaty->counts.count; i++)
    fprintf(out, ",%s", treaty->counts.at[i].rule.id);
}

static void write_totals(FILE *out, const cs_treaty *treaty, size_t n, uint64_t *random)
{
  char day[CS_DATE_TEXT];
  cs_date_format(treaty->term.start + (cs_date)(n / PARTIES), day);
  fprintf(out, "%s,%s", day, party_of(treaty, n));
  for (size_t i = 0; i < treaty->counts.count; i++) {
    const cs_allowance *allowance = &treaty->limits.at[i].at_most.at[0];
    fprintf(out, ",%u", (unsigned)allowance->number - 100 + (unsigned)(draw(random) >> 32) % 110);
  }
}

void record_wide(FILE *out, const cs_treaty *treaty, size_t rows)
{
  uint64_t random = SEED;
  wide_head(out, treaty);
  fputc('\n', out);
  for (size_t n = 0; n < rows; n++) {
    write_totals(out, treaty, n, &random);
    fputc('\n', out);
  }
}

void record_backwards(FILE *out, const cs_treaty *treaty, size_t rows)
{
  uint64_t random = SEED;
  wide_head(out, treaty);
  fputc('\n', out);
  for (size_t n = rows; n-- > 0;) {
    write_totals(out, treaty, n, &random);
    fputc('\n', out);
  }
}

/* One row with a note of `bytes` characters, between quotes. */
static void write_note(FILE *out, const cs_treaty *treaty, char character, size_t bytes)
{
  uint64_t random = SEED;
  wide_head(out, treaty);
  fputs(",note\n", out);
  write_totals(out, treaty, 0, &random);
  fputs(",\"", out);
  for (size_t i = 0; i < bytes; i++)
    fputc(character, out);
  fputs("\"\n", out);
}

void record_quoted(FILE *out, const cs_treaty *treaty, size_t rows)
{
  write_note(out, treaty, 'n', BYTES_A_ROW * rows);
}

void record_quotes(FILE *out, const cs_treaty *treaty, size_t rows)
{
  write_note(out, treaty, '"', BYTES_A_ROW * rows);
}

void record_empty_lines(FILE *out, const cs_treaty *treaty, size_t rows)
{
  record_wide(out, treaty, 1);
  for (size_t i = 0; i < BYTES_A_ROW * rows; i++)
    fputc('\n', out);
}
