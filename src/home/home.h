/* A party's home: a folder with the agreement, the party's keys, its ledger, and its copies of the others' ledgers.
 *
 *   treaty.yaml   the agreement, as it was adopted
 *   key           the party's secret keys, encrypted under a passphrase
 *   ledger.db     the store
 *
 * An observer's home has no party and no ledger of its own; it has keys all the same, to cosign what it has checked. */
#ifndef CS_HOME_H
#define CS_HOME_H

#include "assess/assess.h"
#include "inspect/inspect.h"
#include "ledger/ledger.h"
#include "statement/statement.h"

/* SHA-256 of bytes, as 64 hexadecimal digits. */
enum { CS_HEX_HASH = 65 };
void cs_hex_hash(cs_slice bytes, char out[CS_HEX_HASH]);

typedef struct cs_home {
  char *directory;
  cs_store *store;
  cs_treaty *treaty;
  char treaty_hash[CS_HEX_HASH]; /* of the agreement's file */
  size_t party;                  /* index into the agreement's parties; CS_OBSERVER */
  cs_verifier key;               /* of the own ledger */
  cs_verifier cosigner;          /* of cosignatures */
  unsigned char *secrets;        /* two secret keys in locked memory, the ledger's and the cosigner's; NULL: locked */
  cs_log *log;                   /* the own ledger; NULL where the home is locked, or an observer's */
} cs_home;
enum { CS_OBSERVER = -1 };

/* A passphrase in locked memory. Release with sodium_free. */
typedef struct cs_passphrase {
  char *bytes;
  size_t length;
} cs_passphrase;
enum { CS_PASSPHRASE_LONGEST = 1024 };

/* A home that is to be made in `directory`, which is new or empty: keys, store, agreement, and the statement that adopts
 * it. `party` NULL: an observer's. `origin` NULL: "countersign/AGREEMENT/PARTY". All of these stay the caller's, and are
 * checked before anything is written. Release with cs_home_plan_free. */
typedef struct cs_home_plan cs_home_plan;
cs_status cs_home_plan_new(const char *directory, const char *treaty_path, const char *party, const char *origin,
                           cs_home_plan **out, cs_error *error);
/* Makes it, durably; where that fails, what was made is removed. */
cs_status cs_home_make(cs_home_plan *plan, const cs_passphrase *passphrase, int64_t time, cs_error *error);
void cs_home_plan_free(cs_home_plan *plan);
/* Both at once. */
cs_status cs_home_create(const char *directory, const char *treaty_path, const char *party, const char *origin,
                         const cs_passphrase *passphrase, int64_t time, cs_error *error);

/* Opens a home; CS_STORE_READ beside a process that writes is allowed. Release with cs_home_close. */
cs_status cs_home_open(const char *directory, cs_store_mode mode, cs_home **out, cs_error *error);
/* Decrypts the keys, and opens the own ledger for appending. CS_INVALID where the passphrase is wrong. */
cs_status cs_home_unlock(cs_home *home, const cs_passphrase *passphrase, cs_error *error);
void cs_home_close(cs_home *home);

/* Opens the own ledger as a copy, for reading without keys. */
cs_status cs_home_read_own(cs_home *home, cs_log **out, cs_error *error);

/* Makes a statement of the home's party, checks that the agreement admits it, and appends it to the ledger. `late` (or
 * NULL) says whether its deadline had passed; `entry` is its index. */
cs_status cs_home_state(cs_home *home, cs_statement_kind kind, const cs_statement_value *values, size_t count,
                        json_t *extra, int64_t time, uint64_t *entry, bool *late, cs_error *error);

/* ---- Seals --------------------------------------------------------------------------------------------------- */

typedef struct cs_vault cs_vault; /* see home/vault.h, which is included below */

/* Declares the rows of the home's party for `date` in a CSV file: what the agreement seals is sealed, the rest is open. What
 * opens it is in the vault, on disk, before the statement is in the ledger. `values` may hold "corrects" and "text". */
cs_status cs_home_declare_sealed(cs_home *home, cs_vault *vault, const char *path, cs_date date,
                                 const cs_statement_value *values, size_t count, int64_t time, uint64_t *entry,
                                 bool *late, cs_error *error);
