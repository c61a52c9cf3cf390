/* add-checkpoint of C2SP tlog-witness: what a ledger asks, and how a witness judges it. */
#include <sodium.h>
#include <string.h>

#include "ledger/ledger.h"

enum { REQUEST_HASHES = 63 };

void cs_witness_request_format(const cs_witness_request *request, cs_text *out)
{
  cs_text_add(out, "old %llu\n", (unsigned long long)request->old);
  for (size_t i = 0; i < request->proof.count; i++) {
    char base64[sodium_base64_ENCODED_LEN(CS_HASH, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(base64, sizeof base64, request->proof.hashes[i].bytes, CS_HASH, sodium_base64_VARIANT_ORIGINAL);
    cs_text_add(out, "%s\n", base64);
  }
  cs_text_add(out, "\n");
  cs_text_put(out, request->checkpoint.at, request->checkpoint.length);
}

/* Takes the next line off `body`, without its newline. */
static bool next_line(cs_slice *body, cs_slice *line)
{
  const char *newline = memchr(body->at, '\n', body->length);
  if (body->length == 0 || newline == NULL)
    return false;
  *line = (cs_slice){body->at, (size_t)(newline - body->at)};
  body->at += line->length + 1;
  body->length -= line->length + 1;
  return true;
}

/* "old 123", without leading zeros. */
static bool parse_old(cs_slice line, uint64_t *out)
{
  static const char prefix[] = "old ";
  size_t skip = sizeof prefix - 1;
  *out = 0;
  if (line.length <= skip || line.length > skip + 19 || memcmp(line.at, prefix, skip) != 0 ||
      (line.at[skip] == '0' && line.length > skip + 1))
    return false;
  for (size_t i = skip; i < line.length; i++) {
    if (line.at[i] < '0' || line.at[i] > '9')
      return false;
    *out = *out * 10 + (uint64_t)(line.at[i] - '0');
  }
  return *out <= CS_TREE_MAX;
}

cs_status cs_witness_request_parse(cs_slice body, cs_witness_request *out, cs_error *error)
{
  static const char place[] = "add-checkpoint";
  cs_slice line;
  out->proof.count = 0;
  if (!next_line(&body, &line) || !parse_old(line, &out->old))
    return cs_fail(error, CS_INVALID, place, (cs_mark){1, 1},
                   "the request does not begin with an old size; expected \"old N\"");
  for (uint32_t number = 2;; number++) {
    cs_mark mark = {number, 1};
    if (!next_line(&body, &line))
      return cs_fail(error, CS_INVALID, place, mark,
                     "the request ends early; expected hashes, an empty line and a checkpoint");
    if (line.length == 0)
      break;
    size_t length;
    if (out->proof.count == REQUEST_HASHES)
      return cs_fail(error, CS_INVALID, place, mark, "too many hashes in the proof; expected at most 63");
    if (!cs_base64_read(line, out->proof.hashes[out->proof.count++].bytes, CS_HASH, &length) || length != CS_HASH)
      return cs_fail(error, CS_INVALID, place, mark, "this is not a hash; expected 32 bytes in base64");
  }
  out->checkpoint = body;
  return CS_OK;
}

cs_witness_answer cs_witness_judge(const cs_witness_request *request, const cs_verifier *log, const cs_checkpoint *last,
                                   cs_checkpoint *now)
{
  cs_note note;
  cs_error error;
  if (cs_note_parse(request->checkpoint, NULL, &note, &error) != CS_OK ||
      cs_checkpoint_parse(note.text, NULL, now, &error) != CS_OK)
    return CS_WITNESS_MALFORMED;
  if (strcmp(now->origin, log->name) != 0)
    return CS_WITNESS_UNKNOWN;
  if (cs_note_verify(&note, log, NULL) != CS_SIGNED)
    return CS_WITNESS_NOT_SIGNED;
  if (request->old > now->size)
    return CS_WITNESS_MALFORMED;
  if (request->old != last->size)
    return CS_WITNESS_CONFLICT;
  cs_hash empty = cs_tree_root(&(cs_tree){0});
  const cs_hash *root = last->size == 0 ? &empty : &last->root;
  /* From size 0 there is nothing to prove, but an empty tree still has the one root. */
  if (!cs_check_consistency(&request->proof, last->size, now->size, root, &now->root))
    return CS_WITNESS_INCONSISTENT;
  return CS_WITNESS_OK;
}
