/* Exhibits and openings, checked from nothing but themselves. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/expected.h"
#include "home/packet.h"

typedef struct examination {
  cs_packet packet;
  cs_arena arena;
  cs_text *says;
  cs_checkpoint checkpoint;
  cs_treaty *treaty;
  char hash[CS_HEX_HASH];
  size_t party;
  uint64_t index;
  cs_statement statement;
  cs_sealed sealed; /* of an opening */
  size_t facility;
} examination;

static cs_status nothing(const examination *x, const char *fault)
{
  return cs_packet_fail(&x->packet, fault);
}

/* What a part of the library found at fault in the file. */
static cs_status told(const examination *x, cs_status status, const cs_error *fault)
{
  if (status == CS_SYSTEM)
    *x->packet.error = *fault;
  return status == CS_INVALID ? nothing(x, fault->what) : status;
}

/* ---- The opening of a facility ------------------------------------------------------------------------------- */

/* Exactly `size` bytes of base64. */
static cs_status read_bytes(const examination *x, const json_t *json, void *out, size_t size)
{
  return cs_packet_base64(json, out, size) == size ? CS_OK : nothing(x, "a part of the opening is missing");
}

static cs_status read_text(const examination *x, const json_t *of, const char *key, bool needed, cs_slice *out)
{
  const json_t *text = json_object_get(of, key);
  *out = (cs_slice){json_string_value(text), json_string_length(text)};
  if (out->at == NULL)
    *out = CS_SLICE("");
  return !needed || out->length > 0 ? CS_OK : nothing(x, "an item has no identifier, category or state");
}

static cs_status read_item(const examination *x, const json_t *json, cs_escrow_item *out)
{
  const json_t *place = json_object_get(json, "place");
  if (!json_is_integer(place) || json_integer_value(place) < 0 || json_integer_value(place) >= CS_ESCROW_PLACES)
    return nothing(x, "an item has no place");
  out->place = (uint32_t)json_integer_value(place);
  cs_status status = read_text(x, json, "identifier", true, &out->identifier);
  if (status == CS_OK)
    status = read_text(x, json, "item", true, &out->item);
  if (status == CS_OK)
    status = read_text(x, json, "state", true, &out->state);
  return status == CS_OK ? read_text(x, json, "type", false, &out->type) : status;
}

/* One cell: its commitment opens as the number, which is how many items of that kind are listed. */
static cs_status check_cell(examination *x, const json_t *json, size_t c, const cs_escrow_item *items, size_t count)
{
  cs_secret secret;
  cs_commitment commitment;
  const char *name = cs_cell_name(x->treaty, x->sealed.cells[c], &x->arena),
             *stated = json_string_value(json_object_get(json, "cell"));
  const json_t *number = json_object_get(json, "count");
  if (name == NULL)
    return cs_fail_memory(x->packet.error);
  if (stated == NULL || strcmp(stated, name) != 0 || !json_is_integer(number) || json_integer_value(number) < 0)
    return nothing(x, "a count is missing");
  secret.value = json_integer_value(number);
  cs_status status = read_bytes(x, json_object_get(json, "blinding"), secret.blinding, CS_BLINDING);
  cs_error fault;
  if (status == CS_OK)
    status = told(x, cs_seal_commit(&secret, &commitment, &fault), &fault);
  if (status != CS_OK)
    return status;
  if (memcmp(&commitment, &x->sealed.commitments[x->facility * x->sealed.cell_count + c], sizeof commitment) != 0)
    return nothing(x, "a count is not the one that was sealed");
  size_t listed = 0, item = 0;
  for (size_t i = 0; i < count; i++) {
    cs_text cell = {0};
    cs_text_add(&cell, "%.*s/%.*s", (int)items[i].item.length, items[i].item.at, (int)items[i].state.length,
                items[i].state.at);
    listed += cell.at != NULL && strcmp(cell.at, name) == 0;
    cs_text_free(&cell);
  }
  while (item + 1 < x->treaty->items.count && x->treaty->items.at[item + 1].cell <= x->sealed.cells[c])
    item++;
  if (x->treaty->items.at[item].identified && listed != (size_t)secret.value)
    return nothing(x, "a count is not how many items are listed");
  cs_text_add(x->says, "  %-40s %lld\n", name, (long long)secret.value);
  return CS_OK;
}