/* Notifies of a transfer whose number is sealed. */
cs_status cs_home_notify_sealed(cs_home *home, cs_vault *vault, int64_t number, const cs_statement_value *values,
                                size_t count, int64_t time, uint64_t *entry, bool *late, cs_error *error);
/* Whether a transfer takes from a place no more than is there, by what the own ledger has declared and notified and the vault
 * opens; others could not tell. CS_INVALID says how many are there. Cheats in exercises do without it. */
cs_status cs_home_check_transfer(cs_home *home, cs_vault *vault, int64_t number, const cs_statement_value *values,
                                 size_t count, int64_t time, cs_error *error);
/* Proves claims about a sealed entry of the own ledger, as one statement. CS_INVALID where one does not hold. */
cs_status cs_home_claim(cs_home *home, cs_vault *vault, uint64_t about, const cs_claim *claims, size_t count,
                        int64_t time, uint64_t *entry, cs_error *error);
/* The claims that the agreement's limits ask of a sealed declaration of the home's party: at-most and, against the newest
 * declaration of the baseline's day, not-above. The caller frees `*out`. */
cs_status cs_home_due_claims(cs_home *home, uint64_t about, cs_claim **out, size_t *count, cs_error *error);
/* Opens every sealed statement of the own ledger with what the vault has; CS_INVALID names one that it does not open. */
cs_status cs_home_check_openings(cs_home *home, cs_vault *vault, uint64_t *checked, cs_error *error);
/* Adds what an inspector is given: the opening of one facility of a sealed declaration, or (`identifier` not NULL) of one
 * item there, as a file that cs_exhibit_verify checks. */
cs_status cs_home_open_facility(cs_home *home, cs_vault *vault, uint64_t entry, const char *facility,
                                const char *identifier, cs_text *out, cs_error *error);

/* The entries of a log of this store, those that were fetched and not accepted included, up to before `end`. */
typedef struct cs_home_entries {
  cs_store *store;
  int64_t ledger;
  uint64_t end;
} cs_home_entries;
cs_entry_source cs_home_entry_source(cs_home_entries *entries);

/* ---- Declarations -------------------------------------------------------------------------------------------- */

/* The keys "totals" and "holdings" of a declaration, from the rows of the home's party for `date` in a CSV file as assess
 * reads it. CS_INVALID where there are none. The caller releases `*out` with json_decref. */
cs_status cs_home_read_declaration(const cs_home *home, const char *path, cs_date date, json_t **out, cs_error *error);

/* What all ledgers of the home declare, each day by its newest statement of those made until `at`, that day included, so that
 * a correction which came later does not hide what was known; and their histories, which replay what they notify. The
 * caller releases it with cs_holdings_free, before the home is closed. */
cs_status cs_home_holdings(cs_home *home, cs_date at, cs_holdings **out, cs_error *error);

/* ---- Peers --------------------------------------------------------------------------------------------------- */

/* Another party's ledger that this home follows, or a witness of its own. */
typedef struct cs_peer {
  char name[CS_NAME_LONGEST + 1];
  char url[1024];
  cs_verifier key;
} cs_peer;

/* Adds a peer, or changes the address of one; another key for a name that is known is refused. */
cs_status cs_home_add_peer(cs_home *home, const char *name, const char *url, const char *verifier, cs_error *error);
/* All peers by name. The caller frees `*out`. */
cs_status cs_home_peers(cs_home *home, cs_peer **out, size_t *count, cs_error *error);
/* The keys of all ledgers that the home has, its own and its peers', by name, so that homes which have the same ledgers go
 * through them in the same order. The caller frees `*out`. */
cs_status cs_home_ledgers(cs_home *home, cs_verifier **out, size_t *count, cs_error *error);
/* Takes a statement of a ledger, and the bytes of its entry; both last for the call. */
typedef cs_status cs_statement_taker(void *context, uint64_t entry, cs_slice bytes, const cs_statement *statement,
                                     cs_error *error);
/* Goes through the statements of a ledger before entry `until`, in their order; where `word` is not NULL, at least through
 * those in which it stands. What is no statement is passed over. */
cs_status cs_home_walk(cs_log *log, uint64_t until, const char *word, cs_statement_taker *take, void *context,
                       cs_error *error);
