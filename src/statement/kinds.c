/* The kinds of statement and their keys, one row each. */
#include "statement/statement.h"

const cs_statement_key cs_statement_common[] = {
  {"kind", CS_KEY_TEXT, true, "What kind of statement this is."},
  {"agreement", CS_KEY_TEXT, true, "Identifier of the agreement."},
  {"party", CS_KEY_PARTY, true, "Who says it."},
  {"time", CS_KEY_TIME, true, "When it was made, in Greenwich Mean Time."},
  {"corrects", CS_KEY_NUMBER, false, "Entry of this ledger that it takes the place of."},
  {"text", CS_KEY_TEXT, false, "A remark in words."},
};
const size_t cs_statement_common_count = CS_COUNT_OF(cs_statement_common);

static const cs_statement_key holding_keys[] = {
  {"item", CS_KEY_ITEM, true, "Item of the agreement."},
  {"state", CS_KEY_STATE, true, "The state that they are in."},
  {"type", CS_KEY_TEXT, false, "Their type."},
  {"facility", CS_KEY_TEXT, false, "The facility that they are at."},
  {"count", CS_KEY_NUMBER, true, "How many; 0 says that there are none."},
};
static const cs_statement_key sealed_keys[] = {
  {"bits", CS_KEY_NUMBER, true, "Every sealed count is proven to be smaller than 2 to the power of this."},
  {"cells", CS_KEY_NAMES, true, "The sealed cells, as item/state, in the order of the commitments."},
  {"facilities", CS_KEY_SEALED_FACILITIES, true, "A commitment to each cell of each facility."},
  {"proof", CS_KEY_BASE64, true, "Range proof of all commitments."},
};
static const cs_statement_key sealed_facility_keys[] = {
  {"facility", CS_KEY_TEXT, true, "Name of the facility."},
  {"commitments", CS_KEY_BASE64, true, "32 bytes for each cell."},
  {"items", CS_KEY_HASH, true, "Root of the escrow of the items that are there."},
};
static const cs_statement_key claim_part_keys[] = {
  {"claim", CS_KEY_TEXT, true, "at-most, not-above, equal or balanced."},
  {"count", CS_KEY_COUNT, false, "Count of the agreement; not for balanced."},
  {"limit", CS_KEY_NUMBER, false, "For at-most: the number that the count does not exceed."},
  {"baseline", CS_KEY_NUMBER, false,
   "For not-above and equal: entry of an earlier declaration, with which it compares."},
  {"number", CS_KEY_NUMBER, false, "For equal: the number that the count is."},
};

const cs_nested_kind cs_nested_kinds[] = {
  {CS_KEY_HOLDINGS, true, holding_keys, CS_COUNT_OF(holding_keys)},
  {CS_KEY_SEALED, false, sealed_keys, CS_COUNT_OF(sealed_keys)},
  {CS_KEY_SEALED_FACILITIES, true, sealed_facility_keys, CS_COUNT_OF(sealed_facility_keys)},
  {CS_KEY_CLAIMS, true, claim_part_keys, CS_COUNT_OF(claim_part_keys)},
};
const size_t cs_nested_kind_count = CS_COUNT_OF(cs_nested_kinds);

const cs_nested_kind *cs_nested_keys(cs_key_type type)
{
  for (size_t i = 0; i < CS_COUNT_OF(cs_nested_kinds); i++)
    if (cs_nested_kinds[i].type == type)
      return &cs_nested_kinds[i];
  return NULL;
}

static const cs_statement_key adopt_keys[] = {
  {"treaty", CS_KEY_HASH, true, "SHA-256 of the agreement's file."},
  {"origin", CS_KEY_TEXT, true, "Origin of the party's ledger."},
  {"key", CS_KEY_VERIFIER, true, "Key that signs the ledger's checkpoints."},
  {"cosigner", CS_KEY_VERIFIER, true, "Key that cosigns the checkpoints of others."},
};
static const cs_statement_key declare_keys[] = {
  {"date", CS_KEY_DATE, true, "Day on which the numbers are current."},
  {"totals", CS_KEY_TOTALS, false, "Totals, by count of the agreement."},
  {"holdings", CS_KEY_HOLDINGS, false, "Holdings, by item and state."},
  {"sealed", CS_KEY_SEALED, false, "Holdings whose numbers are sealed."},
};
static const cs_statement_key notify_keys[] = {
  {"notification", CS_KEY_NOTIFICATION, true, "Notification of the agreement that this is."},
  {"date", CS_KEY_DATE, true, "Day of the event."},
  {"item", CS_KEY_ITEM, false, "Item that it is about."},
  {"state", CS_KEY_STATE, false, "State of the item before."},
  {"facility", CS_KEY_TEXT, false, "Facility of the item before."},
  {"to-state", CS_KEY_STATE, false, "State after."},
  {"to-facility", CS_KEY_TEXT, false, "Facility after."},
  {"type", CS_KEY_TEXT, false, "Type of the item."},
  {"count", CS_KEY_NUMBER, false, "How many."},
  {"identifier", CS_KEY_TEXT, false, "Unique identifier of the item."},
  {"sealed-from", CS_KEY_COMMITMENT, false, "In place of a count: commitment to what the facility before loses."},
  {"sealed-to", CS_KEY_COMMITMENT, false, "And to what the facility after gains."},
};
static const cs_statement_key raise_keys[] = {
  {"origin", CS_KEY_TEXT, true, "Ledger that the ambiguity is about."},
  {"entry", CS_KEY_NUMBER, false, "Entry of that ledger."},
  {"rule", CS_KEY_RULE, false, "Rule of the agreement."},
  {"report", CS_KEY_NUMBER, false, "Entry of the own ledger: the report of a visit, of which it is a difference."},
};
static const cs_statement_key resolve_keys[] = {
  {"origin", CS_KEY_TEXT, true, "Ledger in which the ambiguity was raised."},
  {"entry", CS_KEY_NUMBER, true, "Entry that raised it."},
};
static const cs_statement_key extend_keys[] = {
  {"until", CS_KEY_DATE, true, "First day on which the agreement would no longer be in force."},
};
static const cs_statement_key from_keys[] = {
  {"from", CS_KEY_DATE, true, "First day on which it has effect."},
};
static const cs_statement_key claim_keys[] = {
  {"entry", CS_KEY_NUMBER, true, "Entry of this ledger that it is about: a sealed declaration or notification."},
  {"claims", CS_KEY_CLAIMS, true, "What is proven."},
  {"proof", CS_KEY_BASE64, true, "The proof of all claims together."},
};