static void say_items(examination *x, const cs_escrow_item *items, size_t count)
{
  for (size_t i = 0; i < count; i++)
    cs_text_add(x->says, "  %.*s  %.*s, %.*s%s%.*s\n", (int)items[i].identifier.length, items[i].identifier.at,
                (int)items[i].item.length, items[i].item.at, (int)items[i].state.length, items[i].state.at,
                items[i].type.length > 0 ? ", " : "", (int)items[i].type.length, items[i].type.at);
}

static cs_status check_facility(examination *x, const json_t *opening)
{
  const json_t *list = json_object_get(opening, "items"), *counts = json_object_get(opening, "counts");
  size_t count = json_array_size(list);
  unsigned char key[CS_ESCROW_KEY];
  cs_hash root;
  if (count > CS_ESCROW_ITEMS || json_array_size(counts) != x->sealed.cell_count)
    return nothing(x, "the opening has other counts than those that were sealed");
  cs_escrow_item *items = cs_arena_array(&x->arena, count + 1, sizeof *items);
  cs_status status = items == NULL ? cs_fail_memory(x->packet.error) : CS_OK;
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = read_item(x, json_array_get(list, i), &items[i]);
  if (status == CS_OK)
    status = read_bytes(x, json_object_get(opening, "key"), key, sizeof key);
  cs_error fault;
  if (status == CS_OK)
    status = told(x, cs_escrow_root(key, items, count, &root, &fault), &fault);
  if (status == CS_OK && !cs_hash_equal(&root, &x->sealed.roots[x->facility]))
    status = nothing(x, "the items are not those that were sealed");
  for (size_t c = 0; c < x->sealed.cell_count && status == CS_OK; c++)
    status = check_cell(x, json_array_get(counts, c), c, items, count);
  if (status == CS_OK)
    say_items(x, items, count);
  return status;
}

static cs_status check_item(examination *x, const json_t *opening)
{
  cs_escrow_item item;
  cs_escrow_proof proof = {0};
  const json_t *path = json_object_get(opening, "path");
  cs_status status = read_item(x, json_object_get(opening, "item"), &item);
  if (status == CS_OK)
    status = read_bytes(x, json_object_get(opening, "salt"), proof.salt, sizeof proof.salt);
  if (status == CS_OK && json_array_size(path) != CS_ESCROW_LEVELS)
    status = nothing(x, "a part of the opening is missing");
  for (size_t i = 0; i < CS_ESCROW_LEVELS && status == CS_OK; i++)
    status = read_bytes(x, json_array_get(path, i), proof.path[i].bytes, CS_HASH);
  cs_error fault;
  if (status == CS_OK)
    status = told(x, cs_escrow_check(&item, &proof, &x->sealed.roots[x->facility], &fault), &fault);
  if (status == CS_OK)
    say_items(x, &item, 1);
  return status;
}

/* ---- What was moved since -------------------------------------------------------------------------------------- */

/* One entry of the part "moves": a notification in the signed tree that the agreement admits, and that is about the place. */
static cs_status read_move(examination *x, const json_t *one, cs_move_window *window, cs_moves *moves)
{
  const json_t *index = json_object_get(one, "index");
  cs_slice entry;
  cs_statement statement = {0};
  cs_error fault;
  cs_move move;
  if (!json_is_integer(index) || json_integer_value(index) <= 0)
    return nothing(x, "a move has no index");
  uint64_t number = (uint64_t)json_integer_value(index);
  cs_status status = cs_packet_entry(&x->packet, one, "entry", number, "proof", &x->checkpoint, &entry);
  if (status == CS_OK)
    status = cs_statement_parse(entry, x->packet.place, &statement, x->packet.error);
  free((void *)entry.at);
  if (status == CS_OK && statement.kind != CS_NOTIFY)
    status = nothing(x, "a move is no notification");
  if (status == CS_OK)
    status =
      told(x, cs_packet_judge(&x->packet, &x->checkpoint, number, &statement, x->treaty, x->party, x->hash, &fault),
           &fault);
  if (status == CS_OK) {
    cs_move_read(&statement, x->treaty, number, &move);
    const cs_move *last = moves->count == 0 ? NULL : &moves->at[moves->count - 1];
    bool ordered = last == NULL || last->date < move.date || (last->date == move.date && last->entry < number);
    status = ordered && move.date >= window->since && cs_move_touches(&move, window->facility)
               ? cs_moves_add(moves, window, &move, &x->arena, x->packet.error)
               : nothing(x, "a move is not about this place and time, or out of order");
  }
  cs_statement_free(&statement);
  return status;
}