/* Opens the ledger of an origin, the home's own or its copy of a peer's, for reading; `*out` is NULL where it has none of it.
 * The caller closes it. */
cs_status cs_home_log_of(cs_home *home, const char *origin, cs_log **out, cs_error *error);
/* The same by the party whose ledger it is, the first by name. */
cs_status cs_home_ledger_of(cs_home *home, size_t party, cs_log **out, cs_error *error);
/* Adds a witness, which is asked to cosign the own ledger (C2SP tlog-witness) and follows it by its own means; `verifier` is
 * its key of cosignature/v1. */
cs_status cs_home_add_witness(cs_home *home, const char *name, const char *url, const char *verifier, cs_error *error);
/* All witnesses by name. The caller frees `*out`. */
cs_status cs_home_witnesses(cs_home *home, cs_peer **out, size_t *count, cs_error *error);
/* The key of this name by which somebody whom the home knows cosigns: the home itself, a witness, or the party of a ledger
 * that it follows; a key of no name where there is none. */
cs_status cs_home_cosigner(cs_home *home, const char *name, cs_verifier *out, cs_error *error);
/* Index of the party whose ledger a log is, by the statement that adopts the agreement (its first entry); CS_OBSERVER where
 * there is none. `cosigner` is its cosigning key. */
cs_status cs_home_party_of(cs_home *home, cs_log *log, size_t *party, cs_verifier *cosigner, cs_error *error);

/* ---- Cosigning ----------------------------------------------------------------------------------------------- */

/* The checkpoint of the ledger of `origin` that was cosigned last; size 0 where none was. */
cs_status cs_home_cosigned(cs_home *home, const char *origin, cs_checkpoint *out, cs_error *error);
/* Remembers `note`, of which the ledger's signature was verified, as cosigned, durably, and then adds the line that cosigns
 * it. The caller has made sure that it extends `last`, what was cosigned before; where another process has cosigned
 * something since, it fails. The home is unlocked. */
cs_status cs_home_cosign(cs_home *home, const cs_verifier *ledger, const cs_checkpoint *last, cs_slice note,
                         int64_t time, cs_text *line, cs_error *error);
/* How many entries of the own ledger the cosigner of this name has cosigned; 0: none. */
cs_status cs_home_cosigned_by(cs_home *home, const char *cosigner, uint64_t *out, cs_error *error);
/* Keeps another's cosignature, which was verified, of an own checkpoint: `bytes` are the note with its line. One of a
 * smaller tree than it has cosigned already is passed over. */
cs_status cs_home_keep_cosignature(cs_home *home, const cs_verifier *cosigner, cs_slice bytes, cs_error *error);
/* Checks everything of that again: each checkpoint that was cosigned is signed by its ledger, and the copy begins with it;
 * each cosignature of the own ledger verifies, and the ledger begins with what it is of. CS_INVALID names what is not so. */
cs_status cs_home_verify_notes(cs_home *home, cs_error *error);
/* Cosigns the own checkpoint, which puts the time on it: two such, of which the later is of a smaller tree, prove that the
 * ledger went back. The time never does. The home is unlocked. */
cs_status cs_home_cosign_own(cs_home *home, int64_t time, cs_error *error);

/* The largest checkpoint of a peer's ledger that was seen with the peer's own cosignature, and that one's time. */
typedef struct cs_shown {
  cs_text note; /* empty: none was seen */
  cs_checkpoint checkpoint;
  uint64_t time;
} cs_shown;
cs_status cs_home_shown(cs_home *home, const cs_verifier *ledger, const cs_verifier *cosigner, cs_shown *out,
                        cs_error *error);
/* Keeps the note in `bytes`, signed by the ledger, as that where it bears the cosignature and neither its size nor its time is smaller. */
cs_status cs_home_keep_shown(cs_home *home, const cs_verifier *ledger, const cs_verifier *cosigner, cs_slice bytes,
                             cs_error *error);
/* The own checkpoint with the cosignatures that it has. */
cs_status cs_home_checkpoint(cs_home *home, cs_log *own, cs_text *out, cs_error *error);

/* ---- Evidence ------------------------------------------------------------------------------------------------ */