#define REQUEST_KEYS                                                                                                   \
  {"origin", CS_KEY_TEXT, true, "Ledger with the request."},                                                           \
  {                                                                                                                    \
    "entry", CS_KEY_NUMBER, true, "Entry that is the request."                                                         \
  }

static const cs_statement_key request_keys[] = {
  {"inspection", CS_KEY_INSPECTION, true, "Kind of inspection of the agreement."},
  {"of", CS_KEY_PARTY, true, "The party that is inspected."},
  {"date", CS_KEY_DATE, true, "Day of the visit."},
  {"declaration", CS_KEY_NUMBER, true, "Entry of that party's ledger that declares what is there."},
  {"leaf", CS_KEY_HASH, true, "Leaf hash of that entry, which shows that it was there when this was said."},
  {"facility", CS_KEY_TEXT, false, "The facility, where it is designated; without it, it is drawn."},
  {"weights", CS_KEY_WEIGHTS, false,
   "How likely each facility is to be drawn, as whole numbers; without it, all alike."},
};
static const cs_statement_key commit_keys[] = {
  REQUEST_KEYS,
  {"hash", CS_KEY_HASH, true, "SHA-256 that commits to the party's number."},
};
static const cs_statement_key reveal_keys[] = {
  REQUEST_KEYS,
  {"nonce", CS_KEY_HASH, true, "The number, 32 bytes in hexadecimal."},
};
static const cs_statement_key open_keys[] = {
  REQUEST_KEYS,
  {"facility", CS_KEY_TEXT, true, "The facility that was opened."},
  {"opening", CS_KEY_HASH, true, "SHA-256 of the file that opens it, which the inspectors were given."},
  {"moves", CS_KEY_ENTRIES, false,
   "Entries of this ledger that notify of what came there or left since the declaration; the file opens them too."},
};
static const cs_statement_key report_keys[] = {
  REQUEST_KEYS,
  {"facility", CS_KEY_TEXT, true, "The facility that was visited."},
  {"opening", CS_KEY_HASH, true, "SHA-256 of the file that opened it."},
  {"holdings", CS_KEY_HOLDINGS, true, "What was counted."},
  {"identifiers", CS_KEY_NAMES, false, "Identifiers of the items that were seen."},
  {"differences", CS_KEY_NAMES, false, "Where that differs from what was opened."},
};
static const cs_statement_key close_keys[] = {REQUEST_KEYS};

#define KIND(label, words, table)                                                                                      \
  {                                                                                                                    \
    .name = (label), .help = (words), .keys = (table), .key_count = CS_COUNT_OF(table)                                 \
  }
const cs_kind_of_statement cs_statement_kinds[CS_STATEMENT_KINDS] = {
  [CS_ADOPT] = KIND("adopt", "The party joins the agreement: its hash, the party's ledger, its keys.", adopt_keys),
  [CS_DECLARE] = KIND("declare", "Holdings on a day.", declare_keys),
  [CS_NOTIFY] = KIND("notify", "An event.", notify_keys),
  [CS_RAISE] = KIND("raise", "An ambiguity, before the consultative commission.", raise_keys),
  [CS_RESOLVE] = KIND("resolve", "The end of an ambiguity.", resolve_keys),
  [CS_EXTEND] = KIND("extend", "Consent to an extension.", extend_keys),
  [CS_SUSPEND] = KIND("suspend", "The party stops applying the agreement.", from_keys),
  [CS_RESUME] = KIND("resume", "The party applies the agreement again.", from_keys),
  [CS_WITHDRAW] = KIND("withdraw", "The party leaves the agreement.", from_keys),
  [CS_CLAIM] = KIND("claim", "A proof about sealed counts.", claim_keys),
  [CS_INSPECT_REQUEST] = KIND("inspect-request", "A visit is announced.", request_keys),
  [CS_DRAW_COMMIT] =
    KIND("draw-commit", "A commitment to a number that helps to draw the place of a visit.", commit_keys),
  [CS_DRAW_REVEAL] = KIND("draw-reveal", "That number.", reveal_keys),
  [CS_INSPECT_OPEN] = KIND("inspect-open", "The inspected party has opened the place.", open_keys),
  [CS_INSPECT_REPORT] = KIND("inspect-report", "What was seen at a visit; each side states its own.", report_keys),
  [CS_INSPECT_CLOSE] = KIND("inspect-close", "The visit is over, and the party has nothing to add.", close_keys),
};