/* "entry 7, 2021-03-01: 3 warhead/stored, from Store to Depot". */
static cs_status say_move(examination *x, const cs_move *m, const json_t *opening)
{
  char date[CS_DATE_TEXT];
  const char *place = json_string_value(json_object_get(opening, "facility"));
  const cs_end *from = &m->ends[CS_FROM], *to = &m->ends[CS_TO];
  size_t here =
    from->cell != SIZE_MAX && from->facility != NULL && strcmp(from->facility, place) == 0 ? CS_FROM : CS_TO;
  const char *before = from->cell == SIZE_MAX ? NULL : cs_cell_name(x->treaty, from->cell, &x->arena),
             *after =
               to->cell == SIZE_MAX || to->cell == from->cell ? NULL : cs_cell_name(x->treaty, to->cell, &x->arena);
  int64_t count;
  bool found;
  cs_error fault;
  cs_status status = told(x, cs_move_count(m, here, opening, &count, &found, &fault), &fault);
  if (status != CS_OK)
    return status;
  cs_text_add(x->says, "  entry %llu, %s: %lld %s%s%s", (unsigned long long)m->entry, cs_date_format(m->date, date),
              (long long)count, before == NULL ? "" : before, before != NULL && after != NULL ? " to " : "",
              after == NULL ? "" : after);
  if (from->facility != NULL)
    cs_text_add(x->says, ", from %s", from->facility);
  if (to->facility != NULL)
    cs_text_add(x->says, "%s to %s", from->facility == NULL ? "," : "", to->facility);
  cs_text_add(x->says, "%s%s\n", m->identifier == NULL ? "" : ": ", m->identifier == NULL ? "" : m->identifier);
  return CS_OK;
}

static cs_status say_moves(examination *x, const cs_moves *moves, const cs_expected *expected, const json_t *opening)
{
  cs_status status = CS_OK;
  cs_text_add(x->says, "What came there or left since, as it notified:\n");
  for (size_t i = 0; i < moves->count && status == CS_OK; i++)
    status = say_move(x, &moves->at[i], opening);
  cs_text_add(x->says, "With that there should be:\n");
  for (size_t c = 0; c < x->treaty->cells; c++) {
    const char *name = cs_cell_name(x->treaty, c, &x->arena);
    int64_t sum = expected->cells[c].declared + expected->cells[c].moved;
    if (name != NULL && (expected->cells[c].sealed || expected->cells[c].moved != 0))
      cs_text_add(x->says, "  %-40s %lld\n", name, (long long)sum);
  }
  return status;
}

/* Each opens what it seals. That none is left out, only who has the ledger can tell. */
static cs_status check_moves(examination *x, const json_t *opening)
{
  cs_moves moves = {0};
  cs_expected expected = {0};
  cs_error fault;
  const json_t *list = json_object_get(opening, "moves");
  cs_move_window window = {json_string_value(json_object_get(opening, "facility")),
                           cs_statement_date(&x->statement, "date"), INT32_MAX};
  cs_status status = CS_OK;
  for (size_t i = 0; i < json_array_size(list) && status == CS_OK; i++)
    status = read_move(x, json_array_get(list, i), &window, &moves);
  if (status == CS_OK && moves.count > 0)
    status = told(x, cs_expect(x->treaty, &x->statement, opening, &moves, &x->arena, &expected, &fault), &fault);
  if (status == CS_OK && expected.closed_count > 0)
    status = nothing(x, "a sealed move is not opened");
  if (status == CS_OK && moves.count > 0)
    status = say_moves(x, &moves, &expected, opening);
  cs_expected_free(&expected);
  cs_moves_free(&moves);
  return status;
}