/* Kinds of evidence against a ledger; each is a JSON object that convinces by itself. */
typedef enum cs_evidence_kind {
  CS_EVIDENCE_FORK,         /* two signed roots of one size */
  CS_EVIDENCE_INCONSISTENT, /* a signed tree that does not begin with one that was signed before */
  CS_EVIDENCE_ROLLBACK,     /* a smaller tree that the ledger cosigned later than a larger one */
  CS_EVIDENCE_STATEMENT,    /* an entry in a signed tree that the agreement does not admit */
  CS_EVIDENCE_BACKDATED,    /* an entry that is dated before a checkpoint which does not have it */
  CS_EVIDENCE_KINDS,
} cs_evidence_kind;
extern const char *const cs_evidence_names[CS_EVIDENCE_KINDS];

/* An entry that another one speaks of, and the proof that it is in the tree. */
typedef struct cs_reference {
  uint64_t index;
  cs_slice entry;
  cs_proof proof;
} cs_reference;

typedef struct cs_evidence {
  cs_evidence_kind kind;
  const cs_verifier *ledger;
  cs_slice first, second; /* signed notes; the second is the one that accuses */
  const cs_proof *proof;  /* of consistency (its first hash written out), or of inclusion */
  uint64_t index;         /* of the entry */
  cs_slice entry, treaty; /* the entry, and the agreement's file */
  cs_slice adoption;      /* the first entry, which says whose ledger it is and under which agreement */
  const cs_proof *adoption_proof;
  const cs_reference *references; /* that a claim rests on */
  size_t reference_count;
} cs_evidence;

/* The entries of a log that a statement rests on, each with its proof in the signed tree. They lie in the arena. */
cs_status cs_home_references(cs_log *log, const cs_statement *statement, cs_arena *arena, cs_reference **out,
                             size_t *count, cs_error *error);
/* Keeps evidence in the store, for ever, and in the folder "evidence" of the home as a file of its own, which an older one
 * never gives way to. Adds the file's name to `path`. */
cs_status cs_home_keep_evidence(cs_home *home, const cs_evidence *evidence, cs_text *path, cs_error *error);
/* The text of the agreement's file; the caller releases it with cs_file_free. */
cs_status cs_home_treaty_file(const cs_home *home, cs_file *out, cs_error *error);
/* Adds the JSON of evidence. */
cs_status cs_evidence_format(const cs_evidence *evidence, cs_text *out, cs_error *error);
/* How much earlier than a checkpoint without it an entry may be dated, in seconds: two processes of a home may overtake one
 * another between making a statement and appending it. */
enum { CS_CLOCK_TOLERANCE = 300 };
/* Checks evidence from nothing but itself. CS_OK: it proves what `says` (in words) tells; CS_INVALID: it proves nothing. */
cs_status cs_evidence_verify(cs_slice bytes, const char *place, cs_text *says, cs_error *error);

/* A piece of evidence that a home keeps. */
typedef struct cs_piece {
  cs_verifier ledger; /* that it is against */
  size_t party;       /* whose ledger that is; CS_OBSERVER: it has adopted nothing here */
  cs_evidence_kind kind;
  char hash[CS_HEX_HASH]; /* SHA-256; its file is evidence/ and the first 16 digits */
} cs_piece;
/* All that the home keeps, in the order in which it came. The caller frees `*out`. */
cs_status cs_home_evidence(cs_home *home, cs_piece **out, size_t *count, cs_error *error);
/* What of it is against one ledger. */
typedef struct cs_charge {
  const cs_piece *newest;
  size_t count;
  unsigned kinds; /* a bit for each cs_evidence_kind */
} cs_charge;
cs_charge cs_charge_against(const cs_piece *pieces, size_t count, const cs_verifier *ledger);
/* Adds what such kinds show, after "RU ": "signed two histories, dated statements back". */
void cs_charge_words(unsigned kinds, cs_text *out);

/* For a tree of `size` that does not begin with the tree of `old`: the proof of consistency from its own hashes, with its
 * first hash written out where RFC 6962 leaves it away. It gives the root of `size`, and shows what its first `old` leaves
 * hash to. */
cs_status cs_prove_prefix(const cs_hash_source *source, uint64_t old, uint64_t size, cs_proof *out, cs_error *error);

/* ---- Visits -------------------------------------------------------------------------------------------------- */

/* What one side of a visit has stated; entries are of its own ledger, -1: none. */
typedef struct cs_visit_side {
  size_t party;
  const char *origin; /* of its ledger; NULL: it is not followed here */
  int64_t commit, reveal, close;
  int64_t report;              /* the first that is about the place and the file of this visit */
  int64_t committed, revealed; /* POSIX seconds */
  cs_hash hash;                /* that it committed to */
  cs_nonce nonce;
  bool sound;         /* the nonce is what it committed to */
  size_t differences; /* that its report names */
} cs_visit_side;

/* A report of a visit, as it stands in the ledger of one of its sides. */
typedef struct cs_visit_report {
  size_t side;
  uint64_t entry;
  json_t *json;  /* the statement */
  bool is_of_it; /* of the place that was chosen and opened, and of the file that opened it */
} cs_visit_report;
enum { CS_REPORTS_MOST = 8 }; /* of one side, that are kept */

enum { CS_INSPECTING, CS_INSPECTED };

/* A visit, from the statements in all ledgers of a home. Texts live as long as the list. */
typedef struct cs_visit {
  const char *origin; /* of the ledger with the request */
  uint64_t entry;
  int64_t requested; /* POSIX seconds */
  cs_hash leaf;      /* of the request */
  size_t kind;       /* of inspection */
  cs_date date;
  int64_t declaration;  /* entry of the inspected party's ledger */
  cs_hash named;        /* its leaf hash, as the request has it */
  cs_date declared;     /* its day; CS_DATE_NONE where that is not known here */
  const char *facility; /* designated, or drawn when both have revealed; NULL: not known yet */
  bool designated;
  const char *fault; /* why the request is void; NULL: it is not. Nothing follows from one that is */
  bool doubtful; /* that may be because this home has too little of the inspected party's ledger, or another history */
  json_t *weights;
  cs_visit_side side[2];
  int64_t opened; /* entry; -1: not yet */
  int64_t opened_time;
  const char *opened_facility;
  char opening[CS_HEX_HASH]; /* hash of the file that was handed over */
  json_t *moves;             /* entries that it opens as well; NULL: none */
  cs_visit_report *reports;  /* of both sides */
  size_t report_count, report_capacity;
} cs_visit;

typedef struct cs_visit_list {
  cs_arena arena;
  cs_visit *at;
  size_t count, capacity;
} cs_visit_list;

/* As it was known on the day `at`; CS_DATE_NONE: all. Release with cs_visits_free. */
cs_status cs_home_visits(cs_home *home, cs_date at, cs_visit_list *out, cs_error *error);
void cs_visits_free(cs_visit_list *visits);
/* NULL where no ledger has this request. */
const cs_visit *cs_visits_find(const cs_visit_list *visits, const char *origin, uint64_t entry);

/* Whether the place that was chosen was opened, and not another in its stead. */
bool cs_visit_opened(const cs_visit *visit);
/* Who broke a visit off, by what is known at a time (POSIX seconds): a side that did not commit or reveal in time, or the
 * inspected party that has not opened the place when the day is over. Where both did, it was the inspecting party. */
typedef enum cs_broken { CS_BROKEN_BY_NOBODY, CS_BROKEN_BY_INSPECTING, CS_BROKEN_BY_INSPECTED } cs_broken;
cs_broken cs_visit_broken(const cs_visit *visit, int64_t time);
/* Whether side `index` has committed before the eve of the visit, or within a day of the request, and revealed what it committed
 * to before the day of the visit. */
typedef struct cs_help {
  bool committed, revealed, in_time;
} cs_help;
cs_help cs_visit_help(const cs_visit *visit, size_t index);
/* From when on the inspected party could know the place; INT64_MAX: it cannot yet. */
int64_t cs_visit_known_from(const cs_visit *visit);

/* A visit that is to be announced. */
typedef struct cs_visit_plan {
  const char *inspection, *of, *date;
  int64_t declaration;  /* entry of that party's ledger; -1: the newest that is here */
  const char *facility; /* NULL: it will be drawn */
  const char *weights;  /* of a draw: a CSV file of facility,weight, whole numbers; NULL: all alike */
} cs_visit_plan;
/* Announces it. CS_INVALID where the entry is no declaration in the home's copy of that ledger, or was corrected there;
 * where the facility is not in it; and where the quota is used up. */