static cs_status check_opening(examination *x, const json_t *opening)
{
  const char *facility = json_string_value(json_object_get(opening, "facility"));
  cs_error fault;
  cs_status status = told(x, cs_sealed_read(&x->statement, x->treaty, x->packet.place, &x->sealed, &fault), &fault);
  if (status != CS_OK)
    return status;
  while (x->facility < x->sealed.facility_count &&
         (facility == NULL || strcmp(x->sealed.facilities[x->facility], facility) != 0))
    x->facility++;
  if (x->facility == x->sealed.facility_count)
    return nothing(x, "the facility is not one that was sealed");
  bool one = json_object_get(opening, "item") != NULL;
  cs_text_add(x->says, one ? "Of what was sealed at %s, this item:\n" : "What was sealed at %s, all of it:\n",
              facility);
  if (one)
    return check_item(x, opening);
  status = check_facility(x, opening);
  return status == CS_OK ? check_moves(x, opening) : status;
}

/* ---- The statement ------------------------------------------------------------------------------------------- */

static const char *count_name(const examination *x, const cs_claim *claim)
{
  return claim->count == SIZE_MAX ? "" : x->treaty->counts.at[claim->count].rule.id;
}

/* What a claim that was verified says, in words. */
static void say_claim(examination *x, const cs_claim *claim)
{
  char number[CS_GROUPED];
  switch (claim->kind) {
  case CS_CLAIM_AT_MOST:
    cs_text_add(x->says, "  %s is at most %s\n", count_name(x, claim), cs_grouped(claim->number, number));
    break;
  case CS_CLAIM_NOT_ABOVE:
    cs_text_add(x->says, "  %s is not above what it was in entry %lld\n", count_name(x, claim),
                (long long)claim->baseline);
    break;
  case CS_CLAIM_EQUAL:
    if (claim->baseline >= 0)
      cs_text_add(x->says, "  %s is what it was in entry %lld\n", count_name(x, claim), (long long)claim->baseline);
    else
      cs_text_add(x->says, "  %s is %s\n", count_name(x, claim), cs_grouped(claim->number, number));
    break;
  case CS_CLAIM_BALANCED:
    cs_text_add(x->says, "  the transfer takes from one facility what it gives to the other\n");
    break;
  }
}

/* What the report of a visit says, the first of its differences. */
static void say_report(examination *x)
{
  enum { SHOWN = 6 };
  const json_t *differences = json_object_get(x->statement.json, "differences");
  size_t count = json_array_size(differences);
  char quoted[CS_QUOTED];
  const char *facility = cs_statement_text(&x->statement, "facility");
  cs_text_add(x->says, "At %s it saw %zu difference%s from what was opened there%s\n",
              cs_quote(cs_slice_of(facility == NULL ? "" : facility), quoted), count, count == 1 ? "" : "s",
              count == 0 ? "." : ":");
  for (size_t i = 0; i < count && i < SHOWN; i++) {
    const char *text = json_string_value(json_array_get(differences, i));
    cs_text_add(x->says, "  %.*s\n", text == NULL ? 0 : (int)strcspn(text, "\n"), text == NULL ? "" : text);
  }
  if (count > SHOWN)
    cs_text_add(x->says, "  and %zu more\n", count - SHOWN);
}

static cs_status say_statement(examination *x)
{
  const char *date = cs_statement_text(&x->statement, "date");
  char time[CS_TIME_TEXT];
  cs_text_add(x->says, "Entry %llu of %s, which has %llu entries, is a \"%s\" of %s under %s%s%s, made at %s.\n",
              (unsigned long long)x->index, x->packet.ledger.name, (unsigned long long)x->checkpoint.size,
              cs_statement_kinds[x->statement.kind].name, x->treaty->parties.at[x->party].rule.id, x->treaty->id,
              date == NULL ? "" : " for ", date == NULL ? "" : date, cs_time_format(x->statement.time, time));
  if (json_object_get(x->statement.json, "sealed") != NULL)
    cs_text_add(x->says, "Its sealed counts are proven to be numbers from 0 to %lld.\n",
                (1LL << json_integer_value(json_object_get(json_object_get(x->statement.json, "sealed"), "bits"))) - 1);
  if (x->statement.kind == CS_INSPECT_REPORT)
    say_report(x);
  if (x->statement.kind != CS_CLAIM)
    return CS_OK;
  cs_text_add(x->says, "It proves of entry %lld:\n", (long long)cs_statement_number(&x->statement, "entry"));
  size_t count = json_array_size(json_object_get(x->statement.json, "claims"));
  for (size_t i = 0; i < count; i++) {
    cs_claim claim;
    cs_status status = cs_claim_read(&x->statement, x->treaty, i, x->packet.place, &claim, x->packet.error);
    if (status != CS_OK)
      return status;
    say_claim(x, &claim);
  }
  return CS_OK;
}