cs_status cs_home_request_visit(cs_home *home, const cs_visit_plan *plan, int64_t time, uint64_t *entry,
                                cs_error *error);

/* The next step of the home's party in a draw: it commits, or reveals when the other has committed. Adds to `says` what was
 * done, what is waited for, or which facility was drawn. */
cs_status cs_home_draw(cs_home *home, cs_vault *vault, const char *origin, uint64_t entry, int64_t time, cs_text *says,
                       cs_error *error);
/* The inspected party opens the place of a visit, in two steps between which the file is written, so that none is stated
 * which the inspectors cannot have: adds that file to `file`. The vault keeps it, and gives the one that was stated again. */
cs_status cs_home_visit_file(cs_home *home, cs_vault *vault, const char *origin, uint64_t entry, cs_text *file,
                             cs_error *error);
/* States that the place was opened by this file; where that was stated before, `stated` is that entry. */
cs_status cs_home_open_visit(cs_home *home, const char *origin, uint64_t entry, cs_slice file, int64_t time,
                             uint64_t *stated, cs_error *error);
/* States what was seen at a visit, once: `seen` is a CSV file (identifier, item, state, and count where no identifiers were
 * read), compared with the opening, which is verified, and with what was notified since. Each difference goes into the report,
 * and from the inspecting party also becomes an ambiguity of its own. Adds to `says` what was found. */
cs_status cs_home_report_visit(cs_home *home, const char *origin, uint64_t entry, cs_slice opening, const char *seen,
                               int64_t time, cs_text *says, size_t *differences, cs_error *error);
/* How many visits of a kind count against a party in the year that a day lies in, by what is known at `time`, and the most
 * that may; -1: no limit. One that the inspected party broke off does not count. */
void cs_home_quota(const cs_home *home, const cs_visit_list *visits, size_t kind, size_t party, cs_date date,
                   int64_t time, int64_t *used, int64_t *most);

/* Adds to holdings what visits and ambiguities come to on the day `at`: draws, openings, reports, quotas; and which
 * declared facilities were visited. */
cs_status cs_home_note_visits(cs_home *home, cs_date at, cs_holdings *holdings, cs_error *error);

/* ---- What the statements come to ----------------------------------------------------------------------------- */

typedef struct cs_verdicts {
  uint64_t statements; /* in the signed tree */
  uint64_t proofs;     /* of those that prove something about sealed counts and were verified */
  uint64_t refused;    /* that the agreement does not admit, or that prove nothing */
  uint64_t first;      /* of these */
  cs_error fault;      /* and why */
} cs_verdicts;

/* Asks of every statement in a log whether the agreement admits it, and whether it proves what it says. `progress` (or NULL)
 * is called now and then with the entries done. */
cs_status cs_home_verify_statements(cs_home *home, cs_log *log, void (*progress)(void *, uint64_t, uint64_t),
                                    void *context, cs_verdicts *out, cs_error *error);

/* ---- Exhibits ------------------------------------------------------------------------------------------------ */

/* Adds an entry of a ledger as a file that stands alone: with the proof that it is in the signed tree, the agreement, the
 * adoption, and the entries that it rests on. */
cs_status cs_home_exhibit(cs_home *home, cs_log *log, uint64_t entry, cs_text *out, cs_error *error);
/* Checks such a file, or the opening of a facility or an item, from nothing but itself; `key` (or NULL) is the key that the
 * ledger has to have. CS_OK: `says` tells what it shows. */
cs_status cs_exhibit_verify(cs_slice bytes, const char *place, const cs_verifier *key, cs_text *says, cs_error *error);
/* Whether a file is one. */
bool cs_is_exhibit(cs_slice bytes);

/* ---- Small things -------------------------------------------------------------------------------------------- */

/* Now in Greenwich Mean Time as POSIX seconds; COUNTERSIGN_NOW (YYYY-MM-DDThh:mm:ssZ) takes its place in exercises. */
cs_status cs_home_now(int64_t *out, cs_error *error);

#include "home/vault.h"

#endif