static cs_status check_statement(examination *x)
{
  const json_t *index = json_object_get(x->packet.json, "index");
  cs_slice entry;
  cs_error fault;
  if (!json_is_integer(index) || json_integer_value(index) < 0)
    return nothing(x, "its index is missing");
  x->index = (uint64_t)json_integer_value(index);
  cs_status status = cs_packet_entry(&x->packet, x->packet.json, "entry", x->index, "proof", &x->checkpoint, &entry);
  if (status == CS_OK)
    status = cs_statement_parse(entry, x->packet.place, &x->statement, x->packet.error);
  free((void *)entry.at);
  if (status != CS_OK)
    return status;
  status = cs_packet_judge(&x->packet, &x->checkpoint, x->index, &x->statement, x->treaty, x->party, x->hash, &fault);
  if (status != CS_OK) {
    *x->packet.error = fault;
    return fault.status;
  }
  return cs_packet_judge_references(&x->packet, &x->checkpoint, x->index, &x->statement, x->treaty, x->party, x->hash);
}

static cs_status check_agreement(examination *x)
{
  const json_t *text = json_object_get(x->packet.json, "treaty");
  if (!json_is_string(text))
    return nothing(x, "its agreement is missing");
  cs_slice agreement = {json_string_value(text), json_string_length(text)};
  cs_hex_hash(agreement, x->hash);
  cs_status status = cs_treaty_parse(agreement, x->packet.place, &x->treaty, x->packet.error);
  return status == CS_OK ? cs_packet_party(&x->packet, &x->checkpoint, x->treaty, x->hash, &x->party) : status;
}

static cs_status examine(examination *x, const cs_verifier *key)
{
  const char *ledger = json_string_value(json_object_get(x->packet.json, "ledger"));
  const json_t *opening = json_object_get(x->packet.json, "opening");
  cs_note note;
  if (json_integer_value(json_object_get(x->packet.json, "countersign-exhibit")) != 1 || ledger == NULL ||
      !cs_verifier_parse(cs_slice_of(ledger), &x->packet.ledger))
    return nothing(x, "it is no exhibit that is known");
  if (key != NULL &&
      (strcmp(key->name, x->packet.ledger.name) != 0 || memcmp(key->key, x->packet.ledger.key, CS_PUBLIC_KEY) != 0))
    return nothing(x, "it is of a ledger with another key");
  cs_status status = cs_packet_note(&x->packet, "checkpoint", &note, &x->checkpoint);
  if (status == CS_OK)
    status = check_agreement(x);
  if (status == CS_OK)
    status = check_statement(x);
  if (status == CS_OK)
    status = say_statement(x);
  if (status == CS_OK && opening != NULL)
    status = check_opening(x, opening);
  if (status == CS_OK)
    cs_text_add(x->says,
                key == NULL ? "Whether the ledger is that party's, its key has to tell: %s\n"
                            : "The ledger has the key that was given: %s\n",
                ledger);
  return status;
}

bool cs_is_exhibit(cs_slice bytes)
{
  json_t *json = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
  bool out = json_object_get(json, "countersign-exhibit") != NULL;
  json_decref(json);
  return out;
}

cs_status cs_exhibit_verify(cs_slice bytes, const char *place, const cs_verifier *key, cs_text *says, cs_error *error)
{
  json_t *json = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
  examination *x = calloc(1, sizeof *x);
  cs_text words = {0};
  if (x == NULL) {
    json_decref(json);
    return cs_fail_memory(error);
  }
  *x = (examination){.packet = {.json = json, .place = place, .what = "exhibit", .error = error}, .says = &words};
  cs_status status = examine(x, key);
  if (status == CS_OK && words.length > 0) /* nothing is said of what does not hold as a whole */
    cs_text_put(says, words.at, words.length);
  if (status == CS_OK && (words.failed || says->failed))
    status = cs_fail_memory(error);
  cs_text_free(&words);
  cs_sealed_free(&x->sealed);
  cs_statement_free(&x->statement);
  cs_treaty_free(x->treaty);
  cs_arena_free(&x->arena);
  free(x);
  json_decref(json);
  return status;
}
